"""The lines of `adoption status`, whole, for a small home."""

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest

from adoption.lake import Snapshot, land, mark_lost
from adoption.models import Model, parse_model
from adoption.reports import ReportFacts
from adoption.status import render_status
from adoption.warehouse import build

TODAY = dt.date(2026, 11, 24)
ENGAGE = "viva_engage_user_activity"
ROWS = pa.table({"upn_id": [1]})
NOTHING_SPECIAL = ReportFacts()
LEGEND = (
    "Days from Monday to Sunday: # settled, + can still change, o no rows, x names concealed, "
    ". missing, ! lost, - not due"
)


def nov(number: int) -> dt.date:
    return dt.date(2026, 11, number)


def land_days(
    home: Path,
    *days: dt.date,
    fetched_on: dt.date = TODAY,
    row_count: int = 1,
    facts: ReportFacts = NOTHING_SPECIAL,
) -> None:
    for day in days:
        land(
            home,
            Snapshot(
                ENGAGE, day, 1, fetched_on, channel="viva_engage", grain="person_day",
                refresh_date=fetched_on - dt.timedelta(2), row_count=row_count, facts=facts,
            ),
            ROWS.slice(0, row_count),
        )  # fmt: skip


def publish(home: Path, *, build_row: str, flags: str, findings: str) -> None:
    """A warehouse of just what the status reads."""
    marts = {
        "build": (build_row, "as_of, window_end, last_complete_day, first_ok_window_end"),
        "unit_flag": (
            flags,
            "unit, flag, opened_on, closed_on, staff, not_reached, reach_rate, reach_low, "
            "reach_high, coded, reason",
        ),
        "data_quality": (findings, "check_name, scope, result, message"),
    }
    models = [_mart(name, rows, columns.split(", ")) for name, (rows, columns) in marts.items()]
    build(home, models=models, macros="", inputs={}, tables={}, variables={})


def _mart(name: str, rows: str, columns: list[str]) -> Model:
    header = [f"-- column {column}: {column}." for column in columns]
    sql = f"select * from (values {rows}) as given ({', '.join(columns)})"
    text = "\n".join((f"-- {name}.", f"-- grain: {columns[0]}", *header, "", sql))
    return parse_model(text, Path(f"sql/marts/{name}.sql"))


def status(home: Path, *, as_of: dt.date = TODAY) -> list[str]:
    return list(render_status(home, as_of=as_of))


def after_the_days(home: Path) -> list[str]:
    lines = status(home)
    return lines[lines.index(LEGEND) + 1 :]


def test_an_empty_home_is_told_what_to_run(tmp_path: Path) -> None:
    assert status(tmp_path) == [
        f"Nothing has landed under {tmp_path} yet. Run 'adoption nightly' (or 'adoption pull')."
    ]


def test_a_lake_without_a_warehouse_tells_what_is_missing(tmp_path: Path) -> None:
    land_days(tmp_path, *(nov(n) for n in (1, 2, 3, 5, 6, 10, 23)))
    land(tmp_path, Snapshot("directory", TODAY, 1, TODAY, row_count=1), ROWS)
    land(
        tmp_path,
        Snapshot(
            "viva_engage_user_counts", nov(22), 90, TODAY, channel="viva_engage", grain="day",
            refresh_date=nov(22), row_count=1,
        ),
        ROWS,
    )  # fmt: skip

    assert status(tmp_path) == [
        "directory: fetched 2026-11-24",
        "viva_engage_user_activity: fetched 2026-11-24, data up to 2026-11-22, 7 days from "
        "2026-11-01 to 2026-11-23, missing: 2026-10-27..2026-10-31, 2026-11-04, "
        "2026-11-07..2026-11-09, 2026-11-11..2026-11-22",
        "  2026-W44 from 2026-10-26  -.....#",
        "  2026-W45 from 2026-11-02  ##.##..",
        "  2026-W46 from 2026-11-09  .#.....",
        "  2026-W47 from 2026-11-16  .......",
        "  2026-W48 from 2026-11-23  +------",
        "viva_engage_user_counts: fetched 2026-11-24, data up to 2026-11-22",
        LEGEND,
        "No warehouse has been built yet. Run 'adoption build'.",
    ]


def test_days_beyond_the_last_28_are_counted_but_not_missed(tmp_path: Path) -> None:
    land_days(tmp_path, dt.date(2025, 12, 1), fetched_on=dt.date(2025, 12, 4))
    land_days(tmp_path, *(TODAY - dt.timedelta(age) for age in range(1, 29)))

    assert status(tmp_path)[0] == (
        "viva_engage_user_activity: fetched 2026-11-24, data up to 2026-11-22, 29 days from "
        "2025-12-01 to 2026-11-23, none of the last 28 missing"
    )


def test_a_report_that_stopped_is_told(tmp_path: Path) -> None:
    land_days(tmp_path, nov(1), fetched_on=nov(2))

    assert status(tmp_path, as_of=dt.date(2027, 1, 1))[0] == (
        "viva_engage_user_activity: nothing in the last 35 days"
    )


def test_what_a_killed_build_left_in_the_lake_is_no_report(tmp_path: Path) -> None:
    land_days(tmp_path, nov(23))
    (tmp_path / "lake" / ".spill").mkdir()

    assert [line.split(":")[0] for line in status(tmp_path) if not line.startswith(" ")] == [
        "viva_engage_user_activity",
        "Days from Monday to Sunday",
        "No warehouse has been built yet. Run 'adoption build'.",
    ]


