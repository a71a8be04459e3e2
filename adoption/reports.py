"""Report bytes to an Arrow table that keeps the report's contract and names nobody.

Columns are matched by heading, never by position. A report without a required column is refused
whole; a row that does not fit is refused by itself, with a reason, and never bent into place.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa
import pyarrow.compute as pc

from adoption.catalog import Column, Report
from adoption.columns import ARROW_TYPES, cast, misfits, trimmed, unknown_column
from adoption.errors import ContractError
from adoption.files.cells import Cells, Refusal, read_graph_cells
from adoption.identity import identity_class, place_class

_IDENTITIES = frozenset({"upn", "object_id", "place_id"})
_COUNTERS = frozenset({"count", "seconds", "flag"})
_PERIODS = frozenset({"7", "30", "90", "180"})


@dataclass(frozen=True, slots=True)
class Counted:
    """What one counter column of a file holds: rows above zero (or Yes), and blank cells."""

    above_zero: int
    blank: int


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What a file says about itself, kept beside its rows: enough to judge it without them."""

    concealed_count: int = 0
    guest_count: int = 0
    deleted_count: int = 0
    """Rows marked deleted, without the guests among them."""
    idle_count: int = 0
    """Rows of which no counter is above zero: a report that has some lists everybody."""
    refused_count: int = 0
    counters: Mapping[str, Counted] = field(default_factory=dict)
    """By column name; a column that the file lacks is not in it."""
    unknown_headings: tuple[str, ...] = ()
    absent_headings: tuple[str, ...] = ()
    """Optional columns that the file lacks."""


@dataclass(frozen=True, slots=True)
class ParsedReport:
    """A report as it can land: its rows, what it says of itself, and the rows it could not use."""

    table: pa.Table
    facts: ReportFacts
    refused: tuple[Refusal, ...] = ()
    merged_count: int = 0
    """Rows that were another row of the same identity and day."""
    notes: tuple[str, ...] = ()


def report_schema(report: Report) -> pa.Schema:
    """The one declared schema of a report's snapshots.

    Columns: period_days, identity_class (persons and places), then the catalog's stored columns.
    A snapshot may have more: `extra_…`, numbers, flags and dates that the catalog does not know.
    """
    fields = [pa.field("period_days", pa.int16())]
    if report.grain != "day":
        fields.append(pa.field("identity_class", pa.string()))
    fields += [pa.field(column.name, ARROW_TYPES[column.type]) for column in report.stored]
    return pa.schema(fields)


def parse_report(data: bytes, report: Report, *, key: bytes, period_days: int) -> ParsedReport:
    """`parse_cells` of one download, CSV bytes as Graph sends them; raises ContractError."""
    try:
        cells = read_graph_cells(data)
    except ContractError as error:
        raise ContractError(
            f"{report.name}: the download is not a table as Graph writes it: {error}. Nothing of "
            "it was landed; the next run asks for it again."
        ) from None
    return parse_cells(cells, report, key=key, period_days=period_days)


def parse_cells(cells: Cells, report: Report, *, key: bytes, period_days: int) -> ParsedReport:
    """The rows of one report file: typed, pseudonymous, one per identity and day.

    Out: `report_schema(report)` and columns unknown to it, sorted; exact copies are dropped, and of
    several rows for one identity the maximum of each column counts. Raises ContractError, which
    names every missing column at once, where the file is another report or another period, or
    where most rows do not fit.
    """
    found = match_headings(cells.header, report)
    columns = {column.name: column for column, _ in found}
    texts = {column.name: trimmed(cells.table.column(index)) for column, index in found}
    _refuse_other_period(texts, report, period_days)
    fits, refused = _fitting_rows(cells, report, columns, texts)
    texts = {name: text.filter(fits) for name, text in texts.items()}
    unknown = _unknown_headings(cells.header, report)
    typed = _typed(columns, texts, report, key, period_days)
    kept = _kept_unknown(cells, unknown, fits)
    table = _one_row_each(typed, kept, report)
    return ParsedReport(
        table=table,
        facts=facts_of(
            table,
            report,
            absent=_absent(report, columns),
            unknown_headings=unknown,
            refused_count=len(refused),
        ),
        refused=refused,
        merged_count=typed.num_rows - table.num_rows,
        notes=_duration_conflicts(columns, texts),
    )


