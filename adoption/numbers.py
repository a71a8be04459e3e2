"""Numbers and days as a reader of the language (nb, nn or en) writes them.

Without Babel, which is slow to import, but for the names of months.
"""

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal


def date_text(day: dt.date, language: str) -> str:
    """`day` as a reader writes it in running text: 22. november 2026."""
    from babel.dates import format_date  # slow to import, like the catalogs

    return str(format_date(day, "d MMMM y" if language == "en" else "d. MMMM y", language))


def count_text(number: int, language: str) -> str:
    """People in groups of three: from five digits on in Norwegian, from four in English."""
    return grouped(str(number), language)


def grouped(text: str, language: str) -> str:
    """`text` with the long numbers in it in groups of three."""
    least, mark = (4, ",") if language == "en" else (5, "\N{NO-BREAK SPACE}")
    return re.sub(rf"\d{{{least},}}", lambda found: f"{int(found[0]):,}".replace(",", mark), text)


def decimal_text(number: float | Decimal, language: str, *, places: int | None = None) -> str:
    """`number` with the reader's decimal sign and no grouping; `places` None: as many as it has.

    Halves round away from zero, as people and SQL do. The minus is ASCII, since spreadsheets do
    not read the one that Norwegian typography (and so Babel) writes.
    """
    exact = Decimal(str(number))
    if places is not None:
        exact = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = format(exact, "f")
    if places is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if language == "en" else text.replace(".", ",")


def percent_number(fraction: float, language: str) -> str:
    """`fraction` as a percentage with one decimal and no sign, to stand in a number cell."""
    return decimal_text(Decimal(str(fraction)) * 100, language, places=1)


def percent_text(fraction: float, language: str) -> str:
    """`fraction` as a percentage in running text."""
    text = percent_number(fraction, language).removesuffix(".0").removesuffix(",0")
    return f"{text}{_sign(language)}"


def whole_percent(fraction: float, language: str) -> str:
    """Whole percents; what is not quite nothing or all never reads as 0 or 100 %."""
    whole = _whole(fraction)
    text = "<1" if whole == 0 and fraction else ">99" if whole == 100 and fraction < 1 else whole
    return f"{text}{_sign(language)}"


def interval_text(low: float, high: float, language: str) -> str:
    """The two ends of an interval in whole percents."""
    return f"{_whole(low)}–{_whole(high)}{_sign(language)}"


def _whole(fraction: float) -> int:
    return int((Decimal(str(fraction)) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def _sign(language: str) -> str:
    return "%" if language == "en" else "\N{NO-BREAK SPACE}%"
