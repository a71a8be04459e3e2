import duckdb

from tests.tables import drawn, given, run_chain


def test_of_several_refreshes_the_newest_tells_of_a_day(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        "staging.viva_engage_user_counts",
        """
        day        | report_date | totals
        2026-01-07 | 2026-01-05  | {read_count=5, posted_count=0}
        2026-01-08 | 2026-01-05  | {read_count=6, posted_count=1}
        2026-01-08 | 2026-01-06  | {read_count=7, posted_count=2}
        """,
    )

    assert drawn(run_chain(db, "core.total_day"), "channel, day, counter, person_count") == [
        "viva_engage | 2026-01-05 | posted_count | 1",
        "viva_engage | 2026-01-05 | read_count | 6",
        "viva_engage | 2026-01-06 | posted_count | 2",
        "viva_engage | 2026-01-06 | read_count | 7",
    ]
