import duckdb
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from tests.tables import drawn, given, run_model

REACH = "unit_id | unit | window_end | status | staff | reached"
WEEKS = "unit_id, window_end, iso_year, iso_week, year_before_end"
FIGURES = "reach_rate, reach_rate_before, difference, difference_low, difference_high"


def test_a_sunday_stands_beside_that_of_the_same_iso_week_a_year_before(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(
        db,
        "marts.unit_reach",
        f"""
        {REACH}
        north | North | 2025-11-23 | ok | 30 | 20
        north | North | 2026-11-22 | ok | 40 | 20
        south | South | 2026-11-15 | ok | 40 | 20
        south | South | 2025-11-23 | ok | 40 | 20
        """,
    )

    result = run_model(db, "marts.unit_year")

    assert drawn(result, f"{WEEKS}, unit, status, reach_rate, reach_rate_before") == [
        "north | 2026-11-22 | 2026 | 47 | 2025-11-23 | North | ok | 0.5 | 0.666667"
    ]


def test_53_weeks_lie_between_after_a_long_year_and_week_53_itself_has_no_year_before(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(
        db,
        "marts.unit_reach",
        f"""
        {REACH}
        north | North | 2025-12-28 | ok | 30 | 20
        north | North | 2026-01-04 | ok | 30 | 20
        north | North | 2026-12-27 | ok | 30 | 20
        north | North | 2027-01-03 | ok | 30 | 20
        north | North | 2027-01-10 | ok | 30 | 20
        """,
    )

    # 2026 has 53 weeks, of which the last ends on 2027-01-03.
    assert drawn(run_model(db, "marts.unit_year"), WEEKS) == [
        "north | 2026-12-27 | 2026 | 52 | 2025-12-28",
        "north | 2027-01-10 | 2027 | 1 | 2026-01-04",
    ]


def test_only_sundays_and_windows_of_28_days_are_compared(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        "marts.unit_reach",
        f"""
        {REACH} | window_days
        north | North | 2025-11-23 | ok | 30 | 20 | 28
        north | North | 2025-11-23 | ok | 30 | 20 | 30
        north | North | 2026-11-22 | ok | 40 | 20 | 90
        south | South | 2025-11-20 | ok | 30 | 20 | 28
        south | South | 2026-11-19 | ok | 40 | 20 | 28
        """,
    )

    assert drawn(run_model(db, "marts.unit_year"), WEEKS) == []


def test_the_difference_has_newcombes_interval(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        "marts.unit_reach",
        f"""
        {REACH}
        north | North | 2025-11-23 | ok | 30 | 20
        north | North | 2026-11-22 | ok | 40 | 20
        """,
    )
    low, high = confint_proportions_2indep(20, 40, 20, 30, method="newcomb", compare="diff")

    ((difference, *interval),) = (
        run_model(db, "marts.unit_year")
        .select("difference, difference_low, difference_high")
        .fetchall()
    )

    assert difference == pytest.approx(-1 / 6)
    assert interval == pytest.approx([low, high], abs=1e-9)


@pytest.mark.parametrize(
    ("before", "now", "status"),
    [
        ("ok | 30 | 20", "partial | 30 | 20", "partial"),
        ("quiet | 30 | 20", "ok | 30 | 20", "quiet"),
        ("quiet | 30 | 20", "partial | 30 | 20", "partial"),
    ],
)
def test_figures_with_a_reserve_carry_the_greater_one(
    db: duckdb.DuckDBPyConnection, before: str, now: str, status: str
) -> None:
    given(
        db,
        "marts.unit_reach",
        f"{REACH}\nn | N | 2025-11-23 | {before}\nn | N | 2026-11-22 | {now}",
    )

    result = run_model(db, "marts.unit_year")

    assert drawn(result, "status, reach_rate, difference") == [f"{status} | 0.666667 | 0"]


@pytest.mark.parametrize(
    ("before", "now", "status"),
    [
        ("no_data | |", "ok | 30 | 20", "no_data"),
        ("ok | 30 | 20", "not_trusted | |", "not_trusted"),
        ("suppressed | |", "partial | 30 | 20", "suppressed"),
        ("suppressed | |", "no_data | |", "no_data"),
        ("not_in_use | |", "no_data | |", "not_in_use"),
        ("ok | 30 |", "ok | 30 | 20", "suppressed"),  # so few licensed that conduct is not shown
        ("quiet | 30 | 20", "ok | 30 |", "suppressed"),
    ],
)
def test_where_one_of_the_two_is_not_shown_neither_is_and_the_status_says_why(
    db: duckdb.DuckDBPyConnection, before: str, now: str, status: str
) -> None:
    given(
        db,
        "marts.unit_reach",
        f"{REACH}\nn | N | 2025-11-23 | {before}\nn | N | 2026-11-22 | {now}",
    )

    result = run_model(db, "marts.unit_year")

    assert drawn(result, f"status, {FIGURES}") == [" | ".join([status, *[""] * 5]).strip()]
