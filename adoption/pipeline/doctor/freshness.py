"""How old the lake and the warehouse are: the alarm for nights that do not run, or bring nothing.

It asks neither Graph nor Prefect, so it sounds when those are what is broken.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from adoption.errors import PermanentError
from adoption.pipeline.doctor.finding import Finding, failed, passed, skipped, told, warned
from adoption.warehouse import open_warehouse, read_snapshots, warehouse_path

_WARN_BEYOND, _FAIL_BEYOND = 3, 7  # days
_LOOKS_BACK = 35
_CHECK = "freshness"
_RUN = "See why the nightly run does not run or fails: run 'adoption nightly' by hand."


def look_at_freshness(home: Path, reports: Sequence[str], as_of: dt.date) -> Iterator[Finding]:
    """Findings on what has landed of `reports` (those that go by days) and on the warehouse."""
    newest = {report: _newest_day(home, report) for report in reports}
    has_warehouse = warehouse_path(home).exists()
    if not any(newest.values()) and not has_warehouse:
        yield warned(
            _CHECK,
            f"Nothing has landed under {home} yet.",
            advice="Run 'adoption nightly'.",
            scope="lake",
        )
        return
    yield _lake_finding(newest, as_of)
    yield _data_finding(home, as_of)
    if has_warehouse:
        yield _warehouse_finding(home, as_of)
    else:
        advice = "Run 'adoption build', and read what it says."
        yield warned(_CHECK, "None has been built yet.", advice=advice, scope="warehouse")


def _newest_day(home: Path, report: str) -> dt.date | None:
    """By the folders' names: it must also be found when it is long ago."""
    files = (home / "lake" / report).glob("day=*/D1.parquet")
    days = (file.parent.name.removeprefix("day=") for file in files)
    return max(map(dt.date.fromisoformat, days), default=None)


def _lake_finding(newest: dict[str, dt.date | None], as_of: dt.date) -> Finding:
    """The report that is furthest behind speaks for all."""
    missing = [report for report, day in newest.items() if day is None]
    if missing:
        message = f"No day of {', '.join(missing)} has landed yet."
        return failed(_CHECK, message, advice=_RUN, scope="lake")
    report, day = min(newest.items(), key=lambda item: (item[1] or dt.date.min, item[0]))
    assert day is not None
    message = f"The newest day of every report is {day} or later."
    if (as_of - day).days > _WARN_BEYOND:
        message = f"The newest day of {report} is {day}."
    return _aged(message, day, as_of, advice=_RUN, scope="lake")


def _data_finding(home: Path, as_of: dt.date) -> Finding:
    """How far Graph's own figures reach: it can be days late, and nobody here can help it."""
    facts = read_snapshots(home, since=as_of - dt.timedelta(_LOOKS_BACK))
    newest: dict[str, dt.date] = {}
    for fact in facts:
        if fact["refresh_date"]:
            channel = str(fact["channel"])
            newest[channel] = max(fact["refresh_date"], newest.get(channel, dt.date.min))
    if not newest:
        return skipped(_CHECK, f"No data of the last {_LOOKS_BACK} days.", scope="data")
    channel, day = min(newest.items(), key=lambda item: (item[1], item[0]))
    advice = (
        "If the lake is fresh, Microsoft is late: see the service health page, and wait. "
        "Otherwise see to the nightly run."
    )
    message = f"Graph's figures of {channel} reach to {day}."
    return _aged(message, day, as_of, advice=advice, scope="data")


def _warehouse_finding(home: Path, as_of: dt.date) -> Finding:
    try:
        with open_warehouse(home) as warehouse:
            rows = warehouse.execute("select as_of from marts.build").fetchall()
    except PermanentError as error:
        return told(_CHECK, error, scope="warehouse")
    except duckdb.Error:
        rows = []
    if not rows:
        message = f"{warehouse_path(home)} cannot be read."
        advice = "Run 'adoption build', which makes it anew."
        return failed(_CHECK, message, advice=advice, scope="warehouse")
    day: dt.date = rows[0][0]
    return _aged(f"Last built for {day}.", day, as_of, advice=_RUN, scope="warehouse")


def _aged(message: str, day: dt.date, as_of: dt.date, *, advice: str, scope: str) -> Finding:
    age = (as_of - day).days
    if age <= _WARN_BEYOND:
        return passed(_CHECK, message, scope=scope)
    message = f"{message[:-1]}, {age} days ago."
    if age <= _FAIL_BEYOND:
        return warned(_CHECK, message, advice=advice, scope=scope)
    return failed(_CHECK, message, advice=advice, scope=scope)
