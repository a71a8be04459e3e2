"""A member's bytes to cells: which delimiter, where the table begins, and whether it is whole.

The header decides, by the headings that we know: a delimiter guessed from the rows would follow
whatever people write in their names.
"""

import csv
import io
import re
from collections.abc import Collection, Sequence
from dataclasses import replace

import pyarrow as pa

from adoption.catalog import normalise_heading
from adoption.errors import ContractError
from adoption.files.cells import Cells, Record, cells_of, split_records
from adoption.files.decode import decode
from adoption.files.unpack import Member
from adoption.files.workbook import Sheet, read_sheet

_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_NAMED = frozenset(",;\t|:^~")
"""What a `sep=` line may name: one byte, and nothing that stands in a number, date or address."""
_SEP_LINE = re.compile(r'\s*"?sep=([^\r\n])?\1*"?[ \t]*(?:\r\n|\r|\n|\Z)', re.IGNORECASE)
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


def read_member(member: Member, headings: Collection[str]) -> Cells:
    """The cells of a CSV or XLSX table; `headings` are those that we know, normalised.

    Raises ContractError where it is no table, or one that was cut.
    """
    if member.data.startswith(b"PK\x03\x04"):
        return _from_sheet(read_sheet(member.data, headings), headings)
    if member.data.startswith(_OLD_EXCEL):
        raise ContractError(
            "it is an Excel file of the old kind, or locked with a password; save it as XLSX or CSV"
        )
    decoded = decode(member.data)
    cells = _from_text(decoded.text, headings)
    return replace(cells, notes=(*decoded.notes, *cells.notes))


def _from_text(text: str, headings: Collection[str]) -> Cells:
    delimiter, text = _delimiter(text, headings)
    records = split_records(text, delimiter=delimiter)
    notes = []
    if delimiter != ",":
        notes.append(f"cells are parted by {_DELIMITERS.get(delimiter, repr(delimiter))}")
    if _ends_in_a_remark(records, text):
        records = records[:-1]
        notes.append("the last line is a remark, not a row")
    if len(records) > 1 and records[-1].width < records[0].width:
        raise ContractError("its last row is not whole, so the file was cut; download it again")
    return replace(cells_of(records, delimiter=delimiter), notes=tuple(notes))


def _delimiter(text: str, headings: Collection[str]) -> tuple[str, str]:
    """The delimiter, and the text without the line that named it, if one did."""
    said = _SEP_LINE.match(text)
    if not said:
        return _likeliest(_first_line(text), headings), text
    delimiter = said[1] or "\t"
    if delimiter not in _NAMED:
        raise ContractError("its first line says that cells are parted by a sign that cannot do so")
    return delimiter, text[said.end() :]


def _first_line(text: str) -> str:
    """The first line that is not blank, as a header is not."""
    blank = "".join(_DELIMITERS) + '" \n'
    return next((line for line in io.StringIO(text, newline=None) if line.strip(blank)), "")


def _likeliest(header: str, headings: Collection[str]) -> str:
    """The delimiter under which the header has most headings that we know, then most cells."""

    def evidence(delimiter: str) -> tuple[int, int]:
        found = _split(header, delimiter)
        return _known(found, headings), len(found)

    return max(_DELIMITERS, key=evidence)


def _known(header: Sequence[str], headings: Collection[str]) -> int:
    return sum(normalise_heading(heading) in headings for heading in header)


def _split(line: str, delimiter: str) -> Sequence[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _ends_in_a_remark(records: Sequence[Record], text: str) -> bool:
    """Whether the last line is words without a delimiter, and not the first cell of a cut row.

    A row that was cut has no line end, and begins as the other rows do.
    """
    if len(records) < 2 or records[0].width < 2 or records[-1].width > 1:
        return False
    rows = records[1:-1]
    is_ended = text.endswith(("\n", "\r"))
    return _begins_with_a_letter(records[-1]) and (
        is_ended or not any(_begins_with_a_letter(row) for row in rows)
    )


def _begins_with_a_letter(record: Record) -> bool:
    return record.text.lstrip('" \t')[:1].isalpha()


def _from_sheet(sheet: Sheet, headings: Collection[str]) -> Cells:
    header, *rows = sheet.rows
    if (
        len(header) == 1
        and _known(_split(header[0], _likeliest(header[0], headings)), headings) > 1
    ):
        # A CSV of another country's delimiter, opened and saved: each line is one cell.
        cells = _from_text("\n".join(row[0] for row in sheet.rows), headings)
        return replace(cells, notes=(*sheet.notes, *cells.notes))
    columns = {
        str(place): pa.array([row[place] or None for row in rows], pa.string())
        for place in range(len(header))
    }
    return Cells(
        header=tuple(heading.strip() for heading in header),
        table=pa.table(columns),
        rows=pa.array(range(1, len(rows) + 1), pa.int32()),
        notes=sheet.notes,
    )
