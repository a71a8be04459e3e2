import duckdb

from tests.tables import drawn, given, run_model


def test_a_counter_is_a_row_for_each_snapshot_that_has_it(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        "lake.snapshot",
        """
        report | day        | period_days | counters
        t      | 2026-01-05 | 1           | {"calls": {"above_zero": 3, "blank": 1}, "chats": {"above_zero": 0, "blank": 9}}
        t      | 2026-01-06 | 1           | {}
        old    | 2026-01-05 | 1           |
        """,  # noqa: E501
    )

    result = run_model(db, "staging.counter")
    assert drawn(result, "report, day, period_days, counter, above_zero_count, blank_count") == [
        "t | 2026-01-05 | 1 | calls | 3 | 1",
        "t | 2026-01-05 | 1 | chats | 0 | 9",
    ]
