"""The lake as SQL sees it: one view per report, typed by its declared schema.

A person report's view also says what its counters tell about a row (`is_active`, `has_received`,
`has_contributed`): the roles stand in the catalog alone, and a role changed there changes history
at the next build.
"""

import glob
from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa

from adoption.catalog import Column, Report, Told
from adoption.directory import ACCOUNTS, PLAN_SETS, SKUS
from adoption.reports import report_schema

_SQL_TYPES: Mapping[pa.DataType, str] = {
    pa.date32(): "date",
    pa.int16(): "smallint",
    pa.int32(): "integer",
    pa.int64(): "bigint",
    pa.bool_(): "boolean",
    pa.string(): "varchar",
}
DIRECTORY: Mapping[str, pa.Schema] = {
    "directory": ACCOUNTS,
    "plan_set": PLAN_SETS,
    "subscribed_sku": SKUS,
}


def lake_views(home: Path, catalog: Mapping[str, Report]) -> Mapping[str, str]:
    """A query for each view of schema `lake`, by its name: day, the declared columns, the roles."""
    views = {
        f"lake.{name}": _select(home, name, report_schema(report), _told_by(report))
        for name, report in catalog.items()
    }
    for name, schema in DIRECTORY.items():
        views[f"lake.{name}"] = _select(home, name, schema, {})
    return views


def _select(home: Path, name: str, schema: pa.Schema, derived: Mapping[str, str]) -> str:
    columns = ["day", *schema.names, *(f"{sql} as {column}" for column, sql in derived.items())]
    return f"select {', '.join(columns)} from ({_rows(home, name, schema)})"


def _rows(home: Path, name: str, schema: pa.Schema) -> str:
    """All rows of a report's files; the empty typed branch stands in for columns no file has."""
    typed = [f"cast(null as {_SQL_TYPES[field.type]}) as {field.name}" for field in schema]
    empty = f"select cast(null as date) as day, {', '.join(typed)} where false"
    folder = home / "lake" / name
    if not any(folder.glob("day=*/*.parquet")):
        return empty
    pattern = (glob.escape(str(folder)) + "/day=*/*.parquet").replace("'", "''")
    return (
        f"{empty} union all by name from read_parquet('{pattern}', union_by_name = true, "
        "hive_partitioning = true, hive_types = {'day': date})"
    )


def _told_by(report: Report) -> Mapping[str, str]:
    counters = [c for c in report.stored if c.type in ("count", "seconds", "flag")]
    if report.grain == "day":
        return {
            "is_active": _any_above_zero(counters),
            "has_blank": " or ".join(f"{column.name} is null" for column in counters),
            "totals": _totals(counters),
        }
    if report.grain == "place_day":
        return {}
    return {
        "is_active": _any_above_zero(_telling(counters, report, "active")),
        "has_received": _any_above_zero(_telling(counters, report, "received")),
        "has_contributed": _any_above_zero(_telling(counters, report, "contributed")),
    }


def _totals(columns: Iterable[Column]) -> str:
    """A map from a counter of the person report to how many people Graph counts; a blank is 0."""
    told = [column for column in columns if column.counts]
    counters = ", ".join(f"'{column.counts}'" for column in told)
    return f"map([{counters}], [{', '.join(f'coalesce({c.name}, 0)' for c in told)}])"


def _telling(columns: Iterable[Column], report: Report, told: Told) -> list[Column]:
    return [column for column in columns if told in report.tells(column)]


def _any_above_zero(columns: Iterable[Column]) -> str:
    """True where a counter is above zero or a flag is Yes; a blank is unknown and makes nothing."""
    tests = [column.name for column in columns if column.type == "flag"]
    numbers = [column.name for column in columns if column.type != "flag"]
    if numbers:
        tests.append(f"greatest({', '.join(numbers)}) > 0")
    return " or ".join(f"coalesce({test}, false)" for test in tests) or "false"
