import duckdb

from tests.tables import drawn, given, run_model


def test_who_is_active_in_a_channel_is_licensed_for_it_and_for_no_other(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(db, "core.channel", "channel\nteams\nsharepoint")
    given(db, "core.plan_set_channel", "plan_set_id | channel\nchat | teams")
    given(db, "core.evaluation_day", "window_end | window_days\n2026-02-01 | 0-27")
    given(
        db,
        "core.staff",
        """
        window_end | unit_id | person_id | plan_set_id
        2026-02-01 | north   | ann       | chat
        2026-02-01 | north   | bob       |
        2026-02-01 | north   | cy        | chat
        """,
    )
    given(
        db,
        "core.person_activity",
        """
        person_id | channel    | active_days | received_days | contributed_days
        ann       | teams      | 1           | 1             |
        bob       | teams      | 2           |               | 2
        cy        | teams      | 28          | 28            | 28
        cy        | sharepoint | 27          |               |
        """,
    )

    result = run_model(db, "core.unit_channel_people")

    assert drawn(result, "unit_id, channel, licensed, active, received, contributed") == [
        "north | sharepoint | 1 | 1 | 0 | 0",
        "north | teams | 3 | 2 | 1 | 1",
    ]
