"""The second opinion on flags, on rows of reach drawn by hand."""

from datetime import timedelta

import pytest

from tests.truth.flags import FlagRow, episodes, flag_rows
from tests.truth.people import read_tree
from tests.truth.statistics import has_fallen, wilson
from tests.truth.tiny import REGISTER, SUNDAY, settings
from tests.truth.windows import ReachRow


def reach_on(status: str, reached: int, staff: int = 100) -> ReachRow:
    low, high = wilson(reached, staff) or (None, None)
    return ReachRow(status, staff, licensed=staff, reached=reached, reach_low=low, reach_high=high)


@pytest.mark.parametrize(
    ("holds", "expected"),
    [
        ("", []),
        ("1", []),
        ("11", [(2, None)]),
        ("0110", [(3, None)]),
        ("1100", [(2, 4)]),
        ("110100", [(2, 6)]),
        ("1010101", []),
        ("11001011", [(2, 4), (8, None)]),
    ],
)
def test_a_flag_opens_on_the_second_yes_in_a_row_and_closes_on_the_second_no(
    holds: str, expected: list[tuple[int, int | None]]
) -> None:
    sundays = [SUNDAY + timedelta(weeks=n) for n in range(1, len(holds) + 1)]
    verdicts = [(day, answer == "1") for day, answer in zip(sundays, holds, strict=True)]

    assert episodes(verdicts) == [
        (sundays[opened - 1], closed and sundays[closed - 1]) for opened, closed in expected
    ]


def test_a_sunday_that_is_not_ok_counts_neither_way_and_breaks_no_row() -> None:
    rows = [("ok", 30), ("partial", 90), ("ok", 30), ("ok", 90), ("no_data", 0), ("ok", 90)]
    days = [SUNDAY + timedelta(weeks=n) for n in range(6)]
    reach = {
        (unit, day): reach_on(status, reached)
        for day, (status, reached) in zip(days, rows, strict=True)
        for unit in ("Fjordvik", "Care")
    }

    flags = flag_rows(reach, read_tree(REGISTER.split("North")[0], "Fjordvik"), settings())

    assert flags["Care", "not_reached", days[2]] == FlagRow(days[5], 10, None)


def test_of_a_coded_count_a_flag_knows_the_middle_of_its_range() -> None:
    days = [SUNDAY + timedelta(weeks=n) for n in (0, 1, 4, 5)]
    counts = {"Care": (30, [30, 30, 24, 24]), "Fjordvik": (1000, [760] * 4)}
    reach = {
        (unit, day): reach_on("ok", reached, staff)
        for unit, (staff, on_days) in counts.items()
        for day, reached in zip(days, on_days, strict=True)
    }

    # 30 to 24 would be a fall beyond chance; 30 of 30 is published as at least 28, and 29 is none.
    assert has_fallen((30, 30), (24, 30), 10)
    assert flag_rows(reach, read_tree(REGISTER.split("North")[0], "Fjordvik"), settings()) == {}


def test_a_suppressed_unit_shows_no_flag() -> None:
    days = [SUNDAY + timedelta(weeks=n) for n in range(3)]
    reach = {("Fjordvik", day): reach_on("ok", 90) for day in days}
    reach |= {("Care", day): reach_on("ok", 3) for day in days[:2]}
    reach["Care", days[2]] = ReachRow("suppressed")

    assert flag_rows(reach, read_tree(REGISTER.split("North")[0], "Fjordvik"), settings()) == {}
