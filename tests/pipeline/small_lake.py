"""A lake of a few people by hand: who had which name on a day, and who did something under it."""

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from adoption.catalog import load_catalog
from adoption.directory import DirectoryAccount, accounts_table
from adoption.identity import PSEUDONYMS, pseudonym
from adoption.key import remember_key
from adoption.lake import Outcome, Snapshot, land
from adoption.reports import facts_of, report_schema

KEY = b"0123456789abcdef"
ENGAGE, TEAMS = "viva_engage_user_activity", "teams_user_activity"


def on(day: int) -> dt.date:
    return dt.date(2026, 11, day)


def person(name: str) -> int:
    """The pseudonym of an object id: `ann` for id-ann."""
    return pseudonym(KEY, "object_id", f"id-{name}")


def upn(name: str) -> int:
    return pseudonym(KEY, "upn", f"{name}@fjordvik.no")


def directory(home: Path, day: int, /, **names: str) -> Outcome:
    """The accounts of a day: object id to name (`bob="robert"`); a blank one has that of the id.

    An id that begins with `nameless_` is that of a list which tells no ids.
    """
    accounts = [_account(who, name or who) for who, name in names.items()]
    table = accounts_table(accounts, key=KEY, exclude=())
    remember_key(home / "lake", KEY)
    snapshot = Snapshot("directory", on(day), 1, on(24), row_count=table.num_rows)
    return land(home, snapshot, table)


def _account(who: str, name: str) -> DirectoryAccount:
    address = f"{name}@fjordvik.no"
    account_id = f"upn:{address}" if who.startswith("nameless_") else f"id-{who}"
    return DirectoryAccount(account_id, address, True, None, "Skole", None, None, None, ())


def engage(home: Path, day: int, period: int = 1, /, **read: int) -> Outcome:
    """The report of a day: how much was read under which name."""
    rows = [{"upn_id": upn(name), "read_count": count} for name, count in read.items()]
    return _land(home, ENGAGE, day, period, rows)


def teams(home: Path, day: int, /, **names: str) -> Outcome:
    """The report of a day, with ids: object id to name."""
    rows = [{"person_id": person(who), "upn_id": upn(name)} for who, name in names.items()]
    return _land(home, TEAMS, day, 1, rows)


def _land(home: Path, name: str, day: int, period: int, rows: list[dict[str, Any]]) -> Outcome:
    report = load_catalog()[name]
    zeros = dict.fromkeys((c.name for c in report.stored if c.type in ("count", "seconds")), 0)
    filled = [{**zeros, "period_days": period, "identity_class": "member", **row} for row in rows]
    table = pa.Table.from_pylist(filled, schema=report_schema(report))
    snapshot = Snapshot(
        name, on(day), period, on(24), channel=report.channel, grain=report.grain,
        row_count=table.num_rows, facts=facts_of(table, report),
    )  # fmt: skip
    return land(home, snapshot, table)


def held(home: Path) -> dict[str, set[int]]:
    """Every pseudonym in each file of the lake, by the file's place in it."""
    found = {}
    for path in sorted((home / "lake").rglob("*.parquet")):
        table = pq.ParquetFile(path).read()
        columns = [table[name].to_pylist() for name in PSEUDONYMS if name in table.column_names]
        found[path.relative_to(home / "lake").as_posix()] = {
            number for column in columns for number in column if number is not None
        }
    return found
