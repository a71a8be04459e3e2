import duckdb

from tests.tables import drawn, given, run_model


def test_a_unit_is_in_its_own_subtree_and_in_that_of_every_node_above(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(
        db,
        "core.unit",
        """
        unit_id        | parent_id
        (organisation) |
        care           | (organisation)
        north          | care
        """,
    )

    assert drawn(run_model(db, "core.unit_ancestor"), "unit_id, ancestor_id") == [
        "(organisation) | (organisation)",
        "care | (organisation)",
        "care | care",
        "north | (organisation)",
        "north | care",
        "north | north",
    ]
