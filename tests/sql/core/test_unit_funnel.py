import duckdb

from tests.tables import drawn, given, run_model

FUNNEL = "unit_id, staff, account, licensed, onboarded, active, reached, contributing"


def test_a_nodes_figures_cover_its_subtree_and_a_unit_without_anybody_is_a_row_of_zero(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(
        db,
        "core.unit_ancestor",
        """
        unit_id | ancestor_id
        care    | care
        north   | north
        north   | care
        south   | south
        south   | care
        """,
    )
    given(
        db,
        "core.unit_headcount",
        """
        unit_id | window_end | staff | account
        care    | 2026-02-01 | 5     | 2
        north   | 2026-02-01 | 10    | 9
        south   | 2026-02-01 | 0     | 0
        """,
    )
    given(
        db,
        "core.unit_people",
        """
        unit_id | window_end | licensed | onboarded | active | reached | contributing
        care    | 2026-02-01 | 2        | 1         | 1      | 0       | 0
        north   | 2026-02-01 | 8        | 7         | 6      | 5       | 4
        north   | 2026-01-25 | 9        | 9         | 9      | 9       | 9
        """,
    )

    assert drawn(run_model(db, "core.unit_funnel"), FUNNEL) == [
        "care | 15 | 11 | 10 | 8 | 7 | 5 | 4",
        "north | 10 | 9 | 8 | 7 | 6 | 5 | 4",
        "south | 0 | 0 | 0 | 0 | 0 | 0 | 0",
    ]
