"""Numbers, days and signs as a reader sees them in the report.

What stands for a number that is not shown is decided where the CSV decides it (`exports.cells`).
The report rounds to whole percents, since it shows the interval beside each; the CSV has decimals.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from adoption import certainty
from adoption.exports import cells
from adoption.exports.html.marts import WINDOW_DAYS, Adoption, Reach
from adoption.numbers import decimal_text, grouped, interval_text, whole_percent
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
    column = "reach_rate" if isinstance(row, Reach) else "adoption_rate"
    return percent_figure(cells.rate, column, msgspec.structs.asdict(row), language)


def figure(cell: cells.Cell, column: str, row: cells.Row, language: str) -> Figure:
    """What a cell of the files shows, to stand in the report."""
    text = cell(column, row, language)
    return Figure(grouped(text, language), _meaning(text, language))


def percent_figure(cell: cells.Cell, column: str, row: cells.Row, language: str) -> Figure:
    """A share in whole percents, with the interval of a rate."""
    shown = cell.value(column, row, language)
    if not isinstance(shown, cells.Share):
        return Figure(str(shown), _meaning(str(shown), language))
    kind = column.partition("_")[0]
    ends = [row.get(f"{kind}_{end}") for end in ("low", "high")]
    low, high = (end if isinstance(end, float) else None for end in ends)
    text = f"{shown.bound}{whole_percent(shown.fraction, language)}"
    told = "" if low is None or high is None else interval_text(low, high, language)
    return Figure(text, interval=told)


def points_figure(row: cells.Row, language: str) -> Figure:
    """The change since a year before in percentage points, with its interval."""
    change, low, high = (
        cells.points.value(column, row, language)
        for column in ("difference", "difference_low", "difference_high")
    )
    if meaning := _meaning(str(change), language):
        return Figure(str(change), meaning)
    ends = [_signed(end, language).lstrip(_BOUNDS) for end in (low, high)]
    to = translate("{first} to {last}", language)
    return Figure(_signed(change, language), interval=to.format(first=ends[0], last=ends[1]))


_BOUNDS = certainty.AT_MOST + certainty.AT_LEAST


def _signed(points: object, language: str) -> str:
    """With the plus and the minus of typography, which text in a spreadsheet must not have."""
    text = decimal_text(points, language, places=1) if isinstance(points, float) else str(points)
    bound, amount = text[: -len(text.lstrip(_BOUNDS))], text.lstrip(_BOUNDS)
    if amount.startswith("-"):
        return f"{bound}\N{MINUS SIGN}{amount[1:]}"
    return f"{bound}+{amount}" if amount.strip("0,.") else text


def no_figure(language: str) -> Figure:
    """What stands where there is no row at all."""
    return Figure(cells.NO_DATA, _meaning(cells.NO_DATA, language))


def date(day: dt.date, language: str) -> str:
    from babel.dates import format_date

    return format_date(day, "long", locale=_LOCALES[language])


def listed(things: Sequence[str], language: str) -> str:
    """`A, B og C`."""
    from babel.lists import format_list

    return format_list(things, locale=_LOCALES[language])


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
