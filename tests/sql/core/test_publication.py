import duckdb
import pytest

from tests.tables import drawn, given, run_model, set_variables


@pytest.mark.parametrize(
    ("hidden_on", "then"),
    [
        ("2026-02-22", ["north |  | true | false"]),  # shares three weeks
        ("2026-02-08", ["north |  | true | false"]),  # shares a week
        ("2026-02-01", ["north |  | false | false"]),  # shares no day
        ("2026-03-08", ["north |  | false | false"]),  # is no earlier window
    ],
)
def test_a_row_that_was_hidden_in_a_window_of_the_past_stays_hidden_while_they_share_a_day(
    db: duckdb.DuckDBPyConnection, hidden_on: str, then: list[str]
) -> None:
    set_variables(db, frozen_before="2026-03-01")
    given(
        db,
        "core.unit_window",
        """
        unit_id | window_end | status | staff | account | licensed | onboarded | active | reached | contributing
        north   | 2026-03-01 | ok     | 40    | 30      | 30       | 20        | 20     | 15      | 5
        """,  # noqa: E501
    )
    given(db, "core.unit", "unit_id | is_pseudo\nnorth | false")
    given(
        db,
        "core.evaluation_day",
        "window_start | window_end | day_count\n2026-02-02 | 2026-03-01 | 28",
    )
    given(db, "staging.hidden_row", f"unit_id | channel | window_end\nnorth | '' | {hidden_on}")

    result = run_model(db, "core.publication")

    assert drawn(result, "unit_id, channel, is_hidden, is_own") == then
