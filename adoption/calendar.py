"""Which days are working days: weekends, the country's public holidays, and closed periods."""

import datetime as dt
from collections.abc import Iterator

import holidays

from adoption.errors import ConfigError
from adoption.settings import Calendar


def working_days(
    calendar: Calendar, first: dt.date, last: dt.date
) -> Iterator[tuple[dt.date, bool]]:
    """Each day from `first` to `last` and whether people are expected at work on it."""
    years = range(first.year, last.year + 1)
    try:
        public = holidays.country_holidays(calendar.country, years=years)
    except NotImplementedError as error:
        raise ConfigError(
            f"'calendar.country' is '{calendar.country}', a country whose holidays are not known. "
            "Use its ISO code, such as NO."
        ) from error
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = dt.date.fromordinal(ordinal)
        closed = any(start <= day <= end for start, end in calendar.closed)
        yield day, day.weekday() < 5 and day not in public and not closed
