import duckdb

from tests.tables import drawn, given, run_model

COLUMNS = "unit, flag, opened_on, closed_on, not_reached, reason, advice"
UNITS = "unit_id | unit\nnorth | North\nsouth | South"
ADVICE = "reason | advice\ndormant | Ask them.\nno_account | Create one."
REACH = "unit_id | window_end | status | staff | reached | reason"


def test_an_open_flag_tells_of_the_newest_ok_sunday_and_a_closed_one_of_the_day_it_closed(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(db, "core.unit", UNITS)
    given(db, "config.advice", ADVICE)
    given(
        db,
        "core.flag_episode",
        """
        unit_id | flag        | opened_on  | closed_on
        north   | not_reached | 2026-01-11 | 2026-01-25
        north   | falling     | 2026-01-18 |
        """,
    )
    given(
        db,
        "marts.unit_reach",
        f"""
        {REACH}
        north | 2026-01-18 | ok      | 40 | 10 | dormant
        north | 2026-01-25 | ok      | 40 | 25 | no_account
        north | 2026-02-01 | ok      | 40 | 22 | dormant
        north | 2026-02-08 | partial | 40 | 2  | no_account
        north | 2026-02-11 | ok      | 40 | 3  | no_account
        south | 2026-02-01 | ok      | 90 | 0  | no_account
        """,
    )

    assert drawn(run_model(db, "marts.unit_flag"), COLUMNS) == [
        "North | falling | 2026-01-18 |  | 18 | dormant | Ask them.",
        "North | not_reached | 2026-01-11 | 2026-01-25 | 15 | no_account | Create one.",
    ]


def test_a_flag_without_a_reason_or_with_reach_not_shown_still_stands(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(db, "core.unit", UNITS)
    given(db, "config.advice", ADVICE)
    given(db, "core.flag_episode", "unit_id | flag | opened_on\nnorth | behind | 2026-02-01")
    given(db, "marts.unit_reach", f"{REACH}\nnorth | 2026-02-01 | ok | 40 | |")

    assert drawn(run_model(db, "marts.unit_flag"), COLUMNS) == [
        "North | behind | 2026-02-01 |  |  |  |"
    ]


def test_flags_of_a_unit_that_is_suppressed_now_are_not_shown_even_after_a_gap(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(db, "core.unit", UNITS)
    given(
        db,
        "core.flag_episode",
        """
        unit_id | flag   | opened_on  | closed_on
        north   | behind | 2026-01-25 |
        south   | behind | 2026-01-25 |
        """,
    )
    given(
        db,
        "marts.unit_reach",
        f"""
        {REACH}
        north | 2026-01-25 | ok | 40 | 10 |
        south | 2026-01-25 | ok | 40 | 10 |
        """,
    )
    given(
        db,
        "core.unit_shown",
        """
        unit_id | window_end | status
        north   | 2026-01-25 | ok
        north   | 2026-02-01 | suppressed
        north   | 2026-02-08 | no_data
        south   | 2026-01-25 | suppressed
        south   | 2026-02-01 | ok
        south   | 2026-02-08 | no_data
        """,
    )

    assert drawn(run_model(db, "marts.unit_flag"), "unit, flag") == ["South | behind"]
