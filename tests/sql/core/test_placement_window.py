import duckdb

from tests.tables import drawn, given, run_model


def test_a_window_is_not_trusted_when_more_than_a_fifth_of_its_persons_lack_a_unit(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(
        db,
        "core.staff",
        """
        window_end | person_id | unit_id
        2026-02-01 | ann       | (no department)
        2026-02-01 | bob       | (unmapped)
        2026-02-01 | cy        | north
        2026-02-01 | dot       | north
        2026-02-01 | eve       | north
        2026-02-08 | ann       | (no department)
        2026-02-08 | bob       | (unmapped)
        2026-02-08 | cy        | north
        2026-02-08 | dot       | north
        """,
    )

    result = run_model(db, "core.placement_window")

    assert drawn(result, "window_end, account, blank_count, unmapped_count, is_untrusted") == [
        "2026-02-01 | 5 | 1 | 1 | false",
        "2026-02-08 | 4 | 1 | 1 | true",
    ]
