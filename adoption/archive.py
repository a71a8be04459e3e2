"""What outlives retention: rows as they were published, and the little that later rows lean on.

A warehouse is made anew from the lake every night, but person-level rows go after some time. So a
build keeps the rows of models that say so (`history:` in their header) under lake/archive, a
Parquet file a table, while it can still make them; later builds take them from there, untouched by
any later change of data, rules or SQL. No row of a person is among them, save one date: when they
were first seen active.

lake/archive.json, outside the folder so that the folder cannot vanish unseen, says how far.
"""

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import msgspec

from adoption.errors import PermanentError
from adoption.models import Model

_INPUTS: Mapping[str, str] = {
    "first_seen": "person_id bigint, channel varchar, first_seen_date date",
    "hidden_row": "unit_id varchar, channel varchar, window_end date",
    "past_unit": "unit_id varchar, unit varchar, parent_id varchar, level integer, path varchar",
}
"""What models read of the archive, by the core table that is kept."""
_LENGTHS = ("window_days", "day_count")
_PAST_REPORT = "core.past_report"


class Mark(msgspec.Struct, frozen=True):
    """How far the archive goes; nothing is kept yet where it is as new."""

    frozen_before: dt.date = dt.date.min
    """Rows dated before come from the archive alone."""
    deleted_before: dt.date = dt.date.min
    """Person-level days before may be gone from the lake."""
    tables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Archive:
    """The archive of a home, and the day before which this build is to keep rows from now on."""

    home: Path
    mark: Mark
    keep_before: dt.date


def read_mark(home: Path) -> Mark:
    """The mark under `home`; raises PermanentError where it cannot be read."""
    path = _mark_path(home)
    try:
        return msgspec.json.decode(path.read_bytes(), type=Mark)
    except FileNotFoundError:
        return Mark()
    except (OSError, msgspec.DecodeError) as error:
        raise PermanentError(f"Cannot read {path}: {error}. Put it back from a backup.") from error


def write_mark(home: Path, mark: Mark) -> None:
    """Replaces the mark, whole."""
    path = _mark_path(home)
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.touch(mode=0o600)
    temporary.write_bytes(msgspec.json.format(msgspec.json.encode(mark)) + b"\n")
    temporary.replace(path)


def refuse_loss(home: Path, mark: Mark) -> None:
    """Raises PermanentError where a table that was kept is gone: its windows cannot be made."""
    if gone := lost_tables(home, mark):
        raise PermanentError(
            f"The archive {_folder(home)} has lost {', '.join(gone)}: the published rows dated "
            f"before {mark.frozen_before}, which the lake can no longer give. What was published "
            "stays. Put the folder back from a backup; or, to go on without these rows, remove "
            f"{_mark_path(home)}."
        )


def lost_tables(home: Path, mark: Mark) -> list[str]:
    """Tables that the archive should hold and does not."""
    return [name for name in mark.tables if not _path(home, name).exists()]


def archive_views(home: Path) -> Mapping[str, str]:
    """A query for each view of schema `lake` that reads the archive, typed where it is empty."""
    views = {}
    for name, columns in _INPUTS.items():
        typed = ", ".join(
            "cast(null as {1}) as {0}".format(*column.split()) for column in columns.split(", ")
        )
        views[f"lake.{name}"] = f"select {typed} where false"
        if (path := _path(home, f"core.{name}")).exists():
            names = ", ".join(column.split()[0] for column in columns.split(", "))
            views[f"lake.{name}"] += f" union all by name select {names} from {_rows(path)}"
    return views


def add_past_reports(connection: duckdb.DuckDBPyConnection, archive: Archive) -> None:
    """Lets lake.snapshot know of the reports whose rows have been deleted."""
    path = _path(archive.home, _PAST_REPORT)
    if path.exists():
        connection.execute(
            f"insert into lake.snapshot by name from {_rows(path)} as past "
            "where day < $1 and (report, day, period_days) not in "
            "(select (report, day, period_days) from lake.snapshot)",
            [archive.mark.deleted_before],
        )


