import duckdb

from tests.tables import drawn, given, run_model

COLUMNS = "channel, day, licensed, active, received, contributed"
DAYS = """
    day        | day_number
    2026-01-05 | 0
    2026-01-06 | 1
    2026-01-07 | 2
"""
CHANNEL_DAYS = "channel | day\nteams | 2026-01-05..2026-01-07"
SPAN = "snapshot_day | valid_from | valid_to\n2026-01-05 | 0001-01-01 | 9999-12-31"


def test_a_day_counts_those_who_were_staff_on_it_whoever_they_are_today(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(db, "core.day", DAYS)
    given(db, "core.channel_day", CHANNEL_DAYS)
    given(db, "core.directory_span", SPAN)
    given(
        db,
        "core.licensed_snapshot",
        "channel | snapshot_day | licensed_staff\nteams | 2026-01-05 | 3",
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

    assert drawn(run_model(db, "core.channel_day_people"), COLUMNS) == [
        "teams | 2026-01-05 | 3 | 1 | 1 | 1",
        "teams | 2026-01-06 | 3 | 2 | 0 | 1",
        "teams | 2026-01-07 | 3 | 1 | 1 | 0",
    ]


def test_licensed_are_those_of_the_snapshot_in_force_and_whoever_was_active(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(db, "core.day", DAYS)
    given(db, "core.channel_day", CHANNEL_DAYS)
    given(
        db,
        "core.directory_span",
        """
        snapshot_day | valid_from | valid_to
        2026-01-05   | 0001-01-01 | 2026-01-05
        2026-01-06   | 2026-01-06 | 9999-12-31
        """,
    )
    given(
        db,
        "core.licensed_snapshot",
        """
        channel | snapshot_day | licensed_staff
        teams   | 2026-01-05   | 4
        teams   | 2026-01-06   | 0
        """,
    )
    given(db, "core.person_activity", "person_id | channel | active_days\nann | teams | 2")
    given(db, "core.staff_days", "person_id | staff_days\nann | 0-2")

    assert drawn(run_model(db, "core.channel_day_people"), "day, licensed, active") == [
        "2026-01-05 | 4 | 0",
        "2026-01-06 | 0 | 0",
        "2026-01-07 | 1 | 1",
    ]


def test_where_no_plans_are_known_the_staff_in_the_channels_reports_are_the_licensed(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(db, "core.day", DAYS)
    given(db, "core.channel_day", "channel | day\nteams | 2026-01-05\nsharepoint | 2026-01-05")
    given(db, "core.directory_span", SPAN)
    given(
        db,
        "core.person_activity",
        "person_id | channel | active_days\nann | teams | 1\nbob | teams |\ncy | teams | 0",
    )
    given(db, "core.staff_days", "person_id | staff_days\nann | 0-2\nbob | 0-2")

    assert drawn(run_model(db, "core.channel_day_people"), "channel, licensed, active") == [
        "sharepoint | 0 | 0",
        "teams | 2 | 0",
    ]
