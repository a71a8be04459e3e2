import duckdb
import pytest

from tests.tables import drawn, given, run_model


@pytest.mark.parametrize(("newest", "expected"), [("true", "2026-01-28"), ("false", "2026-02-08")])
def test_the_newest_complete_day_comes_before_later_sundays_that_nobody_can_judge(
    db: duckdb.DuckDBPyConnection, newest: str, expected: str
) -> None:
    given(
        db,
        "core.evaluation_day",
        f"""
        window_end | is_newest
        2026-02-01 | false
        2026-01-28 | {newest}
        2026-02-08 | false
        """,
    )

    assert drawn(run_model(db, "core.newest_window"), "window_end") == [expected]
