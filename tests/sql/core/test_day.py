import duckdb

from tests.tables import drawn, given, run_model


def test_a_day_knows_its_place_in_every_bit_string(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        "config.calendar",
        """
        day        | is_working_day
        2026-01-05 | true
        2026-01-11 | false
        """,
    )

    assert drawn(run_model(db, "core.day"), "day, day_number, is_working_day") == [
        "2026-01-05 | 0 | true",
        "2026-01-11 | 6 | false",
    ]
