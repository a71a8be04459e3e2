"""Cells of the exported tables: what stands in a cell for a value of a mart, and its signs.

No number cell is ever blank: a reader must see whether a number is hidden, distrusted or missing.
"""

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from adoption import certainty, numbers, texts


@dataclass(frozen=True, slots=True)
class Share:
    """A fraction that is read as a percentage, and the sign of a bound where it is one."""

    fraction: float
    bound: str = ""


Row = Mapping[str, object]
Value = str | float | Share | dt.date


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell: called, as the text of a CSV file; `value` is for typed cells.

    Both take the column's name, the row and the language. The text is the value, written out.
    """

    value: Callable[[str, Row, str], Value]

    def __call__(self, column: str, row: Row, language: str) -> str:
        return written(self.value(column, row, language), language)


HIDDEN, NOT_TRUSTED, NO_DATA, NOTHING = ":", ".", "..", "–"

# What stands for every number of a row that has none. It wins over a number that is there all the
# same: the file must not show what the row's own status says is hidden.
_SIGNS = {
    "suppressed": HIDDEN,
    "not_trusted": NOT_TRUSTED,
    "no_data": NO_DATA,
    "not_in_use": NO_DATA,
}

# The count that a rate is a share of. Without anybody in it there is no rate, and nothing hidden.
_BASES = {"reach": "staff", "earlier": "staff", "adoption": "licensed"}

# A spreadsheet runs a cell that begins with one of these signs (full-width and small forms too),
# and may first skip white space, quotes and marks without width.
_SKIPPED = r"[\s\"\x00-\x1f\xad\u200b-\u200f\u202a-\u202e\u2060\ufeff]*"
_SIGN_AHEAD = r"(?=[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b])"
_FORMULA = re.compile(rf"[\t\r\n]|{_SKIPPED}{_SIGN_AHEAD}")
# Where a file is opened with another separator than its own, a new cell begins here.
_LATER_FORMULA = re.compile(rf"[,;\t\r\n]{_SKIPPED}{_SIGN_AHEAD}")


def harmless(text: str) -> str:
    """`text` with an apostrophe wherever a spreadsheet would begin to run it as a formula.

    The list of signs is OWASP's for CSV injection, and their full-width and small forms.
    """
    guarded = _LATER_FORMULA.sub(r"\g<0>'", text)
    return f"'{guarded}" if _FORMULA.match(text) else guarded


def written(value: Value, language: str) -> str:
    """`value` as a CSV file has it: the language's decimal sign, ISO days, harmless text."""
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Share):
        return value.bound + numbers.percent_number(value.fraction, language)
    return numbers.decimal_text(value, language)


def render_row(row: Row, columns: Mapping[str, Cell], language: str) -> list[str]:
    """The cells of one row of a mart, in the order of `columns`."""
    return [render(column, row, language) for column, render in columns.items()]


@Cell
def text(column: str, row: Row, _language: str) -> Value:
    value = row[column]
    return NOTHING if value is None or value == "" else str(value)


@Cell
def date(column: str, row: Row, _language: str) -> Value:
    value = row[column]
    return value if isinstance(value, dt.date) else NOTHING


@Cell
def label(column: str, row: Row, language: str) -> Value:
    value = row[column]
    return NOTHING if value is None else texts.label(str(value), language)


@Cell
def scope(column: str, row: Row, _language: str) -> Value:
    """A check's scope: a channel by its name, anything else (unit, report, plan) as it is."""
    value = str(row[column] or "")
    return texts.CHANNELS.get(value, value) or NOTHING


@Cell
def reason(column: str, row: Row, language: str) -> Value:
    """The reason's label; like the numbers it comes from, not shown where they are not."""
    return _sign(row) or label.value(column, row, language)


@Cell
def number(column: str, row: Row, _language: str) -> Value:
    """A number that no status hides: the length of the window."""
    value = _number(row[column])
    return NOTHING if value is None else value


@Cell
def count(column: str, row: Row, language: str) -> Value:
    """People: a number, a bound (`≤2`, `≥18`), or the sign that says why there is none."""
    if sign := _sign(row):
        return sign
    value = _number(row[column])
    if value is None:
        return HIDDEN
    sign = certainty.bound(column, row)
    return f"{sign}{numbers.decimal_text(value, language)}" if sign else value


