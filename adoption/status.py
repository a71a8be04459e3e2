"""What has landed, how fresh it is, what is missing, and which flags are open, in plain lines.

It answers at once: facts come from the footers of the last weeks, and nothing slow is imported.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from adoption.certainty import say_not_reached, say_rate
from adoption.names import in_text
from adoption.spans import spans
from adoption.warehouse import open_warehouse, read_snapshots, warehouse_path

Fact = Mapping[str, Any]

_REACH_DAYS = 28
_SETTLING_DAYS = 3
_LOOKS_BACK = 35
"""Days whose footers are read; those of 400 days of seven reports would take half a second more."""
_WEEKS = 5
_SETTLED, _CHANGING, _EMPTY, _CONCEALED, _MISSING, _LOST, _NOT_DUE = "#+ox.!-"
_LEGEND = (
    f"Days from Monday to Sunday: {_SETTLED} settled, {_CHANGING} can still change, {_EMPTY} no "
    f"rows, {_CONCEALED} names concealed, {_MISSING} missing, {_LOST} lost, {_NOT_DUE} not due"
)


def render_status(home: Path, *, as_of: dt.date) -> Iterator[str]:
    """Lines on the lake and the warehouse under `home`, for whoever runs the pipeline."""
    recent: dict[str, list[Fact]] = {}
    for fact in read_snapshots(home, since=as_of - dt.timedelta(_LOOKS_BACK)):
        recent.setdefault(fact["report"], []).append(fact)
    reports = sorted({folder.parent.name for folder in (home / "lake").glob("*/day=*")})
    if not reports:
        yield f"Nothing has landed under {home} yet. Run 'adoption nightly' (or 'adoption pull')."
    for report in reports:
        yield from _landed(home, report, recent.get(report, []), as_of)
    if any(_by_day(facts) for facts in recent.values()):
        yield _LEGEND
    yield from _drift(recent)
    if warehouse_path(home).exists():
        yield from _published(home)
    elif reports:
        yield "No warehouse has been built yet. Run 'adoption build'."


def _landed(home: Path, report: str, recent: Sequence[Fact], as_of: dt.date) -> Iterator[str]:
    """One report's freshness, its days (all of them, by its folders) and its last weeks."""
    lost = _days_with(home, report, ".lost")
    if not recent:
        yield f"{report}: nothing in the last {_LOOKS_BACK} days{_told('lost', lost)}"
        return
    text = f"{report}: fetched {max(fact['fetched_on'] for fact in recent)}"
    refreshed = [fact["refresh_date"] for fact in recent if fact["refresh_date"]]
    if refreshed:
        text += f", data up to {max(refreshed)}"
    landed = _by_day(recent)
    if not landed:
        yield text + _told("lost", lost)
        return
    days = _days_with(home, report, "D1.parquet")
    wanted = (as_of - dt.timedelta(age) for age in range(_REACH_DAYS, 0, -1))
    missing = [day for day in wanted if day not in landed and day not in lost]
    yield (
        f"{text}, {len(days)} days from {days[0]} to {days[-1]}"
        + (_told("missing", missing) or f", none of the last {_REACH_DAYS} missing")
        + _told("lost", lost)
    )
    yield from _weeks(landed, lost, as_of, first=days[0])


def _by_day(facts: Sequence[Fact]) -> Mapping[dt.date, Fact]:
    """The report's day snapshots; none for the directory, which has no days to miss."""
    return {f["day"]: f for f in facts if f["period_days"] == 1 and f["grain"] is not None}


def _days_with(home: Path, report: str, name: str) -> list[dt.date]:
    folders = (path.parent for path in (home / "lake" / report).glob(f"day=*/{name}"))
    return sorted(dt.date.fromisoformat(folder.name.removeprefix("day=")) for folder in folders)


def _told(what: str, days: Sequence[dt.date]) -> str:
    return f", {what}: {spans(days)}" if days else ""


