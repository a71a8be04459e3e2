"""The cells of a table as text, before anything is believed of them: headings, rows, refused rows.

Nothing is guessed here. A row with another number of cells than the header is refused by number and
reason, never skipped in silence; a quotation mark that is not closed refuses the file, since it
would swallow the rows after it.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.csv as pacsv

from adoption.errors import ContractError

_OPEN_QUOTE = "a quotation mark is not closed"
_BLOCK = 1 << 26


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row that could not be used, and why; never what stands in it."""

    row: int
    """Number of the row among the file's rows, from 1, without the header and blank lines."""
    reason: str


@dataclass(frozen=True, slots=True)
class Cells:
    """A table as it stands in a file."""

    header: tuple[str, ...]
    table: pa.Table
    """String columns named "0", "1", … after their place; null where a cell is blank."""
    rows: pa.Array
    """int32: number of each row of `table` in the file, as in `Refusal.row`."""
    refused: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()
    """What was found out on the way, for whoever brought the file: encoding, delimiter, dates."""

    @property
    def row_count(self) -> int:
        """Rows in the file, refused ones too."""
        return int(self.table.num_rows) + len(self.refused)


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a file, or its header, still in one piece; it may be of several lines."""

    text: str
    width: int
    """Cells in it."""


def read_graph_cells(data: bytes) -> Cells:
    """The cells of a report as Graph sends it: UTF-8 with or without BOM, commas, quotes doubled.

    Raises ContractError for bytes that are not that.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ContractError(
            f"it is not UTF-8 ({error.reason} at byte {error.start})"
        ) from None  # the cause quotes the bytes
    return read_cells(text, delimiter=",")


def read_cells(text: str, *, delimiter: str) -> Cells:
    """The cells of `text`, a header line first; blank lines are no rows.

    Raises ContractError where there is no header or a quotation mark is not closed.
    """
    return cells_of(split_records(text, delimiter=delimiter), delimiter=delimiter)


def split_records(text: str, *, delimiter: str) -> Sequence[Record]:
    r"""The rows of `text`, the header first, without those of which all cells are blank.

    Lines end in \n, \r\n or \r; inside quotation marks each of them becomes \n. Raises
    ContractError where a quotation mark is not closed.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if '"' in text:
        return _quoted_records(lines, delimiter)
    return [
        Record(line, line.count(delimiter) + 1)
        for line in lines
        if line.replace(delimiter, " ").strip()
    ]


def _quoted_records(lines: Sequence[str], delimiter: str) -> Sequence[Record]:
    records: list[Record] = []
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    start = 0
    try:
        for cells in reader:
            text = "\n".join(lines[start : reader.line_num])
            start = reader.line_num
            if any(cell.strip() for cell in cells):
                records.append(Record(text, len(cells)))
            if "\n" in text and records and _swallows_rows(text, records[0].width, delimiter):
                raise ContractError(_OPEN_QUOTE)
    except csv.Error:  # text after a closing quote, or the end before one
        raise ContractError(_OPEN_QUOTE) from None
    return records


def _swallows_rows(text: str, width: int, delimiter: str) -> bool:
    """Whether a cell holds the end of a row, whole rows and the beginning of another.

    That is what lies between two quotation marks of which neither was meant to open or close.
    """
    for place, cell in enumerate(_split(text, delimiter)):
        counts = [line.count(delimiter) for line in cell.split("\n")]
        whole = [width - 1] * (len(counts) - 2)
        if len(counts) > 1 and counts == [width - 1 - place, *whole, place]:
            return True
    return False


def cells_of(records: Sequence[Record], *, delimiter: str) -> Cells:
    """The cells of records, of which the first is the header; a row of another width is refused.

    Raises ContractError where there is no header.
    """
    header = _split(records[0].text, delimiter) if records else []
    if not header:
        raise ContractError("its first line is no header")
    rows = list(enumerate(records[1:], start=1))
    numbers = [number for number, record in rows if record.width == len(header)]
    texts = [record.text for record in records[1:] if record.width == len(header)]
    refused = [
        Refusal(n, f"it has {record.width} cells under a header of {len(header)} columns")
        for n, record in rows
        if record.width != len(header)
    ]
    table = _parse(texts, len(header), delimiter)
    names = tuple(heading.strip() for heading in header)
    return Cells(names, table, pa.array(numbers, pa.int32()), tuple(refused))


def _split(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error:  # a cell longer than any heading
        return []


def _parse(texts: Sequence[str], width: int, delimiter: str) -> pa.Table:
    names = [str(place) for place in range(width)]
    if not texts:
        return pa.table({name: pa.array([], pa.string()) for name in names})
    data = "".join(f"{text}\n" for text in texts).encode()
    try:
        table = pacsv.read_csv(
            io.BytesIO(data),
            read_options=pacsv.ReadOptions(column_names=names, block_size=_BLOCK),
            parse_options=pacsv.ParseOptions(
                delimiter=delimiter, newlines_in_values=b'"' in data, ignore_empty_lines=False
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid:
        raise ContractError(_OPEN_QUOTE) from None  # the cause quotes a row
    if table.num_rows != len(texts):
        raise ContractError(_OPEN_QUOTE)
    return table