@Cell
def rate(column: str, row: Row, _language: str) -> Value:
    """A percentage, computed from shown counts, so that it gives no more away than they do."""
    if sign := _sign(row):
        return sign
    value, kind = _number(row[column]), column.partition("_")[0]
    if value is None:
        return NOTHING if row.get(_BASES[kind]) == 0 else HIDDEN
    return Share(value, certainty.rate_bound(kind, row))


@Cell
def measured(column: str, row: Row, _language: str) -> Value:
    """A number that HR gives for some units only, such as full-time equivalents."""
    value = _number(row[column])
    return _sign(row) or (NOTHING if value is None else value)


@Cell
def lost(column: str, row: Row, language: str) -> Value:
    """People lost for the reason that the column is named after, or not reached at all."""
    if sign := _sign(row):
        return sign
    found = certainty.lost(row, *certainty.STEPS.get(column, ("staff", "reached")))
    if found is None:
        return HIDDEN
    return certainty.short(found, language) if certainty.sign(found) else found.shown


@Cell
def lacking(column: str, row: Row, language: str) -> Value:
    """People, or a share of people, that grow fewer as more are reached."""
    value = _number(row[column])
    if (sign := _sign(row)) or value is None:
        return sign or HIDDEN
    bound = certainty.other(certainty.bound("reached", row)) if value else ""
    if column.endswith("_share"):
        return Share(value, bound)
    return f"{bound}{numbers.decimal_text(value, language)}" if bound else value


@Cell
def points(column: str, row: Row, language: str) -> Value:
    """A difference of two rates in percentage points; hidden where bounds leave its sign open."""
    value = _number(row[column])
    if value is None:
        return _sign(row) or NOTHING
    then = certainty.other(certainty.bound("past_reached", row))
    bounds = {certainty.bound("reached", row), then} - {""}
    if len(bounds) > 1:
        return HIDDEN
    amount = round(100 * value, 1)
    return f"{bounds.pop()}{numbers.decimal_text(amount, language, places=1)}" if bounds else amount


@Cell
def measure(column: str, row: Row, _language: str) -> Value:
    """A check's value or threshold: a percentage for shares, else as it is."""
    value = _number(row[column])
    if value is None:
        return NOTHING
    if row["check_name"] in texts.SHARES:
        return Share(value)
    return round(value, 4)


@Cell
def advice(column: str, row: Row, language: str) -> Value:
    """What to do, in the reader's language whatever language the warehouse was built in."""
    because = row["reason"]
    if because in texts.REASONS:
        return texts.advice(str(because), language)
    return text.value(column, row, language)


@Cell
def message(column: str, row: Row, language: str) -> Value:
    """What a check found, in the reader's language where we have the sentence.

    The warehouse's own sentence, in whatever language, alone tells by which sign a number is
    hidden (`< 10`), and whether a check that passed could look at all.
    """
    said, check, scope = str(row[column] or ""), str(row["check_name"]), str(row["scope"] or "")
    hidden = _HIDDEN_NUMBER.search(said)
    sentence = texts.quality_message(
        check,
        str(row["result"]),
        scope,
        _number(row["value"]),
        _number(row["threshold"]),
        language,
        unknown=hidden[0] if hidden else None,
    )
    if sentence is None and check in texts.OFF and row["result"] == "pass":
        passed = {texts.translate(texts.PASSED, built_in) for built_in in ("nb", "nn", "en")}
        template = texts.PASSED if said in passed else texts.OFF[check]
        sentence = texts.translate(template, language)
        return sentence.format(scope=texts.CHANNELS.get(scope, scope))
    return sentence or text.value(column, row, language)


_HIDDEN_NUMBER = re.compile(r"< \d+|–")


def _sign(row: Row) -> str | None:
    return _SIGNS.get(str(row.get("status")))


def _number(value: object) -> float | None:
    if value is None or isinstance(value, str):
        return None
    number = value if isinstance(value, int) else float(value)  # type: ignore[arg-type]
    return number if math.isfinite(number) else None
