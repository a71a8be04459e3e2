"""One column of a report: its texts to values of its type, by our own strict rules.

A guessed type bends later values silently, so every cell is text until it fits its column's type as
Graph writes it; a cell that does not fit costs its row, with a reason that quotes nobody.
"""

import datetime as dt
import functools
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from adoption.catalog import Column
from adoption.identity import ZERO_GUID, pseudonyms

ARROW_TYPES: Mapping[str, pa.DataType] = {
    "date": pa.date32(),
    "count": pa.int32(),
    "seconds": pa.int32(),
    "duration": pa.int32(),
    "bytes": pa.int64(),
    "flag": pa.bool_(),
    "state": pa.bool_(),
    "object_id": pa.int64(),
    "upn": pa.int64(),
    "place_id": pa.string(),
    "name": pa.string(),
    "category": pa.string(),
}
# As many digits as still are an int32 of seconds, all parts together.
_DURATION = (
    r"P(?:(?P<days>\d{1,4})D)?(?:T(?:(?P<hours>\d{1,5})H)?(?:(?P<minutes>\d{1,7})M)?"
    r"(?:(?P<seconds>\d{1,8})(?:\.\d+)?S)?)?"
)
_PATTERNS: Mapping[str, tuple[str, str]] = {
    "date": (r"^\d{4}-\d{2}-\d{2}(T00:00:00(\.0+)?Z?)?$", "a date (YYYY-MM-DD)"),
    "count": (r"^(0|[1-9]\d{0,8})$", "a whole number"),
    "seconds": (r"^(0|[1-9]\d{0,8})$", "a whole number of seconds"),
    "bytes": (r"^(0|[1-9]\d{0,17})$", "a whole number of bytes"),
    "duration": (f"^{_DURATION}$", "a duration (PT1H2M3S)"),
    "flag": (r"^(?i:yes|no|true|false|1|0)$", "Yes, No, True or False"),
}
_MOST_DIGITS = 8
"""Of a refused number that is shown: a date's. A number that identifies a person has more."""
_ROUNDED = re.compile(r"^-?\d+([.,]\d+)?E\+?\d+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Misfits:
    """The cells of one column that do not fit its type."""

    column: Column
    texts: Mapping[int, str]
    """By the row's place in the table. Lives only until the reasons are worded."""

    def reason(self, row: int) -> str:
        return (
            f"'{_shape(self.texts[row])}' in column '{self.column.heading}' is not "
            f"{_PATTERNS[self.column.type][1]}{_hint(self.texts[row])}"
        )


def trimmed(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """`texts` without white space around them; null where nothing is left."""
    texts = pc.utf8_trim_whitespace(texts)
    return pc.if_else(pc.equal(texts, ""), None, texts)


def misfits(texts: pa.ChunkedArray, column: Column) -> Misfits:
    """The trimmed `texts` that are not of the column's type; blanks fit every type."""
    if column.type not in _PATTERNS:
        return Misfits(column, {})
    pattern, _ = _PATTERNS[column.type]
    wrong = _where(pc.invert(pc.match_substring_regex(texts, pattern)))
    if column.type == "date" and not wrong:
        wrong = _impossible(texts)
    elif column.type == "date":
        wrong += _impossible(pc.if_else(pc.match_substring_regex(texts, pattern), texts, None))
    return Misfits(column, {row: texts[row].as_py() for row in wrong})


def _where(mask: pa.ChunkedArray) -> list[int]:
    return [int(row) for row in pc.indices_nonzero(pc.fill_null(mask, False)).to_pylist()]


def _impossible(texts: pa.ChunkedArray) -> list[int]:
    """Texts of a date's shape that are in no calendar."""
    days = pc.utf8_slice_codeunits(texts, 0, 10)
    return [
        n
        for day in pc.unique(days).drop_null().to_pylist()
        if not _is_day(day)
        for n in _where(pc.equal(days, day))
    ]


def _days(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.utf8_slice_codeunits(texts, 0, 10).cast(pa.date32())


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _shape(text: str) -> str:
    """The shape of a text: letters could be a name, long numbers a person's; they are masked."""
    if _ROUNDED.match(text):
        return text[:40]
    shape = re.sub(r"[^\W\d_]", "x", text)
    if shape != text or "@" in text or len(re.findall(r"\d", text)) > _MOST_DIGITS:
        shape = re.sub(r"\d", "9", shape)
    return shape[:40]


def _hint(text: str) -> str:
    return ": a spreadsheet has rounded it" if _ROUNDED.match(text) else ""


def cast(texts: pa.ChunkedArray, column: Column, key: bytes) -> pa.Array:
    """The values of trimmed `texts` that fit; identities as pseudonyms under `key`."""
    match column.type:
        case "object_id" | "upn":
            return pseudonyms(key, column.type, texts.to_pylist())
        case "date":
            return _days(texts)
        case "flag":
            return _is_one_of(texts, ("yes", "true", "1"))
        case "state":
            return pc.match_substring(pc.utf8_lower(texts), "delete")
        case "duration":
            return each(texts, _seconds, pa.int32())
        case "place_id":
            return each(texts, _place_id, pa.string())
        case "category":
            return pc.utf8_lower(texts)
        case "name":
            return each(texts, functools.partial(unicodedata.normalize, "NFC"), pa.string())
    return texts.cast(ARROW_TYPES[column.type])


def each(texts: pa.ChunkedArray, function: Callable[[str], object], kind: pa.DataType) -> pa.Array:
    """What `function` makes of every text, asked once for each different one; nulls stay null."""
    encoded = texts.combine_chunks().dictionary_encode()
    made = pa.array([function(text) for text in encoded.dictionary.to_pylist()], kind)
    return made.take(encoded.indices)


def _is_one_of(texts: pa.ChunkedArray, words: tuple[str, ...]) -> pa.ChunkedArray:
    found = pc.is_in(pc.utf8_lower(texts), value_set=pa.array(words))
    return pc.if_else(pc.is_valid(texts), found, None)


def _seconds(text: str) -> int | None:
    """Whole seconds of an ISO 8601 duration; parts of a second are cut."""
    found = re.fullmatch(_DURATION, text, re.ASCII)
    if not found:
        return None
    parts = {name: int(value) for name, value in found.groupdict(default="0").items()}
    return int(dt.timedelta(**parts).total_seconds())


def _place_id(text: str) -> str | None:
    """The id in lower case; of the three parts of a site's id in other APIs, the middle one."""
    parts = text.split(",")
    place = (parts[1] if len(parts) == 3 else parts[0]).strip().lower()
    return None if place in ("", ZERO_GUID) else place


def unknown_column(texts: pa.ChunkedArray, heading: str) -> tuple[str, pa.Array] | None:
    """Name and values of a column that the catalog does not know, where it may be kept.

    It may when all its values are numbers, flags or dates, and the heading does not speak of what
    identifies a person. The name tells the kind, so that a name always has one type.
    """
    name = re.sub(r"[^a-z0-9]+", "_", heading.lower()).strip("_")
    if not name or identifies(heading) or texts.null_count == len(texts):
        return None
    for kind, pattern in _KINDS.items():
        if pc.all(pc.match_substring_regex(texts, pattern)).as_py():
            return f"extra_{name}_{kind}", _unknown_values(texts, kind)
    return None


_KINDS: Mapping[str, str] = {
    "flag": r"^(?i:yes|no|true|false)$",
    "number": r"^-?(0|[1-9]\d{0,14})(\.\d{1,9})?$",
    "date": _PATTERNS["date"][0],
}
_IDENTIFYING = re.compile(
    r"(^|[\W_])(ids?|guid|ssn|cpr|born)([\W_]|$)|phone|mobile|birth|employee|person|social"
    r"|telefon|mobil|f[øo]d(sel|t)|ansatt|medarbe[ij]der",
    re.IGNORECASE,
)


def identifies(heading: str) -> bool:
    """Whether a heading speaks of what identifies a person: a number, a telephone, a birthday."""
    return bool(_IDENTIFYING.search(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)))


def _unknown_values(texts: pa.ChunkedArray, kind: str) -> pa.Array | None:
    if kind == "flag":
        return _is_one_of(texts, ("yes", "true"))
    if kind == "number":
        return texts.cast(pa.float64())
    return pc.strptime(
        pc.utf8_slice_codeunits(texts, 0, 10), format="%Y-%m-%d", unit="s", error_is_null=True
    ).cast(pa.date32())
