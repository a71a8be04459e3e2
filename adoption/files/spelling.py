"""Cells respelled as Graph writes them: dates, whole numbers and flags of a local spreadsheet.

Decided for a file as a whole, from all its cells. What the file does not prove is refused, never
guessed cell by cell; a text that cannot be read stays, and costs its row later.
"""

import datetime as dt
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from adoption.errors import ContractError
from adoption.files.cells import Cells

Kind = Literal["date", "count", "flag", "text"]
_Order = Literal["day first", "month first"]

_MIDNIGHT = r"(?: 0?0[:.]00(?:[:.]00)?| 12:00(?::00)? ?AM)?"
_LOCAL_DATE = re.compile(
    r"(?P<first>\d{1,2})(?P<mark>[./-])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})"
    + _MIDNIGHT,
    re.ASCII,
)
_ISO_DATE = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})(?P<time>[T ]00:00(?::00(?:\.0+)?)?(?:Z|\+00:00)?)?", re.ASCII
)
_MARK = "[., '’\u00a0\u202f]"
_GROUPS = rf"[1-9]\d{{0,2}}(?P<mark>{_MARK})\d{{3}}(?:(?P=mark)\d{{3}})*"
_GROUPED = re.compile(_GROUPS, re.ASCII)
_WITH_DECIMALS = re.compile(rf"{_GROUPS}(?P<decimal>(?!(?P=mark))[.,])\d+", re.ASCII)
_NUMBER = re.compile(rf"[-+]?\d(?:\d|{_MARK})*(?:[eE][-+]?\d+)?", re.ASCII)
_FLAGS = {
    "ja": "Yes",
    "nei": "No",
    "nej": "No",
    **dict.fromkeys(("sann", "sand", "sandt", "sant"), "True"),
    **dict.fromkeys(("usann", "falsk", "falskt", "usant"), "False"),
}
_AGAIN = "download the file again and do not open it in a spreadsheet first"
_CONTRADICTORY = f"its dates contradict each other (day first, month first); {_AGAIN}"


@dataclass(frozen=True, slots=True)
class _Spelling:
    """How a file spells one kind of cell: what each text is in Graph's spelling, and a note."""

    respelled: Callable[[str], str]
    note: str


def respell(cells: Cells, kinds: Mapping[int, Kind], *, today: dt.date) -> Cells:
    """`cells` with the columns of `kinds` (by place) in Graph's spelling.

    Dates become YYYY-MM-DD, counts plain digits, local words for flags Yes, No, True or False.
    `today` is evidence: no date of a report lies after it. Raises ContractError where the file's
    dates or thousands marks can be read two ways, or contradict each other.
    """
    table, notes = cells.table, list(cells.notes)
    for kind, find in _SPELLINGS.items():
        places = [place for place, its_kind in kinds.items() if its_kind == kind]
        spelling = find(_distinct(table, places), today)
        if spelling:
            notes.append(spelling.note)
            for place in places:
                column = _mapped(table.column(place), spelling.respelled)
                table = table.set_column(place, str(place), column)
    return replace(cells, table=table, notes=tuple(notes))


def _distinct(table: pa.Table, places: Sequence[int]) -> Collection[str]:
    """The different texts in some columns, without white space around them."""
    columns = [pc.unique(table.column(place)).to_pylist() for place in places]
    return {text.strip() for texts in columns for text in texts if text} - {""}


def _mapped(column: pa.ChunkedArray, respelled: Callable[[str], str]) -> pa.Array:
    """`column` with each different text respelled once; a text that stays keeps its blanks."""
    encoded = pc.dictionary_encode(column).combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):  # of a column without a chunk
        return pa.array([], pa.string())
    texts = []
    for text in encoded.dictionary.to_pylist():
        spelled = respelled(text.strip())
        texts.append(text if spelled == text.strip() else spelled)
    return pa.array(texts, pa.string()).take(encoded.indices)


def _dates(texts: Collection[str], today: dt.date) -> _Spelling | None:
    local = [found for text in texts if (found := _LOCAL_DATE.fullmatch(text))]
    iso = [found for text in texts if (found := _ISO_DATE.fullmatch(text))]
    if not local:
        return _Spelling(_iso, "midnights are cut off dates") if _has_times(iso) else None
    order = _order(local, today)
    _refuse_half_converted(local, [found["day"] for found in iso if not found["time"]])

    def respelled(text: str) -> str:
        found = _LOCAL_DATE.fullmatch(text)
        day = _day(found, order) if found else None
        return day.isoformat() if day else _iso(text)

    return _Spelling(respelled, f"dates are read {order}")


def _has_times(iso: Sequence[re.Match[str]]) -> bool:
    return any(found["time"] for found in iso)


def _iso(text: str) -> str:
    found = _ISO_DATE.fullmatch(text)
    return found["day"] if found else text