def match_headings(header: Sequence[str], report: Report) -> Sequence[tuple[Column, int]]:
    """The catalog's columns that `header` has, each with its place.

    Raises ContractError that names all that is missing and all that is unknown, or a column twice.
    """
    found: dict[str, tuple[Column, int]] = {}
    for index, column in enumerate(report.columns_of(header)):
        if column is None or column.type == "drop":
            continue
        if column.name in found:
            raise ContractError(f"{report.name}: two columns are both '{column.heading}'.")
        found[column.name] = (column, index)
    missing = [c.heading for c in report.stored if c.required and c.name not in found]
    if missing:
        raise ContractError(
            f"{report.name}: the header lacks {', '.join(missing)}; it has: {shown(header)}. "
            "The report has changed or is another one. Nothing of it was landed."
        )
    return list(found.values())


def shown(header: Sequence[str]) -> str:
    """The headings, unless the line looks like a row of data, which would name a person."""
    if any("@" in heading or heading[:1].isdigit() for heading in header):
        return "no headings but data (not shown)"
    return ", ".join(header)


def _unknown_headings(header: Sequence[str], report: Report) -> Mapping[str, int]:
    return {
        heading: index
        for index, (heading, column) in enumerate(
            zip(header, report.columns_of(header), strict=True)
        )
        if heading and "@" not in heading and column is None
    }


def _refuse_other_period(
    texts: Mapping[str, pa.ChunkedArray], report: Report, period_days: int
) -> None:
    """The period is what was asked for; the column only tells when something else came."""
    if "report_period" not in texts:
        return
    told = set(pc.unique(texts["report_period"]).to_pylist()) & _PERIODS
    if told - {str(period_days)}:
        raise ContractError(
            f"{report.name}: the rows are of {' and '.join(sorted(told))} days, not of "
            f"{period_days}. Nothing of it was landed."
        )


def _fitting_rows(
    cells: Cells,
    report: Report,
    columns: Mapping[str, Column],
    texts: Mapping[str, pa.ChunkedArray],
) -> tuple[pa.Array, tuple[Refusal, ...]]:
    """Which rows fit (a mask), and the refusals of all others, in the file's order."""
    reasons: dict[int, str] = {}
    for name, column in columns.items():
        if column.stands_in_for in columns:
            continue  # it is not read, so that it costs no row
        bad = misfits(texts[name], column)
        reasons |= {row: bad.reason(row) for row in bad.texts if row not in reasons}
    if report.grain == "day":
        blank = pc.indices_nonzero(pc.is_null(texts["report_date"])).to_pylist()
        reasons |= {int(row): "it has no date" for row in blank if row not in reasons}
    numbers = cells.rows
    refused = [*cells.refused, *(Refusal(numbers[n].as_py(), why) for n, why in reasons.items())]
    refused.sort(key=lambda refusal: refusal.row)
    if len(refused) * 2 > cells.row_count:
        raise ContractError(
            f"{report.name}: row {refused[0].row}: {refused[0].reason}; in all, {len(refused)} of "
            f"{cells.row_count} rows do not fit. Nothing of the file was landed."
        )
    fits = [row not in reasons for row in range(cells.table.num_rows)]
    return pa.array(fits, pa.bool_()), tuple(refused)


def _typed(
    columns: Mapping[str, Column],
    texts: Mapping[str, pa.ChunkedArray],
    report: Report,
    key: bytes,
    period_days: int,
) -> pa.Table:
    """The declared columns; one that the file lacks is null, never zero."""
    rows = len(next(iter(texts.values())))
    arrays = {
        name: cast(texts[name], column, key)
        for name, column in columns.items()
        if column.type in ARROW_TYPES
    }
    arrays |= {
        column.stands_in_for: arrays[column.name]
        for column in columns.values()
        if column.stands_in_for and column.stands_in_for not in arrays
    }
    arrays["period_days"] = pa.array([period_days] * rows, pa.int16())
    if report.grain != "day":
        arrays["identity_class"] = pa.array(_classes(report, texts), pa.string())
    schema = report_schema(report)
    filled = [arrays.get(field.name, pa.nulls(rows, field.type)) for field in schema]
    return pa.table(filled, schema=schema)


def _classes(report: Report, texts: Mapping[str, pa.ChunkedArray]) -> list[str]:
    if report.grain == "person_day":
        upn = next(c.name for c in report.stored if c.type == "upn")
        return [identity_class(text) for text in texts[upn].to_pylist()]
    rows = len(next(iter(texts.values())))
    ids, names = (
        next((texts[c.name].to_pylist() for c in report.stored if c.type == kind), [None] * rows)
        for kind in ("place_id", "name")
    )
    return [place_class(*pair) for pair in zip(ids, names, strict=True)]


def _kept_unknown(
    cells: Cells, unknown: Mapping[str, int], fits: pa.Array
) -> Mapping[str, pa.Array]:
    """Values of the unknown columns that may be kept, by their names in the lake, in order.

    Of two columns of one name neither: which of them is meant would depend on their order.
    """
    found = [
        column
        for heading, index in unknown.items()
        if (column := unknown_column(trimmed(cells.table.column(index).filter(fits)), heading))
    ]
    names = Counter(name for name, _ in found)
    return {name: values for name, values in sorted(found, key=_name) if names[name] == 1}


