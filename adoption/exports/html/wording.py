"""Numbers, days and signs as a reader sees them in the report.

What stands for a number that is not shown is decided where the CSV decides it (`exports.cells`).
The report rounds to whole percents, since it shows the interval beside each; the CSV has decimals.
"""

import datetime as dt
from dataclasses import dataclass

import msgspec

from adoption.exports import cells
from adoption.exports.html.marts import WINDOW_DAYS, Adoption, Reach
from adoption.numbers import grouped, interval_text, whole_percent
from adoption.texts import STATUSES, label, translate

_LOCALES = {"nb": "nb_NO", "nn": "nn_NO", "en": "en_GB"}
_SUNDAY = 7


@dataclass(frozen=True, slots=True)
class Figure:
    """What stands in a cell; `meaning` in words where it is only a sign, `interval` of a rate."""

    text: str
    meaning: str = ""
    interval: str = ""


def count(row: Reach | Adoption, column: str, language: str) -> Figure:
    """People, a bound (`≤2`), or the sign that says why there is no number."""
    text = cells.count(column, msgspec.structs.asdict(row), language)
    return Figure(grouped(text, language), _meaning(text, language))


def rate(row: Reach | Adoption, language: str) -> Figure:
    """Reach or adoption in whole percents and its interval, or the sign that says why not."""
    kind, values = "reach" if isinstance(row, Reach) else "adoption", msgspec.structs.asdict(row)
    shown = cells.rate.value(f"{kind}_rate", values, language)
    if not isinstance(shown, cells.Share):
        return Figure(str(shown), _meaning(str(shown), language))
    low, high = values[f"{kind}_low"], values[f"{kind}_high"]
    text = f"{shown.bound}{whole_percent(shown.fraction, language)}"
    return Figure(text, interval=interval_text(low, high, language))


def no_figure(language: str) -> Figure:
    """What stands where there is no row at all."""
    return Figure(cells.NO_DATA, _meaning(cells.NO_DATA, language))


def date(day: dt.date, language: str) -> str:
    from babel.dates import format_date

    return format_date(day, "long", locale=_LOCALES[language])


def dates(first: dt.date, last: dt.date, language: str) -> str:
    return f"{date(first, language)} – {date(last, language)}"


def first_day(row: Reach | Adoption) -> dt.date:
    return row.window_end - dt.timedelta(days=row.window_days - 1)


def period(row: Reach | Adoption, language: str) -> str:
    """When: the window's weeks by their numbers where it is whole weeks, else its last day."""
    if row.window_days != WINDOW_DAYS:
        sentence = translate("in the {days} days to {date}", language)
        return sentence.format(days=row.window_days, date=date(row.window_end, language))
    if row.window_end.isoweekday() != _SUNDAY:
        sentence = translate("in the four weeks to {date}", language)
        return sentence.format(date=date(row.window_end, language))
    (first_year, first, _), (last_year, last, _) = (
        day.isocalendar() for day in (first_day(row), row.window_end)
    )
    if first_year == last_year:
        return translate("in weeks {first} to {last}", language).format(first=first, last=last)
    sentence = translate("in week {first} of {first_year} to week {last} of {last_year}", language)
    return sentence.format(first=first, first_year=first_year, last=last, last_year=last_year)


def week(day: dt.date, language: str) -> str:
    return translate("week {week}", language).format(week=day.isocalendar().week)


def _meaning(text: str, language: str) -> str:
    meanings = {
        cells.HIDDEN: STATUSES["suppressed"],
        cells.NOT_TRUSTED: STATUSES["not_trusted"],
        cells.NO_DATA: STATUSES["no_data"],
    }
    if text == cells.NOTHING:
        return translate("Nothing to show", language)
    return translate(meanings[text], language) if text in meanings else ""


def status(code: str, language: str) -> str:
    """The status in words where it is a reserve; nothing where all is as it should be."""
    return "" if code == "ok" else label(code, language)
