import duckdb

from tests.tables import drawn, given, run_model

COLUMNS = "channel, day, complete, active, received, contributed"
DAYS = """
    day        | day_number
    2026-01-05 | 0
    2026-01-06 | 1
    2026-01-07 | 2
"""


def test_a_day_counts_those_who_were_staff_on_it_whoever_they_are_today(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(db, "core.day", DAYS)
    given(
        db,
        "core.channel_day",
        """
        channel | day                    | has_figures | is_complete
        teams   | 2026-01-05..2026-01-06 | true        | true
        teams   | 2026-01-07             | true        | false
        """,
    )
    given(
        db,
        "core.person_activity",
        """
        person_id | channel | active_days | received_days | contributed_days
        ann       | teams   | 0-2         | 0 2           | 0
        bob       | teams   | 0-1         |               | 1
        cy        | teams   | 0-2         | 0-2           | 0-2
        """,
    )
    given(db, "core.staff_days", "person_id | staff_days\nann | 0-2\nbob | 1-2\ndot | 0-2")

    assert drawn(run_model(db, "marts.channel_day"), COLUMNS) == [
        "teams | 2026-01-05 | true | 1 | 1 | 1",
        "teams | 2026-01-06 | true | 2 | 0 | 1",
        "teams | 2026-01-07 | false | 1 | 1 | 0",
    ]


def test_a_known_day_without_anybody_is_zero_and_an_unknown_one_is_null(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(db, "core.day", DAYS)
    given(
        db,
        "core.channel_day",
        """
        channel | day        | has_figures | is_complete
        teams   | 2026-01-05 | true        | true
        teams   | 2026-01-06 | false       | false
        """,
    )
    given(db, "core.staff_days", "person_id | staff_days\nann | 0-2")
    given(db, "core.person_activity", "person_id | channel | active_days\nann | teams | 1")

    assert drawn(run_model(db, "marts.channel_day"), COLUMNS) == [
        "teams | 2026-01-05 | true | 0 | 0 | 0",
        "teams | 2026-01-06 | false |  |  |",
    ]


def test_the_day_that_counts_as_today_is_not_shown(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        "core.channel_day",
        "channel | day | has_figures | is_complete\nteams | 2026-02-04..2026-02-06 | true | false",
    )

    assert drawn(run_model(db, "marts.channel_day"), COLUMNS) == [
        "teams | 2026-02-04 | false | 0 | 0 | 0"
    ]
