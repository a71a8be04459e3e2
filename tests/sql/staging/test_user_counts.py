import duckdb

from tests.tables import drawn, given, run_model


def test_a_blank_count_in_a_row_that_exists_is_a_zero_that_says_it_was_blank(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(
        db,
        "lake.viva_engage_user_counts",
        """
        day        | report_date | liked_person_count | posted_person_count | read_person_count | has_blank
        2026-01-08 | 2026-01-05  |                    |                     |                   | true
        2026-01-08 | 2026-01-06  | 12                 | 6                   | 0                 | false
        """,  # noqa: E501
    )

    result = run_model(db, "staging.viva_engage_user_counts")
    columns = "report_date, liked_person_count, posted_person_count, read_person_count, has_blank"
    assert drawn(result, columns) == [
        "2026-01-05 | 0 | 0 | 0 | true",
        "2026-01-06 | 12 | 6 | 0 | false",
    ]