def test_the_weeks_tell_how_each_day_stands(tmp_path: Path) -> None:
    land_days(tmp_path, nov(2), nov(3))
    land_days(tmp_path, nov(4), row_count=0)
    land_days(tmp_path, nov(5), facts=ReportFacts(concealed_count=1))
    land_days(tmp_path, nov(6), facts=ReportFacts(refused_count=1))
    land_days(tmp_path, nov(9), fetched_on=nov(11))
    land_days(tmp_path, nov(10), nov(11), fetched_on=nov(14))
    mark_lost(tmp_path, ENGAGE, dt.date(2026, 10, 25))
    mark_lost(tmp_path, ENGAGE, nov(12))

    lines = status(tmp_path)

    assert lines[0].endswith(
        "missing: 2026-10-27..2026-11-01, 2026-11-07..2026-11-08, 2026-11-13..2026-11-23, "
        "lost: 2026-10-25, 2026-11-12"
    )
    assert lines[1:7] == [
        "  2026-W44 from 2026-10-26  -......",
        "  2026-W45 from 2026-11-02  ##ox+..",
        "  2026-W46 from 2026-11-09  +##!...",
        "  2026-W47 from 2026-11-16  .......",
        "  2026-W48 from 2026-11-23  .------",
        LEGEND,
    ]


def test_a_day_that_the_data_do_not_reach_yet_can_still_change(tmp_path: Path) -> None:
    day = nov(17)
    snapshot = Snapshot(
        ENGAGE, day, 1, TODAY, channel="viva_engage", grain="person_day",
        refresh_date=day - dt.timedelta(1), row_count=1,
    )  # fmt: skip
    land(tmp_path, snapshot, ROWS)

    assert status(tmp_path)[4] == "  2026-W47 from 2026-11-16  .+....."


def test_a_report_that_stopped_still_tells_the_days_that_are_lost(tmp_path: Path) -> None:
    mark_lost(tmp_path, ENGAGE, nov(1))
    mark_lost(tmp_path, ENGAGE, nov(2))

    assert status(tmp_path, as_of=dt.date(2027, 1, 1))[0] == (
        "viva_engage_user_activity: nothing in the last 35 days, lost: 2026-11-01..2026-11-02"
    )


def test_columns_that_came_or_went_are_told_with_the_days_on_which_they_were_seen(
    tmp_path: Path,
) -> None:
    drifted = ReportFacts(unknown_headings=("Praised Count",), absent_headings=("User State",))
    land_days(tmp_path, nov(10), nov(11))
    land_days(tmp_path, nov(12), nov(14), facts=drifted)
    land_days(tmp_path, nov(16), facts=ReportFacts(unknown_headings=("Praised Count",)))

    lines = status(tmp_path)

    assert lines[lines.index(LEGEND) + 1 : -1] == [
        "Columns that have changed, as seen in the last 35 days:",
        "  viva_engage_user_activity: column 'User State' missing, 2026-11-12 to 2026-11-14",
        "  viva_engage_user_activity: new column 'Praised Count', 2026-11-12 to 2026-11-16",
    ]


def test_a_warehouse_tells_its_window_findings_and_open_flags(tmp_path: Path) -> None:
    land_days(tmp_path, nov(23))
    publish(
        tmp_path,
        build_row="(date '2026-11-24', date '2026-11-22', date '2026-11-21', date '2026-11-15')",
        flags="""
            ('Skole', 'behind', date '2026-11-15', null, 20, 12, 0.4, 0.219, 0.613,
                []::text[], null),
            ('Helse', 'not_reached', date '2026-11-08', null, 42, 40, 2 / 42, 0.01, 0.16,
                ['not_reached'], 'no_licence'),
            ('Kultur', 'falling', date '2026-11-15', null, 30, null, null, null, null,
                ['not_reached'], 'dormant'),
            ('Teknisk', 'not_reached', date '2026-10-04', date '2026-11-01', 20, 9, 0.55,
                0.34, 0.74, [], null)
        """,
        findings="""
            ('blank', 'b', 'warn', 'Some units are blank.'),
            ('stale', 'teams', 'pass', 'All is fresh.'),
            ('concealed', 'teams', 'fail', 'Names are concealed.')
        """,
    )

    assert after_the_days(tmp_path) == [
        "Warehouse: built for 2026-11-24, newest window ends 2026-11-22.",
        "First window without reserve: ends 2026-11-15.",
        "fail: Names are concealed.",
        "warn: Some units are blank.",
        "Open flags: 3",
        "  Helse: not_reached since 2026-11-08, at least 40 of 42 not reached, reach ≤5% (1–16%) "
        "(no_licence)",
        "  Skole: behind since 2026-11-15, about 12 of 20 not reached, reach 40% (22–61%)",
        "  Kultur: falling since 2026-11-15 (dormant)",
    ]


@pytest.mark.parametrize(
    ("complete", "said"),
    [
        ("null", "No day is complete for every leadership channel yet, so nothing can be said."),
        (
            "date '2026-11-21'",
            "No window is without reserve yet: 28 complete days are needed. After the first pull "
            "that takes about four nights.",
        ),
    ],
)
def test_before_the_first_window_the_waiting_is_told(
    tmp_path: Path, complete: str, said: str
) -> None:
    land_days(tmp_path, nov(23))
    publish(
        tmp_path,
        build_row=f"(date '2026-11-24', null::date, {complete}::date, null::date)",
        flags="('x', 'behind', date '2026-10-04', date '2026-11-01', 20, 9, .5, .3, .7, [], null)",
        findings="('stale', 'teams', 'pass', 'All is fresh.')",
    )

    assert after_the_days(tmp_path) == [
        "Warehouse: built for 2026-11-24, newest window ends nowhere yet.",
        said,
        "Open flags: 0",
    ]
