"""The formulas, held against figures that can be checked by hand or in a textbook."""

import pytest

from tests.truth.statistics import discoveries, has_fallen, newcombe, p_below, wilson


def test_eight_of_ten_lie_between_49_and_94_per_cent() -> None:
    assert wilson(8, 10) == pytest.approx((0.4901625, 0.9433178), abs=1e-7)


def test_a_share_of_nobody_is_unknown_and_the_ends_stay_within_0_and_1() -> None:
    assert wilson(0, 0) is None
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775328), abs=1e-7)
    assert wilson(10, 10) == pytest.approx((0.7224672, 1.0), abs=1e-7)


def test_newcombes_own_example_gives_his_interval() -> None:
    assert newcombe((56, 70), (48, 80)) == pytest.approx((0.0524, 0.3339), abs=5e-5)


@pytest.mark.parametrize(
    ("before", "now", "fell"),
    [
        ((180, 200), (160, 200), True),
        ((180, 200), (161, 200), False),  # nine and a half points
        ((18, 20), (16, 20), False),  # ten points, of which chance explains all
        ((160, 200), (180, 200), False),
    ],
)
def test_a_fall_takes_ten_points_and_more_than_chance(
    before: tuple[int, int], now: tuple[int, int], fell: bool
) -> None:
    assert has_fallen(before, now, 10) is fell


def test_forty_against_fifty_in_a_hundred_has_a_one_sided_p_of_eight_per_cent() -> None:
    assert p_below((40, 100), (50, 100)) == pytest.approx(0.0776, abs=1e-4)  # z = -1.4213
    assert p_below((0, 5), (0, 7)) == 1.0
    assert p_below((0, 5), (0, 0)) == 1.0


def test_benjamini_and_hochberg_keep_all_up_to_the_last_that_passes() -> None:
    p_values = {"a": 0.005, "b": 0.01, "c": 0.03, "d": 0.04, "e": 0.5}

    assert discoveries(p_values) == {"a", "b", "c", "d"}
    assert discoveries({"a": 0.02, "b": 0.03, "c": 0.04}) == {"a", "b", "c"}
    assert discoveries({"a": 0.03, "b": 0.6}) == set()
    assert discoveries({}) == set()
