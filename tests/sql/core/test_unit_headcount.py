import duckdb
import pytest

from tests.tables import drawn, given, run_model


@pytest.mark.parametrize(
    ("headcount", "persons", "expected"),
    [
        ("40", "31", "40 | 31 | 40"),
        ("20", "31", "20 | 31 | 31"),
        ("0", "", "0 | 0 | 0"),
        ("", "31", " | 31 | 31"),
        ("", "", " | 0 | 0"),
    ],
)
def test_the_larger_of_headcount_and_persons_is_the_staff(
    db: duckdb.DuckDBPyConnection, headcount: str, persons: str, expected: str
) -> None:
    given(db, "core.unit", "unit_id\nnorth")
    given(db, "core.evaluation_day", "window_end\n2026-02-01")
    given(db, "config.unit", f"unit_id | headcount\nnorth | {headcount}")
    people = f"unit_id | window_end | account\nnorth | 2026-02-01 | {persons}"
    given(db, "core.unit_people", people if persons else "")

    result = run_model(db, "core.unit_headcount")

    assert drawn(result, "headcount, account, staff") == [expected.strip()]


def test_a_headcount_counts_only_on_the_days_for_which_it_is_valid(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(db, "core.unit", "unit_id\nnorth")
    given(db, "core.evaluation_day", "window_end\n2026-01-25\n2026-02-01\n2026-02-08\n2026-02-15")
    given(
        db,
        "config.unit",
        """
        unit_id | headcount | valid_from | valid_to
        north   | 40        | 2026-02-01 | 2026-02-08
        """,
    )

    assert drawn(run_model(db, "core.unit_headcount"), "window_end, headcount, staff") == [
        "2026-01-25 |  | 0",
        "2026-02-01 | 40 | 40",
        "2026-02-08 | 40 | 40",
        "2026-02-15 |  | 0",
    ]
