"""All that is kept on one person, as the person reads it: what each table is, the days, every row.

Whoever asks has a right to all of it, so nothing is rounded, left out or explained away.
"""

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from adoption.catalog import load_catalog
from adoption.erased import load_erased
from adoption.lake import DIRECTORY
from adoption.pipeline.subject import Found, Subject, rows_of
from adoption.spans import spans
from adoption.texts import plural, translate

_PLANS = "plan_set"


@dataclass(frozen=True, slots=True)
class Kept:
    """The rows of one table that are kept on a person, oldest first."""

    table: str
    title: str
    columns: Mapping[str, str]
    """Every column, and what it means."""
    rows: Sequence[Mapping[str, Any]]
    snapshots: int


def kept_on(home: Path, subject: Subject, language: str) -> list[Kept]:
    """Every table of the lake that has rows of the subject, explained in the language."""
    tables: dict[str, list[Found]] = {}
    for found in rows_of(home, subject):
        tables.setdefault(found.table, []).append(found)
    kept = [_kept(name, files, language) for name, files in tables.items()]
    return [*kept, *_plans(home, kept, language)]


def _kept(name: str, files: Sequence[Found], language: str) -> Kept:
    parts = [_rows(found) for found in sorted(files, key=lambda found: found.path)]
    rows = pa.concat_tables(parts, promote_options="default")
    return _described(name, rows, len(files), language)


def _rows(found: Found) -> pa.Table:
    rows = pq.ParquetFile(found.path).read().filter(found.mask).replace_schema_metadata()
    if found.day is None:
        return rows
    return rows.add_column(0, "day", pa.array([found.day] * rows.num_rows, pa.date32()))


def _described(name: str, rows: pa.Table, snapshots: int, language: str) -> Kept:
    report, meanings = load_catalog().get(name), _meanings(language)
    microsofts = translate("Microsoft's column '{heading}'", language)
    for column in report.stored if report else ():
        meanings.setdefault(column.name, microsofts.format(heading=column.heading))
    added = translate("a column that Microsoft has added", language)
    return Kept(
        table=name,
        title=_titles(language).get(name, name),
        columns={column: meanings.get(column, added) for column in rows.column_names},
        rows=rows.to_pylist(),
        snapshots=snapshots,
    )


def _titles(language: str) -> Mapping[str, str]:
    t = partial(translate, language=language)
    return {
        "teams_user_activity": t("What you did in Teams"),
        "viva_engage_user_activity": t("What you did in Viva Engage"),
        "sharepoint_user_activity": t("What you did in SharePoint"),
        "email_user_activity": t("What you did with e-mail"),
        DIRECTORY: t("What the organisation's list of accounts said of your account"),
        _PLANS: t("What your licences are made of"),
        "core.first_seen": t("The first day on which you were seen active"),
    }


def _meanings(language: str) -> dict[str, str]:
    t = partial(translate, language=language)
    return {
        "day": t("the day that the row is of, or the last one of its period"),
        "period_days": t("how many days the row is of"),
        "person_id": t("the number that stands for your account"),
        "upn_id": t("the number that stands for the name that you sign in with"),
        "identity_class": t(
            "what kind of name the report carried: member, guest, concealed, blank"
        ),
        "account_class": t("member or guest"),
        "is_enabled": t("whether the account can be used"),
        "is_excluded": t("whether a rule leaves the account out of the figures"),
        "unit_key": t("the unit, in small letters"),
        "unit_value": t("the unit, as the list of accounts has it"),
        "plan_set_id": t("a number for a set of service plans, which many accounts share"),
        "service_plan_id": t("Microsoft's number for a service plan"),
        "first_seen_date": t("the first day known to be active"),
        "channel": t("the channel"),
    }


def _plans(home: Path, kept: Sequence[Kept], language: str) -> Iterator[Kept]:
    """What the account's sets of plans are made of: shared by many, but it tells the licences."""
    mine = {row["plan_set_id"] for part in kept for row in part.rows if row.get("plan_set_id")}
    files = sorted((home / "lake" / _PLANS).glob("day=*/*.parquet"))
    if mine and files:
        wanted = pa.array(list(mine), pa.int64())
        tables = [pq.ParquetFile(file).read().replace_schema_metadata() for file in files]
        found = [table.filter(pc.is_in(table["plan_set_id"], value_set=wanted)) for table in tables]
        plans = pa.concat_tables(found)
        unique = plans.group_by(plans.column_names).aggregate([])
        ordered = unique.sort_by([(name, "ascending") for name in plans.column_names])
        yield _described(_PLANS, ordered, 0, language)


def summary(home: Path, subject: Subject, kept: Sequence[Kept], language: str) -> Iterator[str]:
    """What is said before the rows: how many, whose, and what is not among them."""
    count = sum(len(part.rows) for part in kept if part.table != _PLANS)
    if count:
        text = plural("{count} row is kept.", "{count} rows are kept.", count, language=language)
        yield text.format(count=count)
        yield translate(
            "No name is kept; numbers stand for it. Account: {persons}. Name to sign in with: "
            "{names}.",
            language,
        ).format(persons=_listed(subject.persons), names=_listed(subject.names))
    else:
        yield translate("Nothing is kept under this name.", language)
    if subject.holder_count > 1:
        yield translate(
            "{count} accounts have had this name, one after the other. Here is one of them: the "
            "one that has it now, or had it on the day named with --on.",
            language,
        ).format(count=subject.holder_count)
    if any(name in subject.names for _, name in load_erased(home).pairs):
        yield translate(
            "The numbers stand on the list of the erased, so that nothing is fetched again.",
            language,
        )


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, sorted(numbers))) or "–"


def render_kept(kept: Sequence[Kept], form: str, language: str) -> str:
    """The rows as a text to read (table), one CSV of all tables, or JSON."""
    if form == "table":
        return _as_text(kept, language)
    return _as_csv(kept) if form == "csv" else _as_json(kept)


def _as_text(kept: Sequence[Kept], language: str) -> str:
    lines: list[str] = []
    for part in kept:
        lines += [f"{part.title} ({part.table}): {_extent(part, language)}", ""]
        lines += [f"  {column}: {meaning}" for column, meaning in part.columns.items()]
        lines += ["", *_padded(list(part.columns), part.rows, language), ""]
    return "\n".join(lines)


def _extent(part: Kept, language: str) -> str:
    """How many rows, and from which day to which."""
    count = len(part.rows)
    text = plural("{count} row", "{count} rows", count, language=language).format(count=count)
    days = sorted({row["day"] for row in part.rows if row.get("day")})
    return f"{text}, {spans(days)}" if days else text


def _padded(
    columns: Sequence[str], rows: Sequence[Mapping[str, Any]], language: str
) -> Iterator[str]:
    words = {None: "", True: translate("yes", language), False: translate("no", language)}
    cells = [columns, *([_cell(row[column], words) for column in columns] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for line in cells:
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        yield f"  {'  '.join(padded)}".rstrip()


def _cell(value: Any, words: Mapping[bool | None, str]) -> str:
    return words[value] if value is None or isinstance(value, bool) else str(value)


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
