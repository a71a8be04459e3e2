"""The queries of `docs/questions.md` and what they say of the demo.

`python -m tests.docs.answers` writes the answers anew: on the demo in the folder that is named, or
on one of its own, which takes a minute or two.
"""

import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from adoption.dictionary import fill
from adoption.warehouse import open_warehouse
from tests.docs.pages import DOCS
from tests.running import adoption

QUESTIONS = DOCS / "questions.md"
_QUERY = re.compile(r"```sql\n(.*?)\n```\n\n<!-- generated: (\S+) -->\n", re.DOTALL)
_SHOWN_ROWS, _SHOWN_LETTERS = 3, 60


def queries() -> Mapping[str, str]:
    """Every query of the page by the name of its answer."""
    found = _QUERY.findall(QUESTIONS.read_text(encoding="utf-8"))
    return {name: sql for sql, name in found}


def ask(connection: duckdb.DuckDBPyConnection, name: str) -> list[dict[str, Any]]:
    """The whole answer to the query called `name`."""
    columns, rows = _answer(connection, queries()[name])
    return [dict(zip(columns, row, strict=True)) for row in rows]


def answered_page(home: Path) -> str:
    """The page with the top of each answer as the warehouse under `home` gives it."""
    with open_warehouse(home) as warehouse:
        parts = {name: _table(*_answer(warehouse, sql)) for name, sql in queries().items()}
    return fill(QUESTIONS.read_text(encoding="utf-8"), parts)


def _answer(
    connection: duckdb.DuckDBPyConnection, sql: str
) -> tuple[Sequence[str], Sequence[tuple[object, ...]]]:
    found = connection.execute(sql)
    return [column[0] for column in found.description or ()], found.fetchall()


def _table(columns: Sequence[str], rows: Sequence[tuple[object, ...]]) -> str:
    count = f"({len(rows)} {'row' if len(rows) == 1 else 'rows'})"
    if not rows:
        return count
    shown = [columns, ["---"] * len(columns), *(map(_cell, row) for row in rows[:_SHOWN_ROWS])]
    return "\n".join([*(f"| {' | '.join(cells)} |" for cells in shown), "", count])


def _cell(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".")
    if isinstance(value, bool):
        return str(value).lower()
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= _SHOWN_LETTERS else f"{text[:_SHOWN_LETTERS]}…"


def main() -> None:
    """Writes the answers into the page."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder) / "home"
        if len(sys.argv) == 1:
            adoption("--home", home, "demo")
        QUESTIONS.write_text(answered_page(home), encoding="utf-8")


if __name__ == "__main__":
    main()
