"""DuckDB: the one place where SQL runs.

A build reads the lake, makes every model in memory, checks each, writes the marts to a new file
and swaps it in whole. A reader sees the old warehouse or the new one, never half of either; a
failed check leaves the old one. Person-level tables never reach the file. In a notebook the module
is called: `adoption.warehouse().df("from marts.unit")`.
"""

import datetime as dt
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import duckdb
from duckdb.func import FunctionNullHandling, PythonUDFType

from adoption.archive import Archive, add_past_reports, drop_frozen, keep, put_back
from adoption.checks import check_columns, check_rows
from adoption.errors import ConfigError, PermanentError
from adoption.models import Model

if TYPE_CHECKING:
    from adoption.notebook import Warehouse

MEMORY_LIMIT = "1400MB"
_STORAGE = "v1.0.0"  # a file that every DuckDB from 1.0 on opens
_WAITS = (1, 2, 4, 8, 15, 30, 60)  # seconds; a report that loads its data is done by then


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
        (facts->>'is_page')::boolean as is_page,
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
            swap(fresh, target)
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
    for path in (unfinished, _log_of(unfinished)):
        path.unlink(missing_ok=True)


def _log_of(database: Path) -> Path:
    return database.with_name(f"{database.name}.wal")


def swap(
    fresh: Path,
    target: Path,
    *,
    replace: Callable[[Path, Path], object] = os.replace,
    waits: Sequence[float] = _WAITS,
) -> None:
    """Puts `fresh` in the place of `target`, in one step, for everybody who opens it from now on.

    Windows refuses (PermissionError) while a reader has the old file open: then it is tried again
    after each of `waits`, in seconds, and PermanentError says who has to act. Elsewhere a reader
    keeps the old file until it lets go of it.
    """
    if os.name == "posix":  # who opens it for writing by mistake is refused, and locks nobody out
        fresh.chmod(fresh.stat().st_mode & ~0o222)
    _log_of(target).unlink(missing_ok=True)  # the old file's; beside the new one it would be read
    for wait in (*waits, None):
        try:
            replace(fresh, target)
            return
        except PermissionError as error:
            if wait is None:
                raise PermanentError(
                    f"Could not replace {target}: {_first_line(error)}. Another program holds it "
                    "open, and this system does not replace an open file. Close what reads it "
                    "(Power BI, DBeaver, a notebook) and run 'adoption build'. What was published "
                    "before is untouched."
                ) from error
            time.sleep(wait)


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
    check_columns(connection, model)
    if kind == "view":
        return []
    if archive:
        drop_frozen(connection, model, archive)
    warnings = check_rows(connection, model)
    if archive:
        put_back(connection, model, archive)
    return warnings


def _publish(connection: duckdb.DuckDBPyConnection, models: Sequence[Model], fresh: Path) -> None:
    connection.execute(
        f"attach '{_quoted(str(fresh))}' as published (storage_version '{_STORAGE}')"
    )
    connection.execute("create schema published.marts")
    for model in models:
        if model.is_mart:
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

    It is attached to a database in memory: where a process has the file open already, DuckDB would
    hand out that one again, though a newer one has been swapped in. Raises ConfigError where none
    has been built under `home`, PermanentError where it cannot be read.
    """
    path = warehouse_path(home)
    connection = duckdb.connect()
    try:
        _attach(connection, path)
        yield connection
    finally:
        connection.close()


def _attach(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    try:
        if not path.exists():
            raise ConfigError(
                f"There is no warehouse at {path} yet. Run 'adoption nightly' (or 'adoption "
                "demo'), or name the right folder with --home."
            )
        if _log_of(path).exists():
            raise PermanentError(
                f"{_log_of(path)} lies beside the warehouse: a program has opened it for writing, "
                "so it may not hold what was built. Run 'adoption build' once that is closed."
            )
        connection.execute(f"attach '{_quoted(str(path))}' as warehouse (read_only)")
        for statement in _SEALED:
            connection.execute(statement)
    except (duckdb.Error, OSError) as error:
        advice = (
            "Run 'adoption build', which makes it anew; if another program has it open for "
            "writing, close that first."
            if os.access(path, os.R_OK)
            else "Let its owner give you the right to read it, and to pass the folders above it."
        )
        raise PermanentError(
            f"Cannot read the warehouse {path}: {_first_line(error)}. {advice}"
        ) from error


_SEALED = (
    "use warehouse.marts",
    "set temp_directory = ''",  # else a large query would spill beside whoever asks
    "set enable_external_access = false",
    # Without this a query could detach the warehouse, and attach it again to write in it.
    "set disabled_filesystems = 'LocalFileSystem'",
    "set lock_configuration = true",
)


class _Callable(ModuleType):
    """Lets `adoption.warehouse` be this module and, for notebooks, a function as well."""

    def __call__(self, home: str | Path | None = None) -> "Warehouse":
        from adoption.notebook import find_warehouse  # it knows the environment, which we do not

        return find_warehouse(home)


sys.modules[__name__].__class__ = _Callable
