import duckdb
import pytest

from tests.tables import drawn, given, run_chain

TEAMS = "channel\nteams"
DAYS = """
    day        | is_working_day
    2026-01-08 | true
    2026-01-09 | true
    2026-01-10 | false
    2026-01-11 | false
    2026-01-12 | true
"""
HEADER = (
    "channel | grain | period_days | day | fetched_on | refresh_date | row_count | concealed_count"
)


def judged(db: duckdb.DuckDBPyConnection, *snapshots: str, gates: str = "") -> list[str]:
    given(db, "core.channel", TEAMS)
    given(db, "core.day", DAYS)
    lines = [f"teams | person_day | {snapshot}" for snapshot in snapshots]
    given(db, "staging.snapshot", "\n".join([HEADER, *lines]))
    if gates:
        given(db, "core.gate_day", f"check_name | channel | day | result\n{gates}")
    result = run_chain(db, "core.channel_day")
    return drawn(result, "day, is_held_back, has_figures, is_complete")


def test_every_day_of_every_channel_stands_though_nothing_has_landed(
    db: duckdb.DuckDBPyConnection,
) -> None:
    assert judged(db) == [f"2026-01-{day:02} | false | false | false" for day in (8, 9, 10, 11, 12)]


def test_an_empty_day_off_is_silence_once_a_later_day_has_rows_an_empty_weekday_never_is(
    db: duckdb.DuckDBPyConnection,
) -> None:
    assert judged(
        db,
        "1 | 2026-01-08 | 2026-01-15 | 2026-01-13 | 0 | 0",
        "1 | 2026-01-09 | 2026-01-15 | 2026-01-13 | 5 | 0",
        "1 | 2026-01-10 | 2026-01-15 | 2026-01-13 | 0 | 0",
        "1 | 2026-01-11 | 2026-01-12 | 2026-01-11 | 0 | 0",
        "1 | 2026-01-12 | 2026-01-15 | 2026-01-13 | 5 | 0",
    ) == [
        "2026-01-08 | false | false | false",
        "2026-01-09 | false | true | true",
        "2026-01-10 | false | true | true",
        "2026-01-11 | false | false | false",  # fetched a day later: what it lacks may yet come
        "2026-01-12 | false | true | true",
    ]


def test_an_empty_weekend_is_unknown_while_no_later_day_has_rows(
    db: duckdb.DuckDBPyConnection,
) -> None:
    assert judged(
        db,
        "1 | 2026-01-09 | 2026-01-15 | 2026-01-13 | 5 | 0",
        "1 | 2026-01-10 | 2026-01-15 | 2026-01-13 | 0 | 0",
        "1 | 2026-01-11 | 2026-01-15 | 2026-01-13 | 0 | 0",
    ) == [
        "2026-01-08 | false | false | false",
        "2026-01-09 | false | true | true",
        "2026-01-10 | false | false | false",
        "2026-01-11 | false | false | false",
        "2026-01-12 | false | false | false",
    ]


@pytest.mark.parametrize(
    ("fetched_on", "refresh_date", "complete"),
    [
        ("2026-01-11", "2026-01-10", "true"),
        ("2026-01-10", "2026-01-10", "false"),  # two days old
        ("2026-01-11", "2026-01-08", "true"),
        ("2026-01-20", "2026-01-07", "false"),  # the channel's refresh has not reached the day
        ("2026-01-11", "", "true"),  # no file shows a refresh: age alone decides
    ],
)
def test_a_day_is_settled_three_days_after_it_and_once_the_refresh_has_reached_it(
    db: duckdb.DuckDBPyConnection, fetched_on: str, refresh_date: str, complete: str
) -> None:
    days = judged(db, f"1 | 2026-01-08 | {fetched_on} | {refresh_date} | 5 | 0")

    assert days[0] == f"2026-01-08 | false | true | {complete}"


@pytest.mark.parametrize(
    ("rows", "concealed", "expected"),
    [(10, 5, "false | true | true"), (10, 6, "true | false | false")],
)
def test_a_day_is_concealed_when_most_of_its_rows_carry_masks(
    db: duckdb.DuckDBPyConnection, rows: int, concealed: int, expected: str
) -> None:
    days = judged(db, f"1 | 2026-01-08 | 2026-01-15 | 2026-01-13 | {rows} | {concealed}")

    assert days[0] == f"2026-01-08 | {expected}"


def test_a_report_of_a_period_makes_no_day_complete(db: duckdb.DuckDBPyConnection) -> None:
    days = judged(db, "180 | 2026-01-08 | 2026-01-15 | 2026-01-13 | 5 | 0")

    assert days[0] == "2026-01-08 | false | false | false"


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ("pass", "false | true | true"),
        ("warn", "false | true | true"),
        ("fail", "true | false | false"),
    ],
)
def test_a_gate_that_fails_takes_the_day_its_figures_and_a_warning_does_not(
    db: duckdb.DuckDBPyConnection, result: str, expected: str
) -> None:
    days = judged(
        db,
        "1 | 2026-01-08 | 2026-01-15 | 2026-01-13 | 5 | 0",
        gates=f"""
        totals   | teams      | 2026-01-08 | {result}
        rows_cut | teams      | 2026-01-08 | pass
        totals   | sharepoint | 2026-01-08 | fail
        """,
    )

    assert days[0] == f"2026-01-08 | {expected}"


def test_an_empty_day_off_of_which_rows_were_refused_is_no_silence(
    db: duckdb.DuckDBPyConnection,
) -> None:
    days = judged(
        db,
        "1 | 2026-01-10 | 2026-01-15 | 2026-01-13 | 0 | 0",
        "1 | 2026-01-12 | 2026-01-15 | 2026-01-13 | 5 | 0",
        gates="rows_refused | teams | 2026-01-10 | fail",
    )

    assert days[2] == "2026-01-10 | true | false | false"
