"""An XLSX's bytes to rows of text, each typed cell spelled as Graph would have written it.

A broken workbook makes the library stumble over anything, so whatever it raises is one refusal.
"""

import datetime as dt
import io
import warnings
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from adoption.catalog import normalise_heading
from adoption.errors import ContractError

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet
    from openpyxl.worksheet.worksheet import Worksheet

_MOST_ROWS = 1 << 20
"""Excel's own limit; a broken workbook can claim more, and be padded with as many blank rows."""
_MOST_CELLS = 50_000_000
_EXACT = 2**53
"""From here on a float no longer holds every whole number."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The table of a workbook that was chosen: all rows as wide as the widest, the header first."""

    rows: Sequence[Sequence[str]]
    notes: tuple[str, ...]


def read_sheet(data: bytes, headings: Collection[str]) -> Sheet:
    """The sheet with most known headings in its first row that is not blank; the first, of several.

    Blank rows are left out. Raises ContractError where there is no table, or a broken workbook.
    """
    import openpyxl  # slow to import, and only workbooks need it

    try:
        with warnings.catch_warnings():
            # It warns of styles and extensions, which Microsoft's own exports lack or have.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            try:
                return _chosen(book, headings)
            finally:
                book.close()
    except ContractError:
        raise
    except Exception:
        raise ContractError(
            "it is a workbook that cannot be read; export it again, or save it as CSV"
        ) from None  # the cause may quote a cell


def _chosen(book: "Workbook", headings: Collection[str]) -> Sheet:
    for sheet in book.worksheets:  # what a workbook says of its size is not always true
        cast("ReadOnlyWorksheet", sheet).reset_dimensions()
    headers = [(sheet, row) for sheet in book.worksheets if (row := next(_filled(sheet), None))]
    if not headers:
        raise ContractError("it is a workbook without a table")

    def known(header: tuple[object, Sequence[str]]) -> int:
        return sum(normalise_heading(heading) in headings for heading in header[1])

    best, _ = max(headers, key=known)
    rows = list(_filled(best))
    width = max(_width(row) for row in rows)
    notes = ["read from a workbook"]
    if len(headers) > 1:
        notes.append(f"of {len(headers)} sheets with content, one is read")
    return Sheet([[*row[:width], *[""] * (width - len(row))] for row in rows], tuple(notes))


def _filled(sheet: "Worksheet") -> Iterator[list[str]]:
    """The rows that are not blank."""
    cells = 0
    for number, values in enumerate(sheet.iter_rows(values_only=True)):
        cells += len(values)
        if number >= _MOST_ROWS or cells > _MOST_CELLS:
            raise ContractError("it is a workbook larger than any export")
        row = [_text(value) for value in values]
        if _width(row):
            yield row


def _width(row: Sequence[str]) -> int:
    """The cells of a row up to the last one that is not blank."""
    return max((place for place, cell in enumerate(row, start=1) if cell.strip()), default=0)


def _text(value: object) -> str:
    """A typed cell as Graph would have written it."""
    match value:
        case None:
            return ""
        case dt.datetime() if value.time() == dt.time():
            return value.date().isoformat()
        case dt.date() | dt.time():
            return value.isoformat()
        case float() if value.is_integer() and abs(value) < _EXACT:
            return str(int(value))
    return str(value)
