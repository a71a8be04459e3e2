"""Report bytes to an Arrow table that keeps the report's contract and names nobody.

Columns are matched by heading, never by position; every cell is read as text and cast by our own
rules, since a guessed type bends later values silently.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from adoption.catalog import Column, Report, normalise_heading
from adoption.errors import ContractError
from adoption.identity import identity_class, pseudonyms

_ARROW_TYPES: Mapping[str, pa.DataType] = {
    "date": pa.date32(),
    "count": pa.int32(),
    "seconds": pa.int32(),
    "flag": pa.bool_(),
    "object_id": pa.int64(),
    "upn": pa.int64(),
}
_PATTERNS: Mapping[str, tuple[str, str]] = {
    "date": (r"^\d{4}-\d{2}-\d{2}(T00:00:00Z?)?$", "a date (YYYY-MM-DD)"),
    "count": (r"^\d{1,9}$", "a whole number"),
    "seconds": (r"^\d{1,9}$", "a whole number of seconds"),
    "flag": (r"^(?i:yes|no|true|false|1|0)$", "Yes, No, True or False"),
}


def report_schema(report: Report) -> pa.Schema:
    """The one declared schema of a report's snapshots.

    Columns: period_days, identity_class (person reports), then the catalog's stored columns.
    """
    fields = [pa.field("period_days", pa.int16())]
    if report.grain == "person_day":
        fields.append(pa.field("identity_class", pa.string()))
    fields += [pa.field(column.name, _ARROW_TYPES[column.type]) for column in report.stored]
    return pa.schema(fields)


def parse_report(data: bytes, report: Report, *, key: bytes, period_days: int) -> pa.Table:
    """The rows of one downloaded report file: typed, pseudonymous, one per identity and day.

    In: CSV bytes as Graph sends them (UTF-8 with or without BOM, any column order).
    Out: `report_schema(report)`, sorted; exact copies are dropped, and of several rows for one
    identity the maximum of each column counts. Raises ContractError, which names every missing
    column at once, or the first cell that is not of its column's type.
    """
    texts = _read_texts(data, report)
    rows = texts.num_rows
    arrays: dict[str, pa.Array] = {
        column.name: _cast(texts.column(column.name), column, report, key)
        if column.name in texts.column_names
        else pa.nulls(rows, _ARROW_TYPES[column.type])
        for column in report.stored
    }
    arrays["period_days"] = pa.array([period_days] * rows, pa.int16())
    if report.grain == "person_day":
        upns = next(c.name for c in report.stored if c.type == "upn")
        classes = [identity_class(upn) for upn in texts.column(upns).to_pylist()]
        arrays["identity_class"] = pa.array(classes, pa.string())
    schema = report_schema(report)
    table = pa.table([arrays[name] for name in schema.names], schema=schema)
    return _one_row_each(table, report)


def _read_texts(data: bytes, report: Report) -> pa.Table:
    """The file's columns that are stored, as text, under their names in the lake."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ContractError(
            f"{report.name}: the download is not UTF-8 ({error.reason} at byte {error.start}). "
            "Nothing of it was landed; the next run asks for it again."
        ) from error
    header = _read_header(text, report)
    found = _match_headings(header, report)
    cells = _read_cells(f"{text}\n".encode(), header, report)
    return pa.table({name: cells.column(index) for name, index in found.items()})


def _read_header(text: str, report: Report) -> Sequence[str]:
    try:
        return next(csv.reader(io.StringIO(text)), [])
    except csv.Error:
        raise ContractError(
            f"{report.name}: the first line cannot be read as a header. The file is not CSV as "
            "Graph writes it; nothing of it was landed."
        ) from None


def _match_headings(header: Sequence[str], report: Report) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for index, heading in enumerate(header):
        column = report.by_heading.get(normalise_heading(heading))
        if column is None or column.type == "drop":
            continue
        if column.name in found:
            raise ContractError(f"{report.name}: two columns are both '{column.heading}'.")
        found[column.name] = index
    missing = [c.heading for c in report.stored if c.required and c.name not in found]
    if missing:
        raise ContractError(
            f"{report.name}: the header lacks {', '.join(missing)}; it has: {_shown(header)}. "
            "The report has changed or is another one. Nothing of it was landed."
        )
    return found


