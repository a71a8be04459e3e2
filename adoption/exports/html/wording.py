"""Numbers, days and signs as a reader sees them in the report.

What stands for a number that is not shown is decided where the CSV decides it (`exports.cells`).
The report rounds to whole percents, since it shows the interval beside each; the CSV has decimals.
"""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from adoption.exports import cells
from adoption.exports.html.marts import WINDOW_DAYS, Adoption, Reach
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
    return Figure(_grouped(text), _meaning(text, language))


def rate(row: Reach | Adoption, language: str) -> Figure:
    """Reach or adoption in whole percents and its interval, or the sign that says why not."""
    name, counted = ("reach", "reached") if isinstance(row, Reach) else ("adoption", "active")
    values = msgspec.structs.asdict(row)
    text = cells.rate(f"{name}_rate", values, language)
    if meaning := _meaning(text, language):
        return Figure(text, meaning)
    fraction, low, high = (values[f"{name}_{part}"] for part in ("rate", "low", "high"))
    shown = cells.count(counted, values, language)
    bound = shown[0] if shown[0] in "≤≥" else ""
    return Figure(bound + percent(fraction, language), interval=interval(low, high, language))


def no_figure(language: str) -> Figure:
    """What stands where there is no row at all."""
    return Figure(cells.NO_DATA, _meaning(cells.NO_DATA, language))


def percent(fraction: float, language: str) -> str:
    """Whole percents; what is not quite nothing or all never reads as 0 or 100 %."""
    whole = _whole(fraction)
    text = "<1" if whole == 0 and fraction else ">99" if whole == 100 and fraction < 1 else whole
    return f"{text}{_sign(language)}"


def interval(low: float, high: float, language: str) -> str:
    return f"{_whole(low)}–{_whole(high)}{_sign(language)}"


def number(value: int) -> str:
    return _grouped(str(value))


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


def _whole(fraction: float) -> int:
    return int((Decimal(str(fraction)) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def _sign(language: str) -> str:
    return "%" if language == "en" else "\N{NO-BREAK SPACE}%"


def _grouped(text: str) -> str:
    # From five digits on, as Norwegian and British style guides write them.
    return re.sub(
        r"\d{5,}", lambda found: f"{int(found[0]):,}".replace(",", "\N{NO-BREAK SPACE}"), text
    )
