"""Warehouse to files for leadership."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from adoption.errors import ConfigError, PermanentError
from adoption.exports.csv import export_csv
from adoption.exports.folder import export_folder
from adoption.exports.html.report import export_html
from adoption.exports.xlsx import export_xlsx
from adoption.settings import Settings
from adoption.texts import PSEUDO_UNITS, legend, translate
from adoption.warehouse import open_warehouse

# Format → what writes it: called with (tables, folder, language=…), returns the path or paths.
FORMATS: Mapping[str, Callable[..., Path | list[Path]]] = {
    "csv": export_csv,
    "xlsx": export_xlsx,
    "html": export_html,
}

_ORDERED: Mapping[str, str] = {
    "unit_reach": "window_end desc, path",
    "unit_channel": "window_end desc, path, channel",
    "unit_flag": "closed_on is not null, not_reached desc nulls last, path, flag, opened_on desc",
    "data_quality": "result = 'pass', result = 'warn', check_name, scope",
    "unit_target": "window_end desc, not_reached desc nulls last, path",
    "unit_movement": "window_end desc, path",
    "unit_staff": "window_end desc, unit_id",
    "unit_year": "window_end desc, unit_id",
    "unit": "level, unit_id",
    "channel_day": "channel, day",
    "build": "as_of",
}


def export(
    settings: Settings,
    *,
    out: Path | None = None,
    language: str | None = None,
    formats: Sequence[str] = tuple(FORMATS),
) -> Path:
    """Writes the newest window's files in `formats` (all, unless told) and returns their folder.

    Raises ConfigError for an unknown format or without a warehouse, PermanentError where it has no
    window yet or the disk refuses.
    """
    language = language or settings.organisation.language
    if unknown := sorted(set(formats) - FORMATS.keys()):
        raise ConfigError(f"Unknown format: {', '.join(unknown)}. Known: {', '.join(FORMATS)}.")
    window_end, tables = read_marts(settings.home)
    if window_end is None:
        raise PermanentError(
            "There is no window to export yet: no Sunday lies in the days that have landed. "
            "'adoption status' says what is missing."
        )
    return export_folder(
        out or settings.home / "exports",
        window_end,
        lambda folder: list(_write(_named(tables, language), folder, language, formats, settings)),
        {"language": language, "legend": legend(language)},
    )


def _write(
    tables: Mapping[str, pa.Table], folder: Path, language: str, formats: Sequence[str],
    settings: Settings,
) -> Iterator[Path]:  # fmt: skip
    explained = {"leadership": settings.channels.leadership, "target": settings.flags.target}
    for name, write in FORMATS.items():
        if name in formats:
            more = explained if name == "html" else {}
            written = write(tables, folder, language=language, **more)
            yield from written if isinstance(written, list) else (written,)


def _named(tables: Mapping[str, pa.Table], language: str) -> Mapping[str, pa.Table]:
    """`tables` with the units that are none by their names in `language`; ids stay."""
    return {name: _with_names(table, language) for name, table in tables.items()}


def _with_names(table: pa.Table, language: str) -> pa.Table:
    if "unit" not in table.column_names:
        return table
    names = {name: translate(name, language) for name in PSEUDO_UNITS}
    units = [names.get(unit, unit) for unit in table["unit"].to_pylist()]
    return table.set_column(table.column_names.index("unit"), "unit", pa.array(units, pa.string()))


def read_marts(home: Path) -> tuple[dt.date | None, Mapping[str, pa.Table]]:
    """Last day of the newest window (null if none), and the exported marts, ordered for readers."""
    with open_warehouse(home) as warehouse:
        ((window_end,),) = warehouse.execute(
            "select coalesce(any_value(build.window_end), max(unit_reach.window_end)) "
            "from marts.build left join marts.unit_reach on true"
        ).fetchall()
        tables = {
            mart: warehouse.sql(_query(mart, order)).to_arrow_table()
            for mart, order in _ORDERED.items()
        }
    return window_end, tables


def _query(mart: str, order: str) -> str:
    path = (
        "left join (select unit_id, path from marts.unit) using (unit_id)"
        if "path" in order
        else ""
    )
    return f"select {mart}.* from marts.{mart} {path} order by {order}"
