import duckdb
import pytest

from tests.tables import drawn, given, run_model, set_variables

HEADER = "unit_id | window_end | staff | reached"


@pytest.mark.parametrize(
    ("before", "now", "held"),
    [
        ((200, 180), (200, 160), "true"),  # 0.9 - 0.8 < 0.1 in a double
        ((200, 180), (200, 161), "false"),  # nine and a half points
        ((20, 18), (20, 16), "false"),  # ten points, of which chance explains all
        ((60, 40), (60, 29), "true"),  # eighteen points, of which at least 0.7
        ((60, 40), (60, 30), "false"),
        ((60, 25), (60, 15), "false"),  # Newcombe's interval reaches zero, a plain one does not
        ((200, 160), (200, 180), "false"),
        ((200, 180), (100, 80), "true"),  # shares, not people
    ],
)
def test_a_fall_takes_ten_points_and_more_than_chance(
    db: duckdb.DuckDBPyConnection, before: tuple[int, int], now: tuple[int, int], held: str
) -> None:
    rows = [
        f"north | {day} | {staff} | {reached}"
        for day, (staff, reached) in {"2026-01-04": before, "2026-02-01": now}.items()
    ]
    given(db, "core.flag_subject", "\n".join([HEADER, *rows]))

    result = run_model(db, "core.flag_falling")

    assert drawn(result, "window_end, is_held") == [f"2026-02-01 | {held}"]


def test_only_the_unit_itself_28_days_before_is_compared_and_without_it_nothing_is_said(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(
        db,
        "core.flag_subject",
        f"""
        {HEADER}
        north | 2026-01-04 | 200 | 190
        south | 2026-01-11 | 200 | 190
        north | 2026-02-01 | 200 | 20
        north | 2026-02-08 | 200 | 20
        """,
    )

    assert drawn(run_model(db, "core.flag_falling"), "unit_id, window_end, is_held") == [
        "north | 2026-02-01 | true"
    ]


def test_the_points_come_from_the_configuration(db: duckdb.DuckDBPyConnection) -> None:
    set_variables(db, fall_points=9.5)
    given(
        db,
        "core.flag_subject",
        f"{HEADER}\nn | 2026-01-04 | 200 | 180\nn | 2026-02-01 | 200 | 161",
    )

    assert drawn(run_model(db, "core.flag_falling"), "is_held") == ["true"]