def _order(dates: Sequence[re.Match[str]], today: dt.date) -> _Order:
    """Whether the day or the month comes first, as all dates of the file together prove.

    Dates of one mark prove nothing of those of another, which something else has written; but
    they can contradict them. With points no country writes months first.
    """
    orders: set[_Order] = set()
    for mark in sorted({found["mark"] for found in dates}):
        of_mark = [found for found in dates if found["mark"] == mark]
        order = "day first" if mark == "." else _proven_order(of_mark, today)
        if order:
            orders.add(order)
    if len(orders) == 2:
        raise ContractError(_CONTRADICTORY)
    return orders.pop() if orders else "day first"


def _proven_order(dates: Sequence[re.Match[str]], today: dt.date) -> _Order | None:
    """The order of dates of one mark; None where it does not matter."""
    parts = {(int(found["first"]), int(found["second"])) for found in dates}
    is_day_first = any(12 < first <= 31 and second <= 12 for first, second in parts)
    is_month_first = any(12 < second <= 31 and first <= 12 for first, second in parts)
    if is_day_first and is_month_first:
        raise ContractError(_CONTRADICTORY)
    if is_day_first and _may_begin_with_years(dates):
        raise ContractError(f"its dates can be read day first or year first; {_AGAIN}")
    if is_day_first or is_month_first:
        return "day first" if is_day_first else "month first"
    if all(first == second for first, second in parts):
        return None
    orders: tuple[_Order, ...] = ("day first", "month first")
    possible = [order for order in orders if not _is_ahead(dates, order, today)]
    if len(possible) == 1:
        return possible[0]
    raise ContractError(f"its dates can be read day first or month first; {_AGAIN}")


def _is_ahead(dates: Sequence[re.Match[str]], order: _Order, today: dt.date) -> bool:
    days = (_day(found, order) for found in dates)
    return any(day is not None and day > today for day in days)


def _may_begin_with_years(dates: Sequence[re.Match[str]]) -> bool:
    """Whether the last part changes more than the first: then it looks like a day, not a year."""
    short = [found for found in dates if len(found["year"]) == 2]
    return len({found["year"] for found in short}) > len({found["first"] for found in short})


def _day(found: re.Match[str], order: _Order) -> dt.date | None:
    """The date, or None for one that is in no calendar."""
    first, second = int(found["first"]), int(found["second"])
    is_day_first = order == "day first" or found["mark"] == "."
    day, month = (first, second) if is_day_first else (second, first)
    year = int(found["year"])
    try:
        return dt.date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None


def _refuse_half_converted(local: Sequence[re.Match[str]], iso: Collection[str]) -> None:
    """Refuses a file in which a spreadsheet has converted the dates that it could, day for month.

    It could not where a part is above 12. If that is so in all dates that it left, and in none of
    those that are ISO, the latter are most likely not the dates that they were.
    """
    left = all(max(int(found["first"]), int(found["second"])) > 12 for found in local)
    if left and iso and all(int(day[8:]) <= 12 for day in iso):
        raise ContractError(f"only some of its dates were converted, and perhaps wrongly; {_AGAIN}")


def _counts(texts: Collection[str], _: dt.date) -> _Spelling | None:
    marks = _thousands_marks(texts)
    if not marks:
        return None

    def respelled(text: str) -> str:
        found = _GROUPED.fullmatch(text)
        return text.replace(found["mark"], "") if found and found["mark"] in marks else text

    return _Spelling(respelled, "thousands marks are removed")


def _thousands_marks(texts: Collection[str]) -> Collection[str]:
    """The marks that only ever part groups of three.

    A mark that stands anywhere else is a decimal mark. One that could be either, since it stands
    once in a number, counts only where the file has no other.
    """
    proven: set[str] = set()
    possible: set[str] = set()
    decimal: set[str] = set()
    for text in texts:
        if found := _GROUPED.fullmatch(text):
            mark = found["mark"]
            (possible if mark in ".," and text.count(mark) == 1 else proven).add(mark)
        elif found := _WITH_DECIMALS.fullmatch(text):
            proven.add(found["mark"])
            decimal.add(found["decimal"])
        elif _NUMBER.fullmatch(text):
            decimal |= set(re.findall(_MARK, text))
    if {".", ","} <= (proven | possible) - decimal:
        raise ContractError(f"its numbers are grouped by points and by commas; {_AGAIN}")
    return (proven or possible) - decimal


def _flags(texts: Collection[str], _: dt.date) -> _Spelling | None:
    if not any(text.casefold() in _FLAGS for text in texts):
        return None
    return _Spelling(
        lambda text: _FLAGS.get(text.casefold(), text), "local words for yes and no are translated"
    )


_SPELLINGS: Mapping[Kind, Callable[[Collection[str], dt.date], _Spelling | None]] = {
    "date": _dates,
    "count": _counts,
    "flag": _flags,
}
