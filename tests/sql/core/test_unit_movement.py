import duckdb

from tests.tables import drawn, given, run_chain

COLUMNS = 'unit_id, persons_before, joined, "left", moved_in, moved_out, persons_now'
UNITS = """
    unit_id        | parent_id
    (organisation) |
    care           | (organisation)
    north          | care
    south          | care
    school         | (organisation)
"""


def test_who_moves_within_a_sector_moves_in_its_units_only(db: duckdb.DuckDBPyConnection) -> None:
    given(db, "core.unit", UNITS)
    given(db, "core.evaluation_day", "window_end\n2026-02-01")
    given(
        db,
        "core.unit_flow",
        """
        window_end | unit_before | unit_now  | persons
        2026-02-01 | north       | north     | 20
        2026-02-01 | north       | south     | 3
        2026-02-01 | south       | school    | 5
        2026-02-01 | (outside)   | south     | 7
        2026-02-01 | north       | (outside) | 2
        """,
    )

    assert drawn(run_chain(db, "core.unit_movement"), COLUMNS) == [
        "(organisation) | 30 | 7 | 2 | 0 | 0 | 35",
        "care | 30 | 7 | 2 | 0 | 5 | 30",
        "north | 25 | 0 | 2 | 0 | 3 | 20",
        "school | 0 | 0 | 0 | 5 | 0 | 5",
        "south | 5 | 7 | 0 | 3 | 5 | 10",
    ]


def test_a_sunday_of_which_nobody_knows_the_earlier_day_is_null_and_other_days_have_no_row(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(db, "core.unit", "unit_id\nnorth")
    given(
        db,
        "core.evaluation_day",
        """
        window_end | day_count
        2026-01-25 | 28
        2026-02-01 | 28
        2026-02-04 | 28
        2026-02-08 | 90
        """,
    )
    given(
        db,
        "core.unit_flow",
        "window_end | unit_before | unit_now | persons\n2026-02-01 | school | school | 4",
    )

    assert drawn(run_chain(db, "core.unit_movement"), f"window_end, {COLUMNS}") == [
        "2026-01-25 | north |  |  |  |  |  |",
        "2026-02-01 | north | 0 | 0 | 0 | 0 | 0 | 0",
    ]
