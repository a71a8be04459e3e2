import duckdb

from tests.tables import drawn, given, run_model


def test_each_flag_gives_its_verdicts_under_its_name(db: duckdb.DuckDBPyConnection) -> None:
    verdict = "unit_id | window_end | is_held\nnorth | 2026-02-01 |"
    given(db, "core.flag_not_reached", f"{verdict} true")
    given(db, "core.flag_falling", f"{verdict} false")
    given(db, "core.flag_behind", f"{verdict} true")

    result = run_model(db, "core.flag_sunday")

    assert drawn(result, "unit_id, flag, window_end, is_held") == [
        "north | behind | 2026-02-01 | true",
        "north | falling | 2026-02-01 | false",
        "north | not_reached | 2026-02-01 | true",
    ]
