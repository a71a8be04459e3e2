"""Pipe tables: a test draws a model's inputs, runs the real SQL file, and reads its rows as drawn.

Types, and the columns that a test leaves out, come from the product itself: all models are made
once over an empty lake, and as they look then a drawn table is made. What the cells may hold:

- blank for NULL, `''` for an empty text, `[a, b]` for a list;
- `2026-01-05..2026-01-11` in a date column for a row on each of these days;
- a name (ann, bob) where a pseudonym stands; it is drawn as a name again;
- `0 3 10-12` in a bit string for the days with these numbers, `none` for no day.
"""

import datetime as dt
import functools
import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from adoption import resources
from adoption.archive import archive_views
from adoption.catalog import load_catalog
from adoption.models import Model, load_models
from adoption.pipeline.build import config_tables
from adoption.settings import Organisation, Settings
from adoption.views import lake_views
from adoption.warehouse import add_functions, run, snapshot_sql

FIRST_DAY = dt.date(2026, 1, 5)
"""A Monday: day number 6 is the first Sunday, and 27 (2026-02-01) ends the first whole window."""
VARIABLES: Mapping[str, Any] = {
    "as_of": dt.date(2026, 2, 5),
    "first_day": FIRST_DAY,
    "frozen_before": dt.date.min,
    "keep_before": dt.date.min,
    "last_day_number": 99,
    "settling_days": 3,
    "cut_sizes": [100, 200, 2000],
    "erased_names": 0,
    "organisation": "Fjordvik",
    "has_register": True,
    "min_group": 10,
    "target": 0.60,
    "fall_points": 10.0,
    "min_not_reached": 10,
    "min_match_share": 0.95,
    "usual_share": 0.70,
    "total_gap": 0.02,
    "total_gap_people": 5,
    "stale_after_days": 7,
    "blank_unit_share": 0.20,
    "bearable_days": 4,
}
_NOWHERE = Path("/nonexistent")
_DEFAULTS: Mapping[str, str] = {
    "day_count": "28",
    "refused_count": "0",
    "is_unknown": "false",
    "marts.unit_reach.window_days": "28",
    "config.unit_name.valid_from": "date '0001-01-01'",
    "config.unit_name.valid_to": "date '9999-12-31'",
    "core.unit_headcount.is_valid": "true",
}
"""What nearly every row has in columns that few tests are about."""


def new_warehouse() -> duckdb.DuckDBPyConnection:
    """A database in memory with the product's schemas, macros and variables, and no tables."""
    connection = duckdb.connect(config={"threads": 1})
    for schema in ("lake", "config", "staging", "core", "marts"):
        connection.execute(f"create schema {schema}")
    add_functions(connection)
    connection.execute((resources.SQL / "macros.sql").read_text(encoding="utf-8"))
    set_variables(connection, **VARIABLES)
    return connection


def clear(connection: duckdb.DuckDBPyConnection) -> None:
    """Takes away all tables and sets the variables as they were in the beginning."""
    for name in _tables(connection):
        _drop(connection, name)
    set_variables(connection, **VARIABLES)


def set_variables(connection: duckdb.DuckDBPyConnection, **values: Any) -> None:
    """Sets what models read by getvariable; a day may be written as text."""
    for name, value in values.items():
        is_day = isinstance(VARIABLES[name], dt.date) and isinstance(value, str)
        day_or_value = dt.date.fromisoformat(value) if is_day else value
        connection.execute(f"set variable {name} = $1", [day_or_value])


@functools.cache
def models() -> Mapping[str, Model]:
    """Every model by its name, each after those that it reads."""
    return {model.name: model for model in load_models(resources.SQL)}


@functools.cache
def real_columns() -> Mapping[str, Mapping[str, str]]:
    """Every table that models read or make, with its columns and their types."""
    settings = Settings(organisation=Organisation("Fjordvik"))
    config = config_tables(settings, (), first=FIRST_DAY, as_of=VARIABLES["as_of"])
    with new_warehouse() as connection:
        for name, table in config.items():
            connection.register("shape", table)
            connection.execute(f"create table {name} as from shape")
            connection.unregister("shape")
        views = {
            "lake.snapshot": snapshot_sql(_NOWHERE),
            **lake_views(_NOWHERE, load_catalog()),
            **archive_views(_NOWHERE),
        }
        for name, query in views.items():
            connection.execute(f"create view {name} as {query}")
        for model in models().values():
            run(connection, model)
        found = connection.execute(
            "select schema_name || '.' || table_name, column_name, data_type from duckdb_columns() "
            "where not internal order by all"
        ).fetchall()
    return {
        name: {column: kind for _, column, kind in columns}
        for name, columns in itertools.groupby(found, key=lambda row: str(row[0]))
    }


