"""All that is kept on one person, as the person reads it: what each table is, the days, every row.

Whoever asks has a right to all of it, so nothing is rounded, left out or explained away.
"""

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from adoption.catalog import load_catalog
from adoption.erased import load_erased
from adoption.lake import DIRECTORY
from adoption.pipeline.subject import Found, Subject, rows_of

_PLANS = "plan_set"
_TITLES: Mapping[str, str] = {
    DIRECTORY: "What the organisation's list of accounts said of the account on a day",
    _PLANS: "Which service plans the account's licences are made of (plan_set_id)",
    "core.first_seen": "The first day on which the account was seen active in a channel",
}
_MEANINGS: Mapping[str, str] = {
    "day": "the day that the row is of, or on which its period ends",
    "period_days": "how many days the row is of",
    "person_id": "the number that stands for the account (pseudonym of its object id)",
    "upn_id": "the number that stands for the name to sign in with (pseudonym)",
    "identity_class": "what kind of name the row carried: member, guest, concealed or blank",
    "account_class": "member or guest",
    "is_enabled": "whether the account can be used",
    "is_excluded": "whether a rule of the organisation leaves the account out of the figures",
    "unit_key": "the unit, in small letters",
    "unit_value": "the unit, as the list of accounts has it",
    "plan_set_id": "a number for a set of service plans, which many accounts share",
    "service_plan_id": "a service plan, by Microsoft's id",
    "channel": "the channel",
    "first_seen_date": "the first day known to be active",
}


@dataclass(frozen=True, slots=True)
class Kept:
    """The rows of one table that are kept on a person, oldest first."""

    table: str
    title: str
    columns: Mapping[str, str]
    """Every column, and what it means."""
    rows: Sequence[Mapping[str, Any]]
    snapshots: int

    @property
    def days(self) -> str:
        days = sorted({row["day"] for row in self.rows if row.get("day")})
        if not days:
            return "no day of their own"
        count = f"{len(days)} {'day' if len(days) == 1 else 'days'}"
        return f"{count}, {days[0]}" + (f" to {days[-1]}" if len(days) > 1 else "")


def kept_on(home: Path, subject: Subject) -> list[Kept]:
    """Every table of the lake that has rows of the subject."""
    tables: dict[str, list[Found]] = {}
    for found in rows_of(home, subject):
        tables.setdefault(found.table, []).append(found)
    kept = [_kept(name, files) for name, files in tables.items()]
    return [*kept, *_plans(home, kept)]


def _kept(name: str, files: Sequence[Found]) -> Kept:
    parts = [_rows(found) for found in sorted(files, key=lambda found: found.path)]
    rows = pa.concat_tables(parts, promote_options="default")
    return _described(name, rows, len(files))


def _rows(found: Found) -> pa.Table:
    rows = pq.ParquetFile(found.path).read().filter(found.mask).replace_schema_metadata()
    if found.day is None:
        return rows
    return rows.add_column(0, "day", pa.array([found.day] * rows.num_rows, pa.date32()))


def _described(name: str, rows: pa.Table, snapshots: int) -> Kept:
    report = load_catalog().get(name)
    headings = {c.name: f"Microsoft's '{c.heading}'" for c in report.stored} if report else {}
    meanings = {**headings, **_MEANINGS}
    return Kept(
        table=name,
        title=report.title if report else _TITLES.get(name, name),
        columns={
            column: meanings.get(column, "a column that Microsoft has added")
            for column in rows.column_names
        },
        rows=rows.to_pylist(),
        snapshots=snapshots,
    )


def _plans(home: Path, kept: Sequence[Kept]) -> Iterator[Kept]:
    """What the account's sets of plans are made of: shared by many, but it tells the licences."""
    mine = {row["plan_set_id"] for part in kept for row in part.rows if row.get("plan_set_id")}
    files = sorted((home / "lake" / _PLANS).glob("day=*/*.parquet"))
    if mine and files:
        wanted = pa.array(list(mine), pa.int64())
        tables = [pq.ParquetFile(file).read().replace_schema_metadata() for file in files]
        found = [table.filter(pc.is_in(table["plan_set_id"], value_set=wanted)) for table in tables]
        plans = pa.concat_tables(found)
        unique = plans.group_by(plans.column_names).aggregate([])
        yield _described(_PLANS, unique.sort_by([(c, "ascending") for c in plans.column_names]), 0)


def summary(home: Path, subject: Subject, kept: Sequence[Kept]) -> Iterator[str]:
    """What is said before the rows: how many, whose, and what is not among them."""
    count = sum(len(part.rows) for part in kept if part.table != _PLANS)
    if not count:
        yield "Nothing is kept under this name."
    else:
        yield (
            f"{count} rows are kept on this person, in {sum(part.snapshots for part in kept)} "
            f"files. Names are not kept: {_numbers('account', subject.persons)}, "
            f"{_numbers('name to sign in with', subject.names)}."
        )
    if subject.holder_count > 1:
        yield (
            f"{subject.holder_count} accounts have had this name, one after the other. These are "
            "the rows of one of them, by default the one that has it now; --on DATE takes the one "
            "that had it on that day."
        )
    if listed := [pair for pair in load_erased(home).pairs if pair[1] in subject.names]:
        yield (
            f"The name is on the list of the erased ({len(listed)} lines of pseudonyms), so that "
            "no later fetch brings the person back."
        )


def _numbers(what: str, numbers: Iterator[int] | Any) -> str:
    return f"{what} {', '.join(map(str, sorted(numbers))) or 'unknown'}"


def render_kept(kept: Sequence[Kept], form: str) -> str:
    """The rows as a text to read (table), one CSV of all tables, or JSON."""
    return {"table": _as_text, "csv": _as_csv, "json": _as_json}[form](kept)


def _as_text(kept: Sequence[Kept]) -> str:
    lines: list[str] = []
    for part in kept:
        lines += [f"{part.title} ({part.table}): {len(part.rows)} rows, {part.days}", ""]
        lines += [f"  {column}: {meaning}" for column, meaning in part.columns.items()]
        lines += ["", *_padded(list(part.columns), part.rows), ""]
    return "\n".join(lines)


def _padded(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    cells = [columns, *([_cell(row[column]) for column in columns] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for line in cells:
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        yield f"  {'  '.join(padded)}".rstrip()


def _cell(value: Any) -> str:
    return {None: "", True: "yes", False: "no"}[value] if _is_plain(value) else str(value)


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, bool)


def _as_csv(kept: Sequence[Kept]) -> str:
    out = io.StringIO()
    columns = dict.fromkeys(column for part in kept for column in part.columns)
    writer = csv.DictWriter(out, ["kept_in", *columns], lineterminator="\n")
    writer.writeheader()
    for part in kept:
        writer.writerows({"kept_in": part.table, **row} for row in part.rows)
    return out.getvalue()


def _as_json(kept: Sequence[Kept]) -> str:
    tables = [
        {"table": part.table, "title": part.title, "columns": part.columns, "rows": part.rows}
        for part in kept
    ]
    return json.dumps(tables, default=_plain, ensure_ascii=False, indent=1) + "\n"


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)
