import duckdb
import pytest

from tests.tables import drawn, given, run_model


def test_flags_are_judged_on_sundays_with_an_ok_window_and_not_on_pseudo_units(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(
        db,
        "core.unit",
        """
        unit_id         | is_pseudo
        (organisation)  | false
        north           | false
        (no department) | true
        """,
    )
    given(
        db,
        "core.unit_window",
        """
        unit_id         | window_end | status     | staff | licensed | reached
        (organisation)  | 2026-02-01 | ok         | 90    | 90       | 40
        (no department) | 2026-02-01 | ok         | 20    | 20       | 10
        north           | 2026-02-01 | ok         | 30    | 30       | 20
        north           | 2026-02-04 | ok         | 30    | 30       | 21
        north           | 2026-02-08 | partial    | 30    | 30       | 22
        north           | 2026-02-15 | quiet      | 30    | 30       | 23
        north           | 2026-02-22 | ok         | 9     | 9        | 9
        """,
    )
    given(
        db,
        "core.unit_shown",
        """
        unit_id         | window_end | licensed | status
        (organisation)  | 2026-02-01 | 90       | ok
        (no department) | 2026-02-01 | 20       | ok
        north           | 2026-02-01 | 30       | ok
        north           | 2026-02-04 | 30       | ok
        north           | 2026-02-08 | 30       | partial
        north           | 2026-02-15 | 30       | quiet
        north           | 2026-02-22 |          | suppressed
        """,
    )

    result = run_model(db, "core.flag_subject")

    assert drawn(result, "unit_id, window_end, staff, reached") == [
        "(organisation) | 2026-02-01 | 90 | 40",
        "north | 2026-02-01 | 30 | 20",
    ]


@pytest.mark.parametrize(
    ("staff", "licensed", "reached", "known"),
    [
        (30, 28, 20, 20),
        (30, 28, 3, 3),
        (30, 28, 2, 1),
        (30, 28, 0, 1),
        (30, 0, 0, 0),  # nobody can be reached, which tells nothing of anybody
        (30, 28, 25, 25),
        (30, 28, 26, 27),
        (30, 28, 28, 27),
        (30, 10, 10, 9),
        (30, 9, 4, 4),  # a few known people: nothing is shown
        (30, 9, 0, 4),
        (30, 1, 1, 0),
        (10, 10, 0, 1),
    ],
)
def test_of_a_coded_count_flags_know_the_middle_of_what_its_code_leaves_open(
    db: duckdb.DuckDBPyConnection, staff: int, licensed: int, reached: int, known: int
) -> None:
    given(db, "core.unit", "unit_id | is_pseudo\nnorth | false")
    given_window(db, staff, licensed, reached)

    result = run_model(db, "core.flag_subject")

    assert drawn(result, "staff, reached") == [f"{staff} | {known}"]


def test_of_a_few_licensed_people_whose_number_is_not_shown_half_of_the_most_is_known(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(db, "core.unit", "unit_id | is_pseudo\nnorth | false")
    given_window(db, 30, 9, 9)
    given(
        db, "core.unit_shown", "unit_id | window_end | licensed | status\nnorth | 2026-02-01 | | ok"
    )

    assert drawn(run_model(db, "core.flag_subject"), "staff, reached") == ["30 | 2"]


def given_window(db: duckdb.DuckDBPyConnection, staff: int, licensed: int, reached: int) -> None:
    """The unit's ok window, with what the real model says of it."""
    given(
        db,
        "core.unit_funnel",
        f"""
        unit_id | window_end | staff   | licensed   | reached
        north   | 2026-02-01 | {staff} | {licensed} | {reached}
        """,
    )
    given(db, "core.evaluation_window", "window_end | status\n2026-02-01 | ok")
    run_model(db, "core.unit_window")
    given(
        db,
        "core.unit_shown",
        f"unit_id | window_end | licensed | status\nnorth | 2026-02-01 | {licensed} | ok",
    )
