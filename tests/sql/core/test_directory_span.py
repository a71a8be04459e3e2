import duckdb

from tests.tables import drawn, given, run_model, set_variables


def test_a_snapshot_is_in_force_until_the_next_and_the_first_one_before_itself_too(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(
        db,
        "staging.snapshot",
        """
        report              | day
        directory           | 2026-01-20
        directory           | 2026-01-12
        teams_user_activity | 2026-01-14
        """,
    )

    result = run_model(db, "core.directory_span")

    assert drawn(result, "snapshot_day, valid_from, valid_to") == [
        "2026-01-12 | 2026-01-05 | 2026-01-19",
        "2026-01-20 | 2026-01-20 | 9999-12-31",
    ]


def test_a_first_snapshot_older_than_the_first_day_keeps_its_own_day(
    db: duckdb.DuckDBPyConnection,
) -> None:
    set_variables(db, first_day="2026-01-05")
    given(db, "staging.snapshot", "report | day\ndirectory | 2025-12-01")

    result = run_model(db, "core.directory_span")

    assert drawn(result, "snapshot_day, valid_from, valid_to") == [
        "2025-12-01 | 2025-12-01 | 9999-12-31"
    ]