def _name(column: tuple[str, pa.Array]) -> str:
    return column[0]


def _one_row_each(typed: pa.Table, kept: Mapping[str, pa.Array], report: Report) -> pa.Table:
    """One row per grain, in an order that does not depend on the order received.

    Rows that carry no identity at all are different people or places, as far as anybody knows;
    they stay.
    """
    keys = [c.name for c in report.stored if c.type in _IDENTITIES]
    table = typed
    for name, values in kept.items():
        table = table.append_column(name, values)
    if report.grain == "day":
        keys = ["report_date"]
    else:
        table = table.append_column("nobody", _numbers_of_nobody(table, keys))
        keys += ["identity_class", "nobody"]
    measures = [name for name in table.column_names if name not in keys]
    grouped = table.group_by(keys, use_threads=False).aggregate([(m, "max") for m in measures])
    renamed = grouped.rename_columns([name.removesuffix("_max") for name in grouped.column_names])
    fields = [*typed.schema, *(pa.field(name, kept[name].type) for name in kept)]
    order = [key for key in keys if key != "nobody"] + measures
    ordered = renamed.select([f.name for f in fields]).sort_by([(n, "ascending") for n in order])
    return ordered.cast(pa.schema(fields))


def _numbers_of_nobody(table: pa.Table, ids: Sequence[str]) -> pa.Array:
    """A number of its own for each row without an identity; null for the others."""
    identities = zip(*(table.column(name).to_pylist() for name in ids), strict=True)
    numbers = [None if any(i is not None for i in ids) else n for n, ids in enumerate(identities)]
    if not ids:
        numbers = list(range(table.num_rows))
    return pa.array(numbers, pa.int32())


def _absent(report: Report, columns: Mapping[str, Column]) -> Collection[str]:
    """Names of the stored columns that the file lacks, and nothing stands in for."""
    stand_ins = {column.stands_in_for for column in columns.values()}
    return {column.name for column in report.stored} - columns.keys() - stand_ins


def facts_of(
    table: pa.Table,
    report: Report,
    *,
    absent: Collection[str] = (),
    unknown_headings: Collection[str] = (),
    refused_count: int = 0,
) -> ReportFacts:
    """The facts of rows as they land; `absent` are the names of the columns that the file lacks."""
    is_total = report.grain == "day"
    counters = [c.name for c in report.stored if c.type in _COUNTERS and (c.role or is_total)]
    facts = ReportFacts(
        refused_count=refused_count,
        counters={name: _counted(table[name]) for name in counters if name not in absent},
        unknown_headings=tuple(sorted(unknown_headings)),
        absent_headings=tuple(c.heading for c in report.stored if c.name in absent),
    )
    return facts if is_total else _with_classes(facts, table, counters)


def _counted(values: pa.ChunkedArray) -> Counted:
    above = values if pa.types.is_boolean(values.type) else pc.greater(values, 0)
    return Counted(pc.sum(above).as_py() or 0, values.null_count)


def _with_classes(facts: ReportFacts, table: pa.Table, counters: Sequence[str]) -> ReportFacts:
    classes = table["identity_class"]
    is_guest = pc.equal(classes, "guest")
    is_idle = pa.array([True] * table.num_rows, pa.bool_())
    for name in counters:
        values = table[name]
        above = values if pa.types.is_boolean(values.type) else pc.greater(values, 0)
        is_idle = pc.and_(is_idle, pc.invert(pc.fill_null(above, False)))
    marked = table["is_deleted"] if "is_deleted" in table.column_names else is_guest
    return replace(
        facts,
        concealed_count=_count(pc.equal(classes, "concealed")),
        guest_count=_count(is_guest),
        deleted_count=_count(pc.and_(pc.fill_null(marked, False), pc.invert(is_guest))),
        idle_count=_count(is_idle),
    )


def _count(mask: pa.ChunkedArray) -> int:
    return int(pc.sum(mask).as_py() or 0)


def _duration_conflicts(
    columns: Mapping[str, Column], texts: Mapping[str, pa.ChunkedArray]
) -> tuple[str, ...]:
    """A note for each duration that says something else than its column of seconds."""
    notes = []
    for column in columns.values():
        if column.stands_in_for in texts:
            spelled = cast(texts[column.name], column, b"")
            seconds = texts[column.stands_in_for].cast(pa.int32())
            if _count(pc.greater(pc.abs(pc.subtract(spelled, seconds)), 1)):
                notes.append(f"'{column.heading}' and its column of seconds differ; seconds count")
    return tuple(notes)
