import duckdb

from tests.tables import drawn, given, run_model


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
        "2026-01-12 | 0001-01-01 | 2026-01-19",
        "2026-01-20 | 2026-01-20 | 9999-12-31",
    ]
