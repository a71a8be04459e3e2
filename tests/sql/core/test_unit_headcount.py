import duckdb
import pytest

from tests.tables import drawn, given, run_model

ALWAYS = "unit_id | valid_from | valid_to | headcount | fte\nnorth | 0001-01-01 | 9999-12-31"


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
    given(db, "core.headcount_span", f"{ALWAYS} | {headcount} |")
    people = f"unit_id | window_end | account\nnorth | 2026-02-01 | {persons}"
    given(db, "core.unit_people", people if persons else "")

    result = run_model(db, "core.unit_headcount")

    assert drawn(result, "headcount, account, staff") == [expected.strip()]


def test_the_headcount_in_force_on_the_last_day_counts(db: duckdb.DuckDBPyConnection) -> None:
    given(db, "core.unit", "unit_id\nnorth\nsouth")
    given(db, "core.evaluation_day", "window_end\n2026-01-25\n2026-02-01")
    given(
        db,
        "core.headcount_span",
        """
        unit_id | valid_from | valid_to   | headcount | fte
        north   | 0001-01-01 | 2026-01-31 | 40        | 31.5
        north   | 2026-02-01 | 9999-12-31 | 44        |
        """,
    )

    assert drawn(run_model(db, "core.unit_headcount"), "unit_id, window_end, staff, fte") == [
        "north | 2026-01-25 | 40 | 31.5",
        "north | 2026-02-01 | 44 |",
        "south | 2026-01-25 | 0 |",
        "south | 2026-02-01 | 0 |",
    ]


def test_a_unit_has_no_row_before_and_after_its_days_but_for_those_still_placed_in_it(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(db, "core.unit", "unit_id\nnorth")
    given(db, "core.evaluation_day", "window_end\n2026-01-25\n2026-02-01\n2026-02-08\n2026-02-15")
    given(
        db,
        "config.unit",
        "unit_id | valid_from | valid_to\nnorth | 2026-02-01 | 2026-02-01",
    )
    given(db, "core.headcount_span", f"{ALWAYS} | 40 | 31.5")
    given(db, "core.unit_people", "unit_id | window_end | account\nnorth | 2026-02-08 | 3")

    result = run_model(db, "core.unit_headcount")

    assert drawn(result, "window_end, is_valid, headcount, account, staff, fte") == [
        "2026-02-01 | true | 40 | 0 | 40 | 31.5",
        "2026-02-08 | false |  | 3 | 3 |",
    ]