def given(connection: duckdb.DuckDBPyConnection, name: str, drawing: str = "") -> None:
    """Makes the table `name` with the rows that are drawn; other columns as in `_DEFAULTS`."""
    lines = [line for line in drawing.splitlines() if line.strip()]
    rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    header, body = (rows[0], rows[1:]) if rows else ([], [])
    kinds = real_columns()[name]
    unknown = [column for column in header if column not in kinds]
    assert not unknown, f"{name} has no column {', '.join(unknown)}"
    _drop(connection, name)
    columns = ", ".join(
        f'"{column}" {kind} default {_default(name, column)}' for column, kind in kinds.items()
    )
    connection.execute(f"create table {name} ({columns})")
    values = [row for cells in body for row in _expand(cells, [kinds[c] for c in header])]
    if values:
        last_day = _last_day_number(connection)
        marks = ", ".join(f"cast(? as {kinds[column]})" for column in header)
        names = ", ".join(f'"{column}"' for column in header)
        connection.executemany(
            f"insert into {name} ({names}) values ({marks})",
            [
                [_read(cell, c, kinds[c], last_day) for cell, c in zip(row, header, strict=True)]
                for row in values
            ],
        )


def _default(table: str, column: str) -> str:
    return _DEFAULTS.get(f"{table}.{column}") or _DEFAULTS.get(column, "null")


def _drop(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    kind = _tables(connection).get(name)
    if kind:
        connection.execute(f"drop {kind} {name}")


def _tables(connection: duckdb.DuckDBPyConnection) -> Mapping[str, str]:
    """Every table and view that is there, and which of the two it is."""
    found = connection.execute(
        "select schema_name || '.' || table_name, 'table' from duckdb_tables() union all "
        "select schema_name || '.' || view_name, 'view' from duckdb_views() where not internal"
    )
    return dict(found.fetchall())


def _expand(cells: Sequence[str], kinds: Sequence[str]) -> Iterator[Sequence[str]]:
    """The row itself, or one for each day of the range in its date cell."""
    for number, (cell, kind) in enumerate(zip(cells, kinds, strict=True)):
        if kind == "DATE" and ".." in cell:
            first, last = map(dt.date.fromisoformat, cell.split(".."))
            for ordinal in range(first.toordinal(), last.toordinal() + 1):
                day = dt.date.fromordinal(ordinal).isoformat()
                yield [*cells[:number], day, *cells[number + 1 :]]
            return
    yield cells


def _read(cell: str, column: str, kind: str, last_day_number: int) -> str | int | None:
    if cell in ("", "''"):
        return "" if cell else None
    if kind == "BIT":
        days = _day_numbers(cell)
        return "".join("1" if n in days else "0" for n in range(last_day_number + 1))
    if kind == "BIGINT" and column.endswith("_id") and not cell.lstrip("-").isdigit():
        return int.from_bytes(cell.encode(), "big")
    return cell


def _day_numbers(cell: str) -> set[int]:
    spans = [] if cell == "none" else [part.partition("-") for part in cell.split()]
    return {n for low, _, high in spans for n in range(int(low), int(high or low) + 1)}


def _last_day_number(connection: duckdb.DuckDBPyConnection) -> int:
    ((number,),) = connection.execute("select getvariable('last_day_number')").fetchall()
    return int(number)


def run_model(connection: duckdb.DuckDBPyConnection, name: str) -> duckdb.DuckDBPyRelation:
    """Runs the file of `name`, checks of its header included; tables not given are empty."""
    for source in models()[name].reads - _tables(connection).keys():
        given(connection, source)
    _drop(connection, name)
    run(connection, models()[name])
    return connection.table(name)


def run_chain(connection: duckdb.DuckDBPyConnection, name: str) -> duckdb.DuckDBPyRelation:
    """Runs `name` after every model that it rests on, but for those that the test has given."""
    for source in sorted(models()[name].reads & models().keys()):
        if source not in _tables(connection):
            run_chain(connection, source)
    return run_model(connection, name)


def drawn(relation: duckdb.DuckDBPyRelation, columns: str) -> list[str]:
    """`columns` of every row as pipe-table lines, in order; a trailing blank cell is a bar."""
    chosen = relation.select(columns).order("all")
    names, kinds = chosen.columns, [str(kind) for kind in chosen.types]
    return [
        " | ".join(
            _draw(value, name, kind) for value, name, kind in zip(row, names, kinds, strict=True)
        ).strip()
        for row in chosen.fetchall()
    ]


def _draw(value: Any, column: str, kind: str) -> str:
    if value is None:
        return ""
    if kind == "BIT":
        return _draw_days([n for n, bit in enumerate(value) if bit == "1"])
    if kind == "BIGINT" and column.endswith("_id"):
        return value.to_bytes(8, "big").lstrip(b"\0").decode()  # type: ignore[no-any-return]
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list):
        return f"[{', '.join(value)}]"
    return str(value)


def _draw_days(numbers: Sequence[int]) -> str:
    runs = []
    for _, group in itertools.groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        run_of_days = [number for _, number in group]
        low, high = run_of_days[0], run_of_days[-1]
        runs.append(str(low) if low == high else f"{low}-{high}")
    return " ".join(runs) or "none"
