"""What has landed, how fresh it is, what is missing, and which flags are open, in plain lines."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from adoption.warehouse import open_warehouse, read_snapshots, warehouse_path

_REACH_DAYS = 28
_LOOKS_BACK = 35


def render_status(home: Path, *, as_of: dt.date) -> Iterator[str]:
    """Lines on the lake and the warehouse under `home`, for whoever runs the pipeline."""
    recent: dict[str, list[Mapping[str, Any]]] = {}
    for fact in read_snapshots(home, since=as_of - dt.timedelta(_LOOKS_BACK)):
        recent.setdefault(fact["report"], []).append(fact)
    reports = sorted(folder.name for folder in (home / "lake").glob("[!.]*") if folder.is_dir())
    if not reports:
        yield f"Nothing has landed under {home} yet. Run 'adoption nightly' (or 'adoption pull')."
    for report in reports:
        yield f"{report}: {_landed(home, report, recent.get(report, []), as_of)}"
    if warehouse_path(home).exists():
        yield from _published(home)
    elif reports:
        yield "No warehouse has been built yet. Run 'adoption build'."


def _landed(home: Path, report: str, recent: Sequence[Mapping[str, Any]], as_of: dt.date) -> str:
    """One report's days (all of them, by its folders) and freshness (of the recent ones)."""
    if not recent:
        return f"nothing in the last {_LOOKS_BACK} days"
    text = f"fetched {max(fact['fetched_on'] for fact in recent)}"
    refreshed = [fact["refresh_date"] for fact in recent if fact["refresh_date"]]
    if refreshed:
        text += f", data up to {max(refreshed)}"
    landed = {fact["day"] for fact in recent if fact["period_days"] == 1}
    if not landed or recent[0]["grain"] is None:
        return text
    days = sorted(
        folder.parent.name.removeprefix("day=")
        for folder in (home / "lake" / report).glob("day=*/D1.parquet")
    )
    wanted = [as_of - dt.timedelta(age) for age in range(_REACH_DAYS, 0, -1)]
    missing = [day for day in wanted if day not in landed]
    text += f", {len(days)} days from {days[0]} to {days[-1]}"
    return text + (f", missing: {_spans(missing)}" if missing else ", none of the last 28 missing")


def _spans(days: Sequence[dt.date]) -> str:
    """`days` (sorted) as text, runs of consecutive days as first..last."""
    runs: list[list[dt.date]] = []
    for day in days:
        if runs and day - runs[-1][-1] == dt.timedelta(1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}..{run[-1]}" for run in runs)


def _published(home: Path) -> Iterator[str]:
    with open_warehouse(home) as warehouse:
        build = warehouse.execute(
            "select as_of, window_end, last_complete_day, first_ok_window_end from marts.build"
        ).fetchall()[0]
        flags = warehouse.execute(
            "select unit, flag, opened_on, not_reached, reason from marts.unit_flag "
            "where closed_on is null order by not_reached desc nulls last, unit, flag"
        ).fetchall()
        findings = warehouse.execute(
            "select result, message from marts.data_quality where result <> 'pass' "
            "order by result, check_name, scope"
        ).fetchall()
    yield f"Warehouse: built for {build[0]}, newest window ends {build[1] or 'nowhere yet'}."
    yield _first_ok(build[2], build[3])
    for result, message in findings:
        yield f"{result}: {message}"
    yield f"Open flags: {len(flags)}"
    for unit, flag, opened_on, not_reached, reason in flags:
        people = "" if not_reached is None else f", {not_reached} people not reached"
        yield f"  {unit}: {flag} since {opened_on}{people}{f' ({reason})' if reason else ''}"


def _first_ok(last_complete: dt.date | None, first_ok: dt.date | None) -> str:
    if first_ok:
        return f"First window without reserve: ends {first_ok}."
    if last_complete is None:
        return "No day is complete for every leadership channel yet, so nothing can be said."
    return (
        "No window is without reserve yet: 28 complete days are needed. After the first pull that "
        "takes about four nights."
    )
