import duckdb
import pytest

from tests.tables import drawn, given, run_model


@pytest.mark.parametrize(
    "status", ["ok", "quiet", "partial", "not_trusted", "no_data", "not_in_use"]
)
def test_every_unit_has_the_status_of_its_window_and_its_true_counts(
    db: duckdb.DuckDBPyConnection, status: str
) -> None:
    given(db, "core.evaluation_window", f"window_end | status\n2026-02-01 | {status}")
    given(db, "core.unit_funnel", "unit_id | window_end | staff\nnorth | 2026-02-01 | 9")

    assert drawn(run_model(db, "core.unit_window"), "unit_id, status, staff") == [
        f"north | {status} | 9"
    ]