def _shown(header: Sequence[str]) -> str:
    """The headings, unless the line looks like a row of data, which would name a person."""
    if any("@" in heading or heading[:1].isdigit() for heading in header):
        return "no headings but data (not shown)"
    return ", ".join(header)


def _read_cells(data: bytes, header: Sequence[str], report: Report) -> pa.Table:
    names = [str(index) for index in range(len(header))]
    try:
        return pacsv.read_csv(
            io.BytesIO(data),
            read_options=pacsv.ReadOptions(column_names=names, skip_rows_after_names=1),
            parse_options=pacsv.ParseOptions(newlines_in_values=True),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid as error:
        found = re.search(r"got (\d+)", str(error))
        raise ContractError(
            f"{report.name}: a row has {found[1] if found else 'another number of'} cells under a "
            f"header of {len(header)} columns. Nothing of the file was landed."
        ) from None  # the cause quotes the row, and with it a person


def _cast(texts: pa.ChunkedArray, column: Column, report: Report, key: bytes) -> pa.Array:
    if column.type in ("object_id", "upn"):
        return pseudonyms(key, column.type, texts.to_pylist())
    texts = pc.utf8_trim_whitespace(texts)
    texts = pc.if_else(pc.equal(texts, ""), None, texts)
    _refuse_misfits(texts, column, report)
    if column.type == "date":
        return _dates(texts, column, report)
    if column.type == "flag":
        return _flags(texts)
    return texts.cast(_ARROW_TYPES[column.type])


def _dates(texts: pa.ChunkedArray, column: Column, report: Report) -> pa.Array:
    days = pc.utf8_slice_codeunits(texts, 0, 10)
    try:
        return days.cast(pa.date32())
    except pa.ArrowInvalid:  # of the right shape, but not in the calendar
        row = next(i for i, day in enumerate(days.to_pylist()) if day and not _is_day(day))
        raise _misfit(days[row].as_py(), column, row, report) from None


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _flags(texts: pa.ChunkedArray) -> pa.Array:
    yes = pc.is_in(pc.utf8_lower(texts), value_set=pa.array(["yes", "true", "1"]))
    return pc.if_else(pc.is_valid(texts), yes, None)


def _refuse_misfits(texts: pa.ChunkedArray, column: Column, report: Report) -> None:
    pattern, _ = _PATTERNS[column.type]
    misfits = pc.index(pc.match_substring_regex(texts, pattern), False).as_py()
    if misfits >= 0:
        raise _misfit(texts[misfits].as_py(), column, misfits, report)


def _misfit(text: str, column: Column, row: int, report: Report) -> ContractError:
    """The refusal of one cell, which shows its shape only: letters and numbers could be a name."""
    shape = re.sub(r"[^\W\d_]", "x", text)
    if shape != text or "@" in text:
        shape = re.sub(r"\d", "9", shape)
    return ContractError(
        f"{report.name}: '{shape[:40]}' in column '{column.heading}', row {row + 1}, is not "
        f"{_PATTERNS[column.type][1]}. Nothing of the file was landed."
    )


def _one_row_each(table: pa.Table, report: Report) -> pa.Table:
    """One row per grain, in an order that does not depend on the order received.

    Rows that carry no identity at all are different people, as far as anybody knows; they stay.
    """
    keys = [c.name for c in report.stored if c.type in ("upn", "object_id")]
    if report.grain == "day":
        keys = ["report_date"]
    else:
        table = table.append_column("nobody", _numbers_of_nobody(table, keys))
        keys += ["identity_class", "nobody"]
    measures = [name for name in table.column_names if name not in keys]
    grouped = table.group_by(keys, use_threads=False).aggregate([(m, "max") for m in measures])
    renamed = grouped.rename_columns([name.removesuffix("_max") for name in grouped.column_names])
    schema = report_schema(report)
    order = [key for key in keys if key != "nobody"] + measures
    ordered = renamed.select(schema.names).sort_by([(name, "ascending") for name in order])
    return ordered.cast(schema)


def _numbers_of_nobody(table: pa.Table, ids: Sequence[str]) -> pa.Array:
    """A number of its own for each row without an identity; null for the others."""
    identities = zip(*(table.column(name).to_pylist() for name in ids), strict=True)
    numbers = [None if any(i is not None for i in ids) else n for n, ids in enumerate(identities)]
    return pa.array(numbers, pa.int32())
