"""The lake: person-level Parquet by report and day, pseudonymous, for the pipeline's eyes only.

lake/<report>/day=YYYY-MM-DD/D<period>.parquet, each written whole under a temporary name and then
renamed. What a snapshot is (fetched when, how fresh, how many rows) lies in the file's own footer,
so that a snapshot and the knowledge of it can never part.
"""

import datetime as dt
import io
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from adoption.reports import ReportFacts

Outcome = Literal["landed", "unchanged", "kept"]
FACTS = "adoption"
CUT_SIZES = frozenset({100, 200, 2000})
"""Page sizes of Graph: just so many rows, where there were more before, are a first page alone."""
_CUT_SHARE = 0.7
_TEMPORARY = ".tmp"
_LOST = ".lost"


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


def snapshot_path(home: Path, snapshot: Snapshot) -> Path:
    folder = home / "lake" / snapshot.report / f"day={snapshot.day}"
    return folder / f"D{snapshot.period_days}.parquet"


def land(home: Path, snapshot: Snapshot, table: pa.Table) -> Outcome:
    """Writes `table` as the snapshot; the same rows on the same date are the same bytes.

    Returns landed; unchanged where just that is there already; kept where the answer knows less
    than what is there: empty, concealed, cut, or with rows or columns that could not be read.
    Raises OSError (disk full, no permission), with nothing changed.
    """
    path = snapshot_path(home, snapshot)
    if path.exists() and _knows_more(path, snapshot, table):
        return "kept"
    return land_anyway(home, snapshot, table)


def land_anyway(home: Path, snapshot: Snapshot, table: pa.Table) -> Outcome:
    """As `land`, but whatever lies there gives way: for what has been judged before."""
    path = snapshot_path(home, snapshot)
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


def _knows_more(path: Path, snapshot: Snapshot, table: pa.Table) -> bool:
    """Whether what lies at `path` would be lost to a worse answer."""
    there = pq.read_metadata(path)
    if table.num_rows == 0 or there.num_rows == 0:
        return bool(there.num_rows > 0)
    old, new = json.loads(there.metadata[FACTS.encode()]), _flat(snapshot)
    return _looks_cut(table.num_rows, before=there.num_rows) or any(
        _is_bad(new) and not _is_bad(old) for _is_bad in (_is_concealed, _has_refused, _has_blank)
    )


def _looks_cut(row_count: int, *, before: int) -> bool:
    return row_count < before * _CUT_SHARE or (row_count in CUT_SIZES and row_count < before)


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
    return {**snapshot_facts, **report_facts}


def _render(snapshot: Snapshot, table: pa.Table) -> bytes:
    return _packed(table, _flat(snapshot))


def _packed(table: pa.Table, snapshot_facts: Mapping[str, Any]) -> bytes:
    facts = json.dumps(snapshot_facts, default=str, sort_keys=True)
    buffer = io.BytesIO()
    pq.write_table(
        table.replace_schema_metadata({FACTS: facts}), buffer, compression="zstd", version="2.6"
    )
    return buffer.getvalue()


def _make_private_folders(path: Path) -> None:
    day, report, lake = path.parents[:3]
    for folder in (lake, report, day):  # one by one: `mode` is only for the last of `parents`
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _write_whole(path: Path, data: bytes) -> None:
    temporary = path.with_name(f".{path.name}{_TEMPORARY}")
    try:
        temporary.touch(mode=0o600)
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def sweep(home: Path) -> None:
    """Removes what a killed run left half written."""
    for leftover in (home / "lake").glob(f"*/day=*/.*{_TEMPORARY}"):
        leftover.unlink(missing_ok=True)
