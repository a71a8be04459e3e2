import duckdb

from tests.tables import drawn, given, run_model


def test_a_persons_days_as_staff_follow_the_snapshots_in_force(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(db, "config.calendar", "day\n2026-01-05..2026-01-14")
    run_model(db, "core.day")
    given(
        db,
        "core.directory_span",
        """
        snapshot_day | valid_from | valid_to
        2026-01-07   | 2026-01-05 | 2026-01-09
        2026-01-10   | 2026-01-10 | 2026-01-11
        2026-01-12   | 2026-01-12 | 9999-12-31
        """,
    )
    given(
        db,
        "staging.directory",
        """
        day        | person_id | account_class | is_enabled | is_excluded
        2026-01-07 | ann       | member        | true       | false
        2026-01-10 | ann       | member        | false      | false
        2026-01-12 | ann       | member        | true       | false
        2026-01-10 | bob       | member        | true       | false
        2026-01-12 | cy        | guest         | true       | false
        2026-01-12 | svc       | member        | true       | true
        """,
    )

    assert drawn(run_model(db, "core.staff_days"), "person_id, staff_days") == [
        "ann | 0-4 7-9",
        "bob | 5-6",
    ]
