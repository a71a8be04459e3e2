import duckdb

from tests.tables import drawn, given, run_model


def test_the_tree_is_published_as_it_is(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        "core.unit",
        """
        unit_id        | unit     | parent_id      | level | path            | is_pseudo
        (organisation) | Fjordvik |                | 0     | Fjordvik        | false
        care           | Care     | (organisation) | 1     | Fjordvik / Care | false
        """,
    )

    assert drawn(run_model(db, "marts.unit"), "unit_id, unit, parent_id, level, path") == [
        "(organisation) | Fjordvik |  | 0 | Fjordvik",
        "care | Care | (organisation) | 1 | Fjordvik / Care",
    ]
