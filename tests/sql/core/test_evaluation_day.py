import datetime as dt

import duckdb
import pytest

from adoption.calendar import working_days
from adoption.settings import Calendar
from tests.tables import drawn, given, run_model, set_variables

WEEKDAY_CALENDAR = """
    day                    | is_working_day
    2026-01-05..2026-01-09 | true
    2026-01-10..2026-01-11 | false
    2026-01-12..2026-01-16 | true
    2026-01-17..2026-01-18 | false
    2026-01-19..2026-01-23 | true
    2026-01-24..2026-01-25 | false
    2026-01-26..2026-01-30 | true
    2026-01-31..2026-02-01 | false
    2026-02-02..2026-02-05 | true
"""
CHANNELS = """
    channel     | is_in_use | is_leadership
    teams       | true      | false
    viva_engage | true      | true
    sharepoint  | true      | true
"""
COLUMNS = "window_end, window_start, last_complete_day, is_newest, window_days"


def given_calendar(db: duckdb.DuckDBPyConnection, drawing: str = WEEKDAY_CALENDAR) -> None:
    given(db, "config.calendar", drawing)
    run_model(db, "core.day")


def test_windows_end_on_sundays_and_on_the_newest_day_complete_in_all_of_leaderships_channels(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given_calendar(db)
    given(db, "core.channel", CHANNELS)
    given(
        db,
        "core.channel_day",
        """
        channel     | day                    | is_complete
        teams       | 2026-01-05..2026-01-20 | false
        viva_engage | 2026-01-05..2026-01-20 | true
        sharepoint  | 2026-01-05..2026-01-19 | true
        sharepoint  | 2026-01-20             | false
        """,
    )
    set_variables(db, as_of="2026-01-21")

    assert drawn(run_model(db, "core.evaluation_day"), COLUMNS) == [
        "2026-01-11 | 2025-12-15 | 2026-01-19 | false | 0-6",
        "2026-01-18 | 2025-12-22 | 2026-01-19 | false | 0-13",
        "2026-01-19 | 2025-12-23 | 2026-01-19 | true | 0-14",
    ]


def test_sundays_after_the_last_complete_day_stand_up_to_three_days_before_today(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given_calendar(db)
    given(db, "core.channel", CHANNELS)
    given(
        db,
        "core.channel_day",
        """
        channel     | day                    | is_complete
        viva_engage | 2026-01-05..2026-01-11 | true
        sharepoint  | 2026-01-05..2026-01-11 | true
        """,
    )
    set_variables(db, as_of="2026-01-28")

    assert drawn(run_model(db, "core.evaluation_day"), "window_end, is_newest") == [
        "2026-01-11 | true",
        "2026-01-18 | false",
        "2026-01-25 | false",
    ]


def test_without_any_complete_day_the_sundays_still_stand(db: duckdb.DuckDBPyConnection) -> None:
    given_calendar(db)
    given(db, "core.channel", CHANNELS)
    set_variables(db, as_of="2026-01-21")

    result = run_model(db, "core.evaluation_day")

    assert drawn(result, "window_end, last_complete_day, is_newest") == [
        "2026-01-11 |  | false",
        "2026-01-18 |  | false",
    ]


def test_looking_back_from_a_day_in_the_past_no_sunday_before_the_newest_day_is_lost(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given_calendar(db)
    given(db, "core.channel", CHANNELS)
    given(
        db,
        "core.channel_day",
        """
        channel     | day                    | is_complete
        viva_engage | 2026-01-05..2026-01-12 | true
        """,
    )
    set_variables(db, as_of="2026-01-12")  # whose days have settled since

    assert drawn(run_model(db, "core.evaluation_day"), "window_end, is_newest") == [
        "2026-01-11 | false",
        "2026-01-12 | true",
    ]


def test_a_window_with_fewer_than_ten_working_days_is_quiet(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given_calendar(
        db,
        """
        day                    | is_working_day
        2026-01-05..2026-01-09 | true
        2026-01-10..2026-01-25 | false
        2026-01-26..2026-01-30 | true
        2026-01-31..2026-02-08 | false
        2026-02-09             | true
        2026-02-10..2026-02-15 | false
        """,
    )
    given(db, "core.channel", CHANNELS)
    set_variables(db, as_of="2026-02-18")

    result = run_model(db, "core.evaluation_day")

    assert drawn(result.filter("window_end >= '2026-02-01'"), "window_end, is_quiet") == [
        "2026-02-01 | false",  # ten
        "2026-02-08 | true",  # five
        "2026-02-15 | true",
    ]


@pytest.mark.parametrize(
    ("closed", "quiet"),
    [
        ((), []),  # neither Christmas nor Easter takes half of four weeks
        ((("2026-07-06", "2026-07-31"),), ["2026-07-26", "2026-08-02", "2026-08-09"]),
        ((("2026-07-13", "2026-07-24"),), []),  # ten days are half
        (
            (("2026-07-13", "2026-07-24"), ("2026-07-27", "2026-07-27")),
            ["2026-08-02", "2026-08-09"],
        ),
        # Easter has three weekdays of its own: with the days before it and a week after, eleven.
        (
            (("2026-03-30", "2026-04-01"), ("2026-04-07", "2026-04-13")),
            ["2026-04-19", "2026-04-26"],
        ),
    ],
)
def test_closed_periods_and_holidays_together_make_a_norwegian_years_windows_quiet(
    db: duckdb.DuckDBPyConnection, closed: tuple[tuple[str, str], ...], quiet: list[str]
) -> None:
    spans = tuple((dt.date.fromisoformat(a), dt.date.fromisoformat(b)) for a, b in closed)
    set_variables(db, as_of="2027-01-13", last_day_number=373)
    days = working_days(Calendar(closed=spans), dt.date(2026, 1, 5), dt.date(2027, 1, 13))
    given_calendar(db, "\n".join(["day | is_working_day", *(f"{d} | {w}" for d, w in days)]))
    given(db, "core.channel", CHANNELS)

    result = run_model(db, "core.evaluation_day")

    # Windows that begin before the first landed day are no_data, whatever the calendar says.
    whole = result.filter("window_start >= '2026-01-05' and is_quiet")
    assert drawn(whole, "window_end") == quiet
