"""Ad hoc questions to the warehouse, answered as a table, CSV or JSON."""

import csv
import io
import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from adoption.errors import ConfigError
from adoption.warehouse import open_warehouse


def render_query(home: Path, sql: str, form: str) -> str:
    """The answer to `sql` as text; raises ConfigError with DuckDB's own words for a wrong query."""
    with open_warehouse(home) as warehouse:
        try:
            result = warehouse.execute(sql)
            if result is None:
                raise ConfigError("There is no query in what was given. Try 'from marts.unit'.")
            names = [column[0] for column in result.description or ()]
            rows = result.fetchall()
        except duckdb.Error as error:
            raise ConfigError(f"The query failed: {error}") from error
    return {"table": _table, "csv": _csv, "json": _json}[form](names, rows)


def list_tables(home: Path) -> str:
    """Every table of the warehouse with its columns, and what the comments say of them."""
    with open_warehouse(home) as warehouse:
        tables = warehouse.execute(
            "select schema_name || '.' || table_name, comment from duckdb_tables() order by 1"
        ).fetchall()
        columns = warehouse.execute(
            "select schema_name || '.' || table_name, column_name, comment "
            "from duckdb_columns() where schema_name = 'marts' order by 1, column_index"
        ).fetchall()
    lines: list[str] = []
    for table, comment in tables:
        lines += [table, f"  {comment}"]
        lines += [f"    {name}: {text}" for of, name, text in columns if of == table]
        lines.append("")
    return "\n".join(lines)


def _table(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Columns padded to their widest cell; nothing is cut, so that nothing is misread."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [
        max(len(name), *(len(row[i]) for row in cells)) if cells else len(name)
        for i, name in enumerate(names)
    ]
    lines = [_line(names, widths), _line(["-" * width for width in widths], widths)]
    lines += [_line(row, widths) for row in cells]
    return "\n".join((*lines, f"({len(rows)} rows)", ""))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _csv(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    return out.getvalue()


def _json(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    records = [dict(zip(names, row, strict=True)) for row in rows]
    return json.dumps(records, default=_plain, ensure_ascii=False, indent=1) + "\n"


def _plain(value: Any) -> float | str:
    return float(value) if isinstance(value, Decimal) else str(value)