def _weeks(
    landed: Mapping[dt.date, Fact], lost: Collection[dt.date], as_of: dt.date, *, first: dt.date
) -> Iterator[str]:
    """The last weeks, a sign per day; what Graph could not serve before `first` is not due."""
    due = min(first, as_of - dt.timedelta(_REACH_DAYS))
    monday = as_of - dt.timedelta(as_of.weekday() + 7 * (_WEEKS - 1))
    days = [monday + dt.timedelta(n) for n in range(7 * _WEEKS)]
    signs = {
        **{day: _MISSING for day in days if due <= day < as_of},
        **dict.fromkeys(lost, _LOST),
        **{day: _sign(fact) for day, fact in landed.items()},
    }
    for start in days[::7]:
        week = (signs.get(start + dt.timedelta(n), _NOT_DUE) for n in range(7))
        yield f"  {start:%G-W%V} from {start}  {''.join(week)}"


def _sign(fact: Fact) -> str:
    """How a landed day stands. With rows that could not be read it is fetched again."""
    if not fact["row_count"]:
        return _EMPTY
    if (fact["concealed_count"] or 0) * 2 > fact["row_count"]:
        return _CONCEALED
    is_old = (fact["fetched_on"] - fact["day"]).days >= _SETTLING_DAYS
    is_covered = fact["refresh_date"] is None or fact["refresh_date"] >= fact["day"]
    return _SETTLED if is_old and is_covered and not fact.get("refused_count") else _CHANGING


def _drift(recent: Mapping[str, Sequence[Fact]]) -> Iterator[str]:
    """Columns that files have and the catalog does not know, or the reverse, first to last day."""
    seen: dict[tuple[str, str], list[dt.date]] = {}
    for report, facts in recent.items():
        for fact in facts:
            for heading in fact.get("unknown_headings") or ():
                seen.setdefault((report, f"new column '{heading}'"), []).append(fact["day"])
            for heading in fact.get("absent_headings") or ():
                seen.setdefault((report, f"column '{heading}' missing"), []).append(fact["day"])
    if seen:
        yield f"Columns that have changed, as seen in the last {_LOOKS_BACK} days:"
    for (report, what), days in sorted(seen.items()):
        yield f"  {report}: {what}, {min(days)} to {max(days)}"


def _published(home: Path) -> Iterator[str]:
    with open_warehouse(home) as warehouse:
        build = warehouse.execute(
            "select as_of, window_end, last_complete_day, first_ok_window_end from marts.build"
        ).fetchall()[0]
        flags = warehouse.execute(_FLAGS).fetchall()
        findings = warehouse.execute(
            "select result, message from marts.data_quality where result <> 'pass' "
            "order by result, check_name, scope"
        ).fetchall()
    yield f"Warehouse: built for {build[0]}, newest window ends {build[1] or 'nowhere yet'}."
    yield _first_ok(build[2], build[3])
    for result, message in findings:
        yield f"{result}: {message}"
    yield f"Open flags: {len(flags)}"
    for unit, flag, opened_on, reason, figures in flags:
        lost, rate = say_not_reached(figures, "en"), say_rate(figures, "en")
        people = f", {lost} not reached, reach {rate}" if lost else ""
        why = f" ({reason})" if reason else ""
        yield f"  {in_text(unit)}: {flag} since {opened_on}{people}{why}"


_FLAGS = """
    select unit, flag, opened_on, reason, {
        staff: staff, not_reached: not_reached, reach_rate: reach_rate, reach_low: reach_low,
        reach_high: reach_high, coded: coded
    }
    from marts.unit_flag where closed_on is null
    order by not_reached desc nulls last, unit, flag
"""


def _first_ok(last_complete: dt.date | None, first_ok: dt.date | None) -> str:
    if first_ok:
        return f"First window without reserve: ends {first_ok}."
    if last_complete is None:
        return "No day is complete for every leadership channel yet, so nothing can be said."
    return (
        "No window is without reserve yet: 28 complete days are needed. After the first pull that "
        "takes about four nights."
    )
