import duckdb

from tests.tables import drawn, given, run_model


def test_hrs_latest_date_is_in_force_and_before_the_first_the_first(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(
        db,
        "config.headcount",
        """
        unit_id | day        | headcount | fte
        north   | 2026-02-01 | 44        |
        north   | 2026-01-01 | 40        | 31.5
        south   | 2026-01-15 | 20        | 20
        """,
    )

    result = run_model(db, "core.headcount_span")

    assert drawn(result, "unit_id, headcount, fte, valid_from, valid_to") == [
        "north | 40 | 31.5 | 0001-01-01 | 2026-01-31",
        "north | 44 |  | 2026-02-01 | 9999-12-31",
        "south | 20 | 20 | 0001-01-01 | 9999-12-31",
    ]


def test_a_unit_that_hr_does_not_have_goes_by_the_register(db: duckdb.DuckDBPyConnection) -> None:
    given(db, "config.unit", "unit_id | headcount\nnorth | 10\nsouth | 20\nwest |")
    given(db, "config.headcount", "unit_id | day | headcount\nnorth | 2026-02-01 | 44")

    assert drawn(run_model(db, "core.headcount_span"), "unit_id, headcount") == [
        "north | 44",
        "south | 20",
    ]