def drop_frozen(connection: duckdb.DuckDBPyConnection, model: Model, archive: Archive) -> None:
    """Takes away the rows that the archive has the say over: they rest on days that are gone."""
    if model.history and model.history.column:
        is_frozen = _is_dated(_columns(connection, model.name), model.history.column)
        connection.execute(
            f"delete from {model.name} where {is_frozen}", [archive.mark.frozen_before]
        )


def put_back(connection: duckdb.DuckDBPyConnection, model: Model, archive: Archive) -> None:
    """Adds the rows that were kept; a column that they do not have yet is null in them."""
    path = _path(archive.home, model.name)
    if not (model.history and model.history.column and path.exists()):
        return
    kept = _columns(connection, _rows(path))
    common = [column for column in _columns(connection, model.name) if column in kept]
    renamed = {"unit_id", "unit"} if "unit_id" in common else set[str]()
    chosen = ", ".join(
        f"coalesce(renamed.{name}, kept.{name}) as {name}" if name in renamed else f'kept."{name}"'
        for name in common
    )
    join = "left join core.renamed_unit as renamed on kept.unit_id = renamed.unit_before"
    connection.execute(
        f"insert into {model.name} by name select {chosen} from {_rows(path)} as kept "
        f"{join if renamed else ''} where kept.{model.history.column} < $1",
        [archive.mark.frozen_before],
    )


def keep(connection: duckdb.DuckDBPyConnection, models: Sequence[Model], archive: Archive) -> None:
    """Writes the archive as of this build, which has been published; the mark comes last.

    Raises PermanentError where that fails; nothing may then be deleted that was not covered before.
    """
    tables = [model for model in models if model.history]
    try:
        _folder(archive.home).mkdir(mode=0o700, parents=True, exist_ok=True)
        for model in tables:
            _write(connection, model, archive)
        write_mark(
            archive.home,
            msgspec.structs.replace(
                archive.mark,
                frozen_before=archive.keep_before,
                tables=tuple(sorted(model.name for model in tables)),
            ),
        )
    except (duckdb.Error, OSError) as error:
        raise PermanentError(
            f"The warehouse has been built, but {_folder(archive.home)} could not be written: "
            f"{str(error).splitlines()[0]}. Free some space or mend the permissions; until then no "
            "person-level rows are deleted."
        ) from error


def _write(connection: duckdb.DuckDBPyConnection, model: Model, archive: Archive) -> None:
    path = _path(archive.home, model.name)
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.touch(mode=0o600)
    connection.execute(
        f"copy (from {model.name} where {_is_kept(connection, model, archive)}) "
        f"to '{_quoted(temporary)}' (format parquet, compression zstd)"
    )
    temporary.chmod(0o600)
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    temporary.replace(path)


def _is_kept(connection: duckdb.DuckDBPyConnection, model: Model, archive: Archive) -> str:
    history = model.history
    if history is None or history.column is None:
        return "true"
    is_dated = _is_dated(_columns(connection, model.name), history.column)
    text = is_dated.replace("$1", f"date '{archive.keep_before}'")
    if history.days is not None:  # until the mark is written, builds lean on what it says now
        leans = archive.mark.frozen_before if archive.mark.tables else archive.keep_before
        first = leans - dt.timedelta(history.days)
        text += f" and {history.column} >= date '{first}'"
    return text


def _is_dated(columns: Sequence[str], column: str) -> str:
    """Dated before $1. The newest window, on whatever weekday, gives way to the next night's."""
    text = f"{column} < $1"
    if column != "window_end":
        return text
    length = next((name for name in _LENGTHS if name in columns), "28")
    return f"{text} and (isodow({column}) = 7 or {length} <> 28)"


def _columns(connection: duckdb.DuckDBPyConnection, source: str) -> list[str]:
    result = connection.execute(f"from {source} limit 0")
    return [column[0] for column in result.description or ()]


def _rows(path: Path) -> str:
    return f"read_parquet('{_quoted(path)}')"


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _folder(home: Path) -> Path:
    return home / "lake" / "archive"


def _path(home: Path, table: str) -> Path:
    return _folder(home) / f"{table}.parquet"


def _mark_path(home: Path) -> Path:
    return home / "lake" / "archive.json"
