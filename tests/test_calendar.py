"""Working days: weekends, Norway's public holidays, closed periods."""

import datetime as dt

import pytest

from adoption.calendar import working_days
from adoption.errors import ConfigError
from adoption.settings import Calendar


def test_weekends_and_public_holidays_are_no_working_days() -> None:
    days = working_days(Calendar(), dt.date(2026, 5, 12), dt.date(2026, 5, 18))

    # 2026-05-14 is Ascension Day, 2026-05-17 (a Sunday) the Constitution Day.
    assert list(days) == [
        (dt.date(2026, 5, 12), True),
        (dt.date(2026, 5, 13), True),
        (dt.date(2026, 5, 14), False),
        (dt.date(2026, 5, 15), True),
        (dt.date(2026, 5, 16), False),
        (dt.date(2026, 5, 17), False),
        (dt.date(2026, 5, 18), True),
    ]


@pytest.mark.parametrize(
    ("year", "moving"),
    [
        # Maundy Thursday, Good Friday, Easter Monday, Ascension Day and Whit Monday.
        (2024, ["03-28", "03-29", "04-01", "05-09", "05-20"]),
        (2025, ["04-17", "04-18", "04-21", "05-29", "06-09"]),
        (2026, ["04-02", "04-03", "04-06", "05-14", "05-25"]),
        (2027, ["03-25", "03-26", "03-29", "05-06", "05-17"]),
    ],
)
def test_the_weekdays_off_are_the_fixed_holidays_and_those_that_move_with_easter(
    year: int, moving: list[str]
) -> None:
    days = working_days(Calendar(), dt.date(year, 1, 1), dt.date(year, 12, 31))

    fixed = ["01-01", "05-01", "05-17", "12-25", "12-26"]
    free = {dt.date.fromisoformat(f"{year}-{day}") for day in (*moving, *fixed)}
    assert {day for day, is_working in days if day.weekday() < 5 and not is_working} == {
        day for day in free if day.weekday() < 5
    }


def test_holidays_are_known_in_each_year_of_the_span() -> None:
    days = dict(working_days(Calendar(), dt.date(2025, 12, 31), dt.date(2027, 1, 4)))

    new_year = [dt.date(year, 1, 1) for year in (2026, 2027)]
    assert [days[day] for day in new_year] == [False, False]
    assert [days[dt.date(year, 12, 25)] for year in (2026,)] == [False]
    assert days[dt.date(2027, 1, 4)] is True


def test_a_closed_period_holds_from_its_first_day_to_its_last() -> None:
    calendar = Calendar(closed=((dt.date(2026, 7, 7), dt.date(2026, 7, 8)),))

    days = working_days(calendar, dt.date(2026, 7, 6), dt.date(2026, 7, 9))

    assert [is_working_day for _, is_working_day in days] == [True, False, False, True]


def test_another_country_has_other_holidays() -> None:
    constitution_day = dt.date(2027, 5, 17)  # a Monday

    assert list(working_days(Calendar(), constitution_day, constitution_day)) == [
        (constitution_day, False)
    ]
    assert list(working_days(Calendar("DK"), constitution_day, constitution_day)) == [
        (constitution_day, False)  # Whit Monday
    ]
    assert list(working_days(Calendar("US"), constitution_day, constitution_day)) == [
        (constitution_day, True)
    ]


def test_an_unknown_country_is_a_mistake_in_the_configuration() -> None:
    with pytest.raises(ConfigError) as caught:
        list(working_days(Calendar("Norge"), dt.date(2026, 1, 1), dt.date(2026, 1, 1)))

    assert str(caught.value) == (
        "'calendar.country' is 'Norge', a country whose holidays are not known. Use its ISO code, "
        "such as NO."
    )
