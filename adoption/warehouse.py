"""DuckDB: the one place where SQL runs.

A build reads the lake, makes every model in memory, checks each, writes the marts to a new file
and swaps it in whole. A reader sees the old warehouse or the new one, never half of either; a
failed check leaves the old one. Person-level tables never reach the file.
"""

import datetime as dt
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from duckdb.func import FunctionNullHandling, PythonUDFType

from adoption.archive import Archive, add_past_reports, drop_frozen, keep, put_back
from adoption.errors import CheckFailed, ConfigError, ContractError, PermanentError
from adoption.models import Model

MEMORY_LIMIT = "1400MB"
_STORAGE = "v1.2.0"  # a file that older DuckDB clients open as well


def warehouse_path(home: Path) -> Path:
    return home / "warehouse" / "adoption.duckdb"


@contextmanager
def _scratch(spill: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(config={"memory_limit": MEMORY_LIMIT})
    try:
        if spill is not None:
            connection.execute("set temp_directory = $1", [str(spill)])
        connection.execute("set preserve_insertion_order = false")
        connection.execute("set enable_progress_bar = false")  # it would write among our results
        yield connection
    finally:
        connection.close()
        if spill is not None:
            shutil.rmtree(spill, ignore_errors=True)


_FACTS = """
    select
        facts->>'report' as report,
        (facts->>'day')::date as day,
        (facts->>'period_days')::int as period_days,
        facts->>'channel' as channel,
        facts->>'grain' as grain,
        (facts->>'fetched_on')::date as fetched_on,
        (facts->>'refresh_date')::date as refresh_date,
        (facts->>'row_count')::bigint as row_count,
        (facts->>'concealed_count')::bigint as concealed_count,
        (facts->>'guest_count')::bigint as guest_count,
        (facts->>'deleted_count')::bigint as deleted_count,
        (facts->>'idle_count')::bigint as idle_count,
        coalesce((facts->>'refused_count')::bigint, 0) as refused_count,
        coalesce((facts->>'is_unknown')::boolean, false) as is_unknown,
        facts->>'counters' as counters,
        (facts->'unknown_headings')::varchar[] as unknown_headings,
        (facts->'absent_headings')::varchar[] as absent_headings
    from (select decode(value)::json as facts from ({footers}) where decode(key) = 'adoption')
"""
_NO_FOOTERS = "select ''::blob as key, ''::blob as value where false"


def snapshot_sql(home: Path, *, since: dt.date | None = None) -> str:
    """A query for the snapshots in the lake (days from `since` on), out of the files' footers."""
    files = [
        str(file)
        for folder in sorted((home / "lake").glob("*/day=*"))
        if since is None or folder.name >= f"day={since}"
        for file in folder.glob("*.parquet")
    ]
    listed = ", ".join(f"'{_quoted(file)}'" for file in files)
    footers = f"from parquet_kv_metadata([{listed}])" if files else _NO_FOOTERS
    return _FACTS.format(footers=footers)


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def read_snapshots(home: Path, *, since: dt.date | None = None) -> list[dict[str, Any]]:
    """The facts of the snapshots of days from `since` on, by report, day and period."""
    with _scratch() as connection:
        query = snapshot_sql(home, since=since)
        result = connection.execute(f"{query} order by report, day, period_days")
        names = [column[0] for column in result.description or ()]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def snapshot_table(home: Path) -> Any:
    """All snapshots in the lake as an Arrow table, to be read once: they are thousands of files."""
    with _scratch() as connection:
        return connection.sql(snapshot_sql(home)).to_arrow_table()


def build(
    home: Path,
    *,
    models: Sequence[Model],
    macros: str,
    inputs: Mapping[str, str],
    tables: Mapping[str, Any],
    variables: Mapping[str, Any],
    archive: Archive | None = None,
) -> list[str]:
    """Rebuilds the warehouse under `home` from its lake, and returns the warnings of checks.

    `inputs` are queries by name (`lake.teams_user_activity`) that read the lake's files; `tables`
    are Arrow tables by name (`config.unit`); `variables` are what models read by getvariable.
    Rows that the lake can no longer give come from `archive`, which is then brought up to date.
    Raises CheckFailed or ContractError for a model that breaks its header, PermanentError where
    DuckDB or the disk refuses; the published warehouse is then untouched.
    """
    target = warehouse_path(home)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.new")
    _forget(fresh)
    try:
        with _scratch(home / "lake" / ".spill") as connection:
            _prepare(connection, macros, inputs, tables, variables)
            if archive:
                add_past_reports(connection, archive)
            warnings = [line for model in models for line in run(connection, model, archive)]
            _publish(connection, models, fresh)
            os.replace(fresh, target)  # noqa: PTH105 (the word for it)
            if archive:
                keep(connection, models, archive)
    except (duckdb.Error, OSError) as error:
        raise PermanentError(
            f"Could not build the warehouse {target}: {_first_line(error)}. What was published "
            "before is untouched."
        ) from error
    finally:
        _forget(fresh)
    return warnings


def _forget(unfinished: Path) -> None:
    """Removes a file that a build did not finish, with DuckDB's log of it: it would be replayed."""
    for path in (unfinished, unfinished.with_name(f"{unfinished.name}.wal")):
        path.unlink(missing_ok=True)


def _prepare(
    connection: duckdb.DuckDBPyConnection,
    macros: str,
    inputs: Mapping[str, str],
    tables: Mapping[str, Any],
    variables: Mapping[str, Any],
) -> None:
    for schema in ("lake", "config", "staging", "core", "marts"):
        connection.execute(f"create schema {schema}")
    add_functions(connection)
    connection.execute(macros)
    for name, value in variables.items():
        connection.execute(f"set variable {name} = $1", [value])
    for name, table in tables.items():
        connection.register("given", table)
        connection.execute(f"create table {name} as from given")
        connection.unregister("given")
    for name, query in inputs.items():
        connection.execute(f"create view {name} as {query}")


def add_functions(connection: duckdb.DuckDBPyConnection) -> None:
    """Teaches SQL what is not said in SQL: which counts may be shown."""
    from adoption.published import (  # slow to import, and only a build needs it
        CHANNEL_ROWS,
        FUNNEL_ROWS,
        HIDDEN_ROWS,
        PUBLISHED_ROWS,
        publish,
    )

    connection.create_function(
        "publish",
        publish,
        [FUNNEL_ROWS, CHANNEL_ROWS, "BIGINT", "VARCHAR[]", HIDDEN_ROWS],
        PUBLISHED_ROWS,
        type=PythonUDFType.ARROW,
        null_handling=FunctionNullHandling.SPECIAL,
    )


def run(
    connection: duckdb.DuckDBPyConnection, model: Model, archive: Archive | None = None
) -> list[str]:
    """Makes one model's table (a view in staging), holds it to its header, returns warnings.

    Rows that were published before and are kept in `archive` are not held to rules of today.

    Raises ContractError (columns), CheckFailed (grain or a `fail:` line, with the first bad rows),
    PermanentError with the model's name and path where the SQL itself fails.
    """
    kind = "view" if model.schema == "staging" else "table"
    try:
        connection.execute(f"create {kind} {model.name} as {model.sql}")
    except duckdb.Error as error:
        raise PermanentError(f"{model.name} ({model.path}) failed: {error}") from error
    _check_columns(connection, model)
    if kind == "view":
        return []
    if archive:
        drop_frozen(connection, model, archive)
    _check_grain(connection, model)
    for check in model.fails:
        _raise_if_any(connection, model, check)
    warnings = [
        f"{model.name}: {count} rows where not ({check})"
        for check in model.warns
        if (count := _count_broken(connection, model, check))
    ]
    if archive:
        put_back(connection, model, archive)
    return warnings


def _check_columns(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    result = connection.execute(f"from {model.name} limit 0")
    real = [column[0] for column in result.description or ()]
    unknown = [name for name in (*model.columns, *model.grain) if name not in real]
    missing = [name for name in real if name not in model.columns] if _is_mart(model) else []
    if unknown or missing:
        raise ContractError(
            f"{model.name} ({model.path}): the header and the columns differ. Documented but not "
            f"there: {', '.join(unknown) or 'none'}; there but not documented: "
            f"{', '.join(missing) or 'none'}."
        )


def _is_mart(model: Model) -> bool:
    return model.schema == "marts"


def _check_grain(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    keys = ", ".join(model.grain)
    nulls = " or ".join(f"{key} is null" for key in model.grain)
    bad = connection.execute(
        f"select {keys}, count(*) as copies from {model.name} group by {keys} "
        f"having count(*) > 1 or {nulls} limit 3"
    ).fetchall()
    if bad:
        raise CheckFailed(
            f"{model.name} ({model.path}): {keys} must name one row; bad: {_rows(model, bad)}. "
            "Nothing was published."
        )


def _raise_if_any(connection: duckdb.DuckDBPyConnection, model: Model, check: str) -> None:
    bad = connection.execute(
        f"select {', '.join(model.grain)} from {model.name} where not coalesce({check}, false) "
        "limit 3"
    ).fetchall()
    if bad:
        raise CheckFailed(
            f"{model.name} ({model.path}): '{check}' does not hold; bad: {_rows(model, bad)}. "
            "Nothing was published."
        )


def _rows(model: Model, rows: list[tuple[Any, ...]]) -> str:
    if {"person_id", "upn_id", "name_id"} & set(model.grain):
        return "rows of persons (not shown)"
    return "; ".join(", ".join(str(value) for value in row) for row in rows)


def _count_broken(connection: duckdb.DuckDBPyConnection, model: Model, check: str) -> int:
    ((count,),) = connection.execute(
        f"select count(*) from {model.name} where not coalesce({check}, false)"
    ).fetchall()
    return int(count)


def _publish(connection: duckdb.DuckDBPyConnection, models: Sequence[Model], fresh: Path) -> None:
    connection.execute(
        f"attach '{_quoted(str(fresh))}' as published (storage_version '{_STORAGE}')"
    )
    connection.execute("create schema published.marts")
    for model in models:
        if _is_mart(model):
            order = ", ".join(model.grain)
            connection.execute(
                f"create table published.{model.name} as from {model.name} order by {order}"
            )
            _comment(connection, f"table published.{model.name}", model.description)
            for column, text in model.columns.items():
                _comment(connection, f"column published.{model.name}.{column}", text)
    connection.execute("checkpoint published")
    connection.execute("detach published")


def _comment(connection: duckdb.DuckDBPyConnection, what: str, text: str) -> None:
    connection.execute(f"comment on {what} is '{_quoted(text)}'")


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0].rstrip(".")


@contextmanager
def open_warehouse(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published warehouse, read only and with no way to any other file.

    Raises ConfigError where none has been built under `home`.
    """
    path = warehouse_path(home)
    if not path.exists():
        raise ConfigError(
            f"There is no warehouse at {path} yet. Run 'adoption nightly' (or 'adoption demo'), or "
            "name the right folder with --home."
        )
    connection = duckdb.connect(
        str(path), read_only=True, config={"enable_external_access": "false"}
    )
    try:
        yield connection
    finally:
        connection.close()
