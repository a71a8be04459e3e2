import duckdb

from tests.tables import drawn, given, run_chain


def test_full_time_equivalents_add_up_only_where_all_staff_below_have_them(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(
        db,
        "core.unit",
        """
        unit_id        | parent_id      | is_pseudo
        (organisation) |                | false
        (unmapped)     | (organisation) | true
        care           | (organisation) | false
        north          | care           | false
        school         | (organisation) | false
        west           | school         | false
        """,
    )
    given(
        db,
        "core.unit_headcount",
        """
        unit_id        | window_end | staff | fte
        (organisation) | 2026-02-01 | 0     |
        (unmapped)     | 2026-02-01 | 3     |
        care           | 2026-02-01 | 5     | 4.5
        north          | 2026-02-01 | 40    | 31.5
        school         | 2026-02-01 | 7     | 7
        west           | 2026-02-01 | 12    |
        west           | 2026-01-25 | 12    | 9
        """,
    )

    assert drawn(run_chain(db, "core.unit_fte"), "window_end, unit_id, fte") == [
        "2026-01-25 | (organisation) | 9",
        "2026-01-25 | school | 9",
        "2026-01-25 | west | 9",
        "2026-02-01 | (organisation) |",
        "2026-02-01 | (unmapped) |",
        "2026-02-01 | care | 36",
        "2026-02-01 | north | 31.5",
        "2026-02-01 | school |",
        "2026-02-01 | west |",
    ]
