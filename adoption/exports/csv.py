"""The marts as CSV files for leadership: what Excel in the reader's language opens as it should."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa

from adoption import texts
from adoption.exports import cells
from adoption.exports.cells import Cell
from adoption.exports.folder import replace_file
from adoption.exports.rows import rows_of

BOM = "\ufeff"  # without it Excel reads UTF-8 as Windows-1252

_REACH: Mapping[str, Cell] = {
    "unit_id": cells.text,
    "unit": cells.text,
    "window_end": cells.date,
    "window_days": cells.number,
    "status": cells.label,
    "staff": cells.count,
    "account": cells.count,
    "licensed": cells.count,
    "onboarded": cells.count,
    "active": cells.count,
    "reached": cells.count,
    "contributing": cells.count,
    "reach_rate": cells.rate,
    "reach_low": cells.rate,
    "reach_high": cells.rate,
    "reason": cells.reason,
}

_CHANNEL: Mapping[str, Cell] = {
    "unit_id": cells.text,
    "unit": cells.text,
    "channel": cells.label,
    "window_end": cells.date,
    "window_days": cells.number,
    "status": cells.label,
    "licensed": cells.count,
    "active": cells.count,
    "received": cells.count,
    "contributed": cells.count,
    "adoption_rate": cells.rate,
    "adoption_low": cells.rate,
    "adoption_high": cells.rate,
}

_FLAGS: Mapping[str, Cell] = {
    "unit_id": cells.text,
    "unit": cells.text,
    "flag": cells.label,
    "opened_on": cells.date,
    "closed_on": cells.date,
    "staff": cells.count,
    "not_reached": cells.count,
    "reach_rate": cells.rate,
    "reach_low": cells.rate,
    "reach_high": cells.rate,
    "reason": cells.label,
    "advice": cells.advice,
}

_QUALITY: Mapping[str, Cell] = {
    "check_name": cells.label,
    "scope": cells.scope,
    "day": cells.date,
    "result": cells.label,
    "value": cells.measure,
    "threshold": cells.measure,
    "message": cells.message,
}

# Mart → file and its columns.
FILES: Mapping[str, tuple[str, Mapping[str, Cell]]] = {
    "unit_reach": ("unit_reach.csv", _REACH),
    "unit_channel": ("unit_channel.csv", _CHANNEL),
    "unit_flag": ("unit_flags.csv", _FLAGS),
    "data_quality": ("data_quality.csv", _QUALITY),
}


def export_csv(tables: Mapping[str, pa.Table], folder: Path, *, language: str) -> list[Path]:
    """Writes the four files into `folder` and returns their paths.

    `tables`: the marts `unit_reach`, `unit_channel`, `unit_flag` and `data_quality` by name, each
    with at least the contract's columns (others are left out; `coded` becomes the signs in the
    cells). Rows stay in the caller's order, since only the caller knows the units' paths.
    Raises ContractError naming a mart or column that is not there.
    """
    rendered = {
        name: render_csv(mart, tables, language=language) for mart, (name, _) in FILES.items()
    }
    return [replace_file(folder / name, content) for name, content in rendered.items()]


def render_csv(mart: str, tables: Mapping[str, pa.Table], *, language: str) -> bytes:
    """One mart as the bytes of its file: UTF-8 with BOM, CRLF, the language's own separators."""
    name, columns = FILES[mart]
    rows = mart_rows(mart, tables)
    out = io.StringIO()
    writer = csv.writer(out, delimiter="," if language == "en" else ";", lineterminator="\r\n")
    writer.writerow(texts.heading(column, language) for column in columns)
    writer.writerows(cells.render_row(row, columns, language) for row in rows)
    return (BOM + out.getvalue()).encode()


def mart_rows(mart: str, tables: Mapping[str, pa.Table]) -> list[dict[str, object]]:
    """The rows of `mart` with its exported columns, and `coded` where it has that.

    Raises ContractError naming a mart or column that is not there.
    """
    _, columns = FILES[mart]
    has_coded = mart in tables and "coded" in tables[mart].column_names
    return rows_of(tables, mart, [*columns, *(["coded"] if has_coded else [])])
