"""Bytes to text, by evidence: nothing is replaced and nothing left out to make a guess fit."""

import codecs
import re
from dataclasses import dataclass

from adoption.errors import ContractError

_BINARY = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]")
_TWICE = re.compile("Ã[¦¸¥…˜†\x85\x98\x86]")
"""What æøåÅØÆ become when their UTF-8 bytes are read as Windows-1252 or Latin-1, and saved."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NAMES = {"utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "cp1252": "Windows-1252"}
_LOOKED_AT = 512
"""Bytes in which UTF-16 without a mark shows: headings are ASCII, so every other byte is zero."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, without byte order mark, and what was found out about it."""

    text: str
    encoding: str
    """utf-8, utf-16-le, utf-16-be or cp1252."""
    notes: tuple[str, ...] = ()


def decode(data: bytes) -> Decoded:
    """The text of `data`: UTF-8 or UTF-16, with or without mark, else Windows-1252.

    Raises ContractError for bytes that are none of them, and for text that is no table.
    """
    encoding, text = _decoded(data)
    text = text.lstrip("\ufeff")
    if not text.strip():
        raise ContractError("it is empty; download it again")
    if text.lstrip()[0] in "{<[":
        raise ContractError(
            "it is an error message or a web page, saved instead of a table; download it again"
        )
    if _BINARY.search(text):
        raise ContractError("it is not a text table; save it as CSV or XLSX")
    return Decoded(text, encoding, tuple(_notes(text, encoding)))


def _notes(text: str, encoding: str) -> list[str]:
    notes = [f"read as {_NAMES[encoding]}"] if encoding in _NAMES else []
    if _TWICE.search(text):
        notes.append("some letters were encoded twice (Ã¦ for æ); they are left as they are")
    if "\ufffd" in text:
        notes.append("some letters were lost before the file came here; they are left as they are")
    return notes


def _decoded(data: bytes) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, _strictly(data[len(mark) :], encoding)
    if b"\x00" in data[:_LOOKED_AT]:
        encoding = _utf_16(data[:_LOOKED_AT])
        return encoding, _strictly(data, encoding)
    try:
        return "utf-8", data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and not data[: error.start].isascii():
            raise ContractError(
                "it ends within a letter, so it was cut; download it again"
            ) from None
        return "cp1252", _strictly(data, "cp1252")


def _utf_16(start: bytes) -> str:
    """Which half of each pair is zero; raises ContractError where neither is as a rule."""
    high, low = start[::2].count(0), start[1::2].count(0)
    most = len(start) // 2 * 0.7
    if low > most and not high:
        return "utf-16-le"
    if high > most and not low:
        return "utf-16-be"
    raise ContractError("it is not a text table; save it as CSV or XLSX")


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise ContractError(
            "its letters are in no encoding that we know; download it again and do not open it in "
            "between"
        ) from None  # the cause quotes the bytes
