"""The lake: person-level Parquet by report and day, pseudonymous, for the pipeline's eyes only.

lake/<report>/day=YYYY-MM-DD/D<period>.parquet, each written whole under a temporary name and then
renamed. What a snapshot is (fetched when, how fresh, how many rows) lies in the file's own footer,
so that a snapshot and the knowledge of it can never part. Whoever has been erased lands nowhere:
every way in goes through here.
"""

import datetime as dt
import io
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from adoption.catalog import load_catalog
from adoption.erased import (
    Erased,
    erased_accounts,
    erased_path,
    erased_rows,
    erased_table,
    in_force,
    load_erased,
)
from adoption.identity import PSEUDONYMS
from adoption.reports import ReportFacts, facts_of

Outcome = Literal["landed", "unchanged", "kept"]
FACTS = "adoption"
CUT_SIZES = frozenset({100, 200, 2000})
"""Page sizes of Graph: just so many rows, where there were more before, are a first page alone."""
_CUT_SHARE = 0.7
_TEMPORARY = ".tmp"
_LOST = ".lost"
DIRECTORY = "directory"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One report for one day (or a period that ends on it), as it is known when it lands.

    refresh_date is the newest Report Refresh Date seen in any of the channel's files at that pull.
    """

    report: str
    day: dt.date
    period_days: int
    fetched_on: dt.date
    channel: str | None = None
    grain: str | None = None
    refresh_date: dt.date | None = None
    row_count: int = 0
    facts: ReportFacts = ReportFacts()
    is_unknown: bool = False
    """Graph answered that it knows no such report of this tenant."""
    is_page: bool | None = None
    """Whether as many rows came as a page of Graph's has, where its rows no longer tell."""


def snapshot_path(home: Path, snapshot: Snapshot) -> Path:
    folder = home / "lake" / snapshot.report / f"day={snapshot.day}"
    return folder / f"D{snapshot.period_days}.parquet"


def land(home: Path, snapshot: Snapshot, table: pa.Table) -> Outcome:
    """Writes `table` as the snapshot; the same rows on the same date are the same bytes.

    Returns landed; unchanged where just that is there already; kept where the answer knows less
    than what is there: empty, concealed, cut, or with rows or columns that could not be read.
    Raises OSError (disk full, no permission), with nothing changed.
    """
    path, count = snapshot_path(home, snapshot), table.num_rows
    snapshot, table = _without_erased(home, snapshot, table)
    if path.exists() and _knows_more(path, snapshot, table, received=count):
        return "kept"
    return _land(path, snapshot, table)


def land_anyway(home: Path, snapshot: Snapshot, table: pa.Table) -> Outcome:
    """As `land`, but whatever lies there gives way: for what has been judged before."""
    return _land(snapshot_path(home, snapshot), *_without_erased(home, snapshot, table))


def _land(path: Path, snapshot: Snapshot, table: pa.Table) -> Outcome:
    data = _render(snapshot, table)
    if path.exists() and path.read_bytes() == data:
        return "unchanged"
    _make_private_folders(path)
    _write_whole(path, data)
    if snapshot.period_days == 1:
        path.with_name(_LOST).unlink(missing_ok=True)
    return "landed"


def landed_days(home: Path) -> dict[str, list[dt.date]]:
    """The days that the lake has a folder of, by report."""
    days: dict[str, list[dt.date]] = {}
    for folder in sorted((home / "lake").glob("*/day=*")):
        day = dt.date.fromisoformat(folder.name.removeprefix("day="))
        days.setdefault(folder.parent.name, []).append(day)
    return days


def carry(home: Path, report: str, day: dt.date, *, to: dt.date) -> None:
    """Lands the snapshot of `day` as that of `to` as well, unless `to` has one of its own."""
    old, new = (home / "lake" / report / f"day={d}" / "D1.parquet" for d in (day, to))
    if new.exists() or not old.exists():
        return
    table = pq.read_table(old, partitioning=None)
    facts = json.loads(table.schema.metadata[FACTS.encode()])
    _make_private_folders(new)
    _write_whole(new, _packed(table, {**facts, "day": to}))


def remove(home: Path, report: str, day: dt.date) -> None:
    """Takes a day's folder away, with all that lies in it."""
    shutil.rmtree(home / "lake" / report / f"day={day}")


def mark_lost(home: Path, report: str, day: dt.date) -> None:
    """Notes that the report of `day` can no longer be had; landing the day takes the note away."""
    path = home / "lake" / report / f"day={day}" / _LOST
    _make_private_folders(path)
    path.touch(mode=0o600)


def lost_days(home: Path, report: str) -> frozenset[dt.date]:
    """The days of the report that are noted as lost."""
    return frozenset(
        dt.date.fromisoformat(mark.parent.name.removeprefix("day="))
        for mark in (home / "lake" / report).glob(f"day=*/{_LOST}")
    )


def _knows_more(path: Path, snapshot: Snapshot, table: pa.Table, *, received: int) -> bool:
    """Whether what lies at `path` would be lost to a worse answer."""
    there = pq.read_metadata(path)
    if table.num_rows == 0 or there.num_rows == 0:
        return bool(there.num_rows > 0)
    old, new = json.loads(there.metadata[FACTS.encode()]), _flat(snapshot)
    return _looks_cut(table.num_rows, received, before=there.num_rows) or any(
        _is_bad(new) and not _is_bad(old) for _is_bad in (_is_concealed, _has_refused, _has_blank)
    )


