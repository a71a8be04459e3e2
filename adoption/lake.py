"""The lake: person-level Parquet by report and day, pseudonymous, for the pipeline's eyes only.

lake/<report>/day=YYYY-MM-DD/D<period>.parquet, each written whole under a temporary name and then
renamed. What a snapshot is (fetched when, how fresh, how many rows) lies in the file's own footer,
so that a snapshot and the knowledge of it can never part.
"""

import datetime as dt
import io
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

Outcome = Literal["landed", "unchanged", "kept"]
FACTS = "adoption"
_TEMPORARY = ".tmp"


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
    concealed_count: int = 0


def snapshot_path(home: Path, snapshot: Snapshot) -> Path:
    folder = home / "lake" / snapshot.report / f"day={snapshot.day}"
    return folder / f"D{snapshot.period_days}.parquet"


def land(home: Path, snapshot: Snapshot, table: pa.Table) -> Outcome:
    """Writes `table` as the snapshot; the same rows on the same date are the same bytes.

    Returns landed; unchanged where just that is there already; kept where an empty answer would
    have replaced rows, or a concealed one names. Raises OSError (disk full, no permission), with
    nothing changed.
    """
    path = snapshot_path(home, snapshot)
    if path.exists() and _knows_more(path, snapshot, table):
        return "kept"
    data = _render(snapshot, table)
    if path.exists() and path.read_bytes() == data:
        return "unchanged"
    _make_private_folders(path)
    _write_whole(path, data)
    return "landed"


def _knows_more(path: Path, snapshot: Snapshot, table: pa.Table) -> bool:
    """Whether what lies at `path` would be lost to an empty or a concealed answer."""
    there = pq.read_metadata(path)
    if table.num_rows == 0 or there.num_rows == 0:
        return bool(there.num_rows > 0)
    facts = json.loads(there.metadata[FACTS.encode()])
    was_concealed = facts["concealed_count"] * 2 > facts["row_count"]
    return snapshot.concealed_count * 2 > snapshot.row_count and not was_concealed


def _render(snapshot: Snapshot, table: pa.Table) -> bytes:
    facts = json.dumps(asdict(snapshot), default=str, sort_keys=True)
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
