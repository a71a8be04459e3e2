import duckdb

from tests.tables import drawn, given, run_model

COLUMNS = "as_of, organisation, window_end, last_complete_day, first_ok_window_end"


def test_the_build_says_which_window_is_newest_and_which_was_the_first_without_reserve(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(
        db,
        "core.evaluation_day",
        """
        window_end | is_newest | last_complete_day
        2026-01-18 | false     | 2026-01-30
        2026-01-25 | false     | 2026-01-30
        2026-01-30 | true      | 2026-01-30
        2026-02-01 | false     | 2026-01-30
        """,
    )
    given(
        db,
        "core.evaluation_window",
        """
        window_end | status
        2026-01-18 | partial
        2026-01-25 | ok
        2026-01-30 | ok
        2026-02-01 | no_data
        """,
    )

    assert drawn(run_model(db, "marts.build"), COLUMNS) == [
        "2026-02-05 | Fjordvik | 2026-01-30 | 2026-01-30 | 2026-01-25"
    ]


def test_a_build_without_any_window_is_still_one_row(db: duckdb.DuckDBPyConnection) -> None:
    assert drawn(run_model(db, "marts.build"), COLUMNS) == ["2026-02-05 | Fjordvik |  |  |"]