def _without_erased(home: Path, snapshot: Snapshot, table: pa.Table) -> tuple[Snapshot, pa.Table]:
    """The snapshot without the rows of whoever has been erased, its facts those of the others."""
    erased = load_erased(home)
    if not erased.pairs or "upn_id" not in table.column_names:
        return snapshot, table
    if snapshot.report == DIRECTORY:
        gone = erased_accounts(table, erased)
        found = table.filter(gone).select(["person_id", "upn_id"]).to_pylist()
        also = erased.and_also((row["person_id"], row["upn_id"]) for row in found)
        if also != erased:
            remember_erased(home, also)
    else:
        gone = erased_rows(table, erased, _accounts_of(home, snapshot.day))
    return without(snapshot, table, gone)


def _accounts_of(home: Path, day: dt.date) -> pa.Table | None:
    """The accounts (person_id, upn_id) of the directory in force on `day`."""
    files = {
        dt.date.fromisoformat(file.parent.name.removeprefix("day=")): file
        for file in (home / "lake" / DIRECTORY).glob("day=*/*.parquet")
    }
    last = in_force(files, day)
    return pq.ParquetFile(files[last]).read(list(PSEUDONYMS)) if last else None


def without(snapshot: Snapshot, table: pa.Table, gone: pa.Array) -> tuple[Snapshot, pa.Table]:
    """The snapshot and its rows without those that are `gone`, told of in no fact any more.

    Nothing says how many went: a number for each day would be a calendar of the one who went.
    """
    rest = table.filter(pc.invert(gone))
    if rest.num_rows == table.num_rows:
        return snapshot, table
    facts, report = snapshot.facts, load_catalog().get(snapshot.report)
    if report is not None:
        absent = {c.name for c in report.stored if c.heading in facts.absent_headings}
        facts = facts_of(
            rest,
            report,
            absent=absent,
            unknown_headings=facts.unknown_headings,
            refused_count=facts.refused_count,
        )
    was_page = table.num_rows in CUT_SIZES if snapshot.is_page is None else snapshot.is_page
    is_page = was_page if was_page != (rest.num_rows in CUT_SIZES) else None
    return replace(snapshot, row_count=rest.num_rows, facts=facts, is_page=is_page), rest


def remember_erased(home: Path, erased: Erased) -> None:
    """Writes the list, whole or not at all; only its owner can read it."""
    path = erased_path(home)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write_whole(path, render(erased_table(erased.pairs)))


def read_snapshot(path: Path) -> Snapshot:
    """What the file at `path` says that it is."""
    flat = json.loads(pq.read_metadata(path).metadata[FACTS.encode()])
    return msgspec.convert({**flat, "facts": flat}, Snapshot)


def _looks_cut(row_count: int, received: int, *, before: int) -> bool:
    return row_count < before * _CUT_SHARE or (received in CUT_SIZES and row_count < before)


def _is_concealed(facts: Mapping[str, Any]) -> bool:
    return bool(facts["concealed_count"] * 2 > facts["row_count"])


def _has_refused(facts: Mapping[str, Any]) -> bool:
    return bool(facts.get("refused_count", 0))


def _has_blank(facts: Mapping[str, Any]) -> bool:
    counters = facts.get("counters", {}).values()
    return any(counter["blank"] == facts["row_count"] for counter in counters)


def _flat(snapshot: Snapshot) -> dict[str, Any]:
    """The snapshot's facts as they stand in its footer, all on one level."""
    snapshot_facts = asdict(snapshot)
    report_facts = snapshot_facts.pop("facts")
    if snapshot.is_page is None:
        del snapshot_facts["is_page"]
    return {**snapshot_facts, **report_facts}


def _render(snapshot: Snapshot, table: pa.Table) -> bytes:
    return _packed(table, _flat(snapshot))


def _packed(table: pa.Table, snapshot_facts: Mapping[str, Any]) -> bytes:
    facts = json.dumps(snapshot_facts, default=str, sort_keys=True)
    return render(table.replace_schema_metadata({FACTS: facts}))


def render(table: pa.Table) -> bytes:
    """The bytes of a file of the lake; what `table` says about itself goes into the footer."""
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd", version="2.6")
    return buffer.getvalue()


def _make_private_folders(path: Path) -> None:
    day, report, lake = path.parents[:3]
    for folder in (lake, report, day):  # one by one: `mode` is only for the last of `parents`
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def erase_rows(path: Path, gone: pa.Array) -> None:
    """Takes the rows that are `gone` out of the file; its mode and time stay, its facts follow.

    A new time would tell in which days' files the rows were.
    """
    table = pq.ParquetFile(path).read()
    if FACTS.encode() in (table.schema.metadata or {}):
        data = _render(*without(read_snapshot(path), table, gone))
    else:
        data = render(table.filter(pc.invert(gone)))
    _write_whole(path, data, is_edited=True)


def _write_whole(path: Path, data: bytes, *, is_edited: bool = False) -> None:
    temporary = path.with_name(f".{path.name}{_TEMPORARY}")
    try:
        temporary.touch(mode=0o600)
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if is_edited:
            shutil.copystat(path, temporary)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def sweep(home: Path) -> None:
    """Removes what a killed run left half written."""
    for leftover in (home / "lake").rglob(f".*{_TEMPORARY}"):
        leftover.unlink(missing_ok=True)
