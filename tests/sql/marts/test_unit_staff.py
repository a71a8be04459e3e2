import duckdb

from tests.tables import drawn, given, run_model


def test_full_time_equivalents_stand_where_the_staff_is_shown(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(
        db,
        "marts.unit_reach",
        """
        unit_id | unit  | window_end | status     | staff | account
        north   | North | 2026-02-01 | ok         | 40    | 31
        south   | South | 2026-02-01 | suppressed |       |
        west    | West  | 2026-02-01 | ok         | 12    | 12
        """,
    )
    given(
        db,
        "core.unit_fte",
        """
        unit_id | window_end | fte
        north   | 2026-02-01 | 31.5
        north   | 2026-01-25 | 30
        south   | 2026-02-01 | 7.5
        """,
    )

    assert drawn(run_model(db, "marts.unit_staff"), "unit, status, staff, account, fte") == [
        "North | ok | 40 | 31 | 31.5",
        "South | suppressed |  |  |",
        "West | ok | 12 | 12 |",
    ]
