"""How numbers of people are told: exactly, about, or as a bound."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adoption.certainty import People, amount, bound, is_wide, people, say_not_reached, say_rate


def row(
    reached: int, *, coded: bool = False, low: float = 0.4, high: float = 0.6
) -> dict[str, object]:
    """A row of `marts.unit_flag` for a unit of 20 staff."""
    return {
        "staff": 20, "not_reached": 20 - reached, "reach_rate": reached / 20, "reach_low": low,
        "reach_high": high, "coded": ["not_reached"] if coded else [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("shown", "told", "rate"),
    [
        (row(8), "12 of 20", "40% (40–60%)"),
        (row(8, high=0.61), "about 12 of 20", "40% (40–61%)"),
        (row(8, coded=True, high=0.61), "at most 12 of 20", "≥40% (40–61%)"),
        (row(2, coded=True), "at least 18 of 20", "≤10% (40–60%)"),
        ({**row(8, coded=True), "not_reached": None, "reach_rate": None}, "", ""),
    ],
)
def test_people_not_reached_are_told_as_sure_as_they_are(
    shown: dict[str, object], told: str, rate: str
) -> None:
    assert (say_not_reached(shown, "en"), say_rate(shown, "en")) == (told, rate)


def test_each_language_has_its_words_for_doubt() -> None:
    at_most, at_least, exact = People(2, 0, 2), People(18, 18, 20), People(7, 7, 7)

    told = [
        [amount(exact, language, about=True), amount(at_most, language), amount(at_least, language)]
        for language in ("nb", "nn", "en")
    ]

    assert told == [
        ["omtrent 7", "høyst 2", "minst 18"],
        ["om lag 7", "høgst 2", "minst 18"],
        ["about 7", "at most 2", "at least 18"],
    ]


def test_an_interval_of_just_twenty_points_is_not_wide_and_an_unknown_one_neither() -> None:
    assert not is_wide({"reach_low": 0.25, "reach_high": 0.45})
    assert is_wide({"reach_low": 0.25, "reach_high": 0.4501})
    assert not is_wide({"reach_low": None, "reach_high": None})


@given(st.integers(10, 60), st.data())
def test_what_is_said_of_a_coded_count_holds_for_the_true_one(
    staff: int, data: st.DataObject
) -> None:
    licensed = data.draw(st.integers(10, staff))  # fewer are hidden, not coded
    true = data.draw(st.integers(0, licensed))
    shown = 2 if true <= 2 else licensed - 2 if true >= licensed - 2 else true
    coded = ["reached", "not_reached"] if true <= 2 or true >= licensed - 2 else []
    published = {
        "staff": staff, "licensed": licensed, "reached": shown, "not_reached": staff - shown,
        "coded": coded,
    }  # fmt: skip

    for column, truth in (("reached", true), ("not_reached", staff - true)):
        found = people(column, published)
        assert found is not None
        assert found.least <= truth <= found.most
        assert bool(bound(column, published)) == bool(coded)
