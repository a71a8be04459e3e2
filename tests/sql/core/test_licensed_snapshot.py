import duckdb

from tests.tables import drawn, given, run_model


def test_accounts_of_every_kind_with_a_plan_count_in_each_channel_that_it_opens(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(
        db,
        "core.plan_set_channel",
        "plan_set_id | channel\noffice | teams\noffice | sharepoint\nchat | teams",
    )
    given(
        db,
        "staging.directory",
        """
        day        | person_id | plan_set_id | is_enabled | account_class | is_excluded
        2026-01-05 | ann       | office      | true       | member        | false
        2026-01-05 | bob       | chat        | false      | member        | false
        2026-01-05 | svc       | chat        | true       | member        | true
        2026-01-05 | cy        |             | true       | member        | false
        2026-01-12 | ann       | mystery     | true       | member        | false
        """,
    )

    assert drawn(
        run_model(db, "core.licensed_snapshot"), "channel, snapshot_day, licensed, licensed_staff"
    ) == [
        "sharepoint | 2026-01-05 | 1 | 1",
        "teams | 2026-01-05 | 3 | 1",
    ]
