"""Reads a whole warehouse with the DuckDB that its interpreter has, as others' programs do.

It runs as a file, in any environment, and imports nothing of ours:

    python benchmarks/reader.py FILE        # all that can be read, once, as JSON
    python benchmarks/reader.py FILE again  # in a loop until its input ends, connecting each time
    python benchmarks/reader.py FILE hold   # ... keeping a connection while the file is replaced

In a loop each read is a line: the build (its organisation), what was seen as a fingerprint of every
row, column and comment, and the number of the connection; or the error.
"""

import hashlib
import json
import sys
import threading
from pathlib import Path
from typing import Any

import duckdb

HOLD_FOR = 3
"""How often the file is replaced under a connection that is held, before it is closed."""


def main() -> None:
    """Reads as the arguments say."""
    path, *mode = sys.argv[1:]
    if not mode:
        with duckdb.connect(path, read_only=True) as warehouse:
            print(json.dumps([duckdb.__version__, read(warehouse)]))
        return
    ended = threading.Event()
    threading.Thread(target=_wait_for_end, args=[ended], daemon=True).start()
    number = 0
    while not ended.is_set():
        number += 1
        try:
            loop_once(path, number, ended, times=HOLD_FOR if mode == ["hold"] else 0)
        except Exception as error:
            print(json.dumps({"error": f"{type(error).__name__}: {error}"}), flush=True)


def _wait_for_end(ended: threading.Event) -> None:
    sys.stdin.read()
    ended.set()


def loop_once(path: str, number: int, ended: threading.Event, *, times: int) -> None:
    """One connection: a read, and more of them until the file has been replaced so many `times`."""
    files = [Path(path).stat().st_mtime_ns]
    with duckdb.connect(path, read_only=True) as warehouse:
        while True:
            seen = read(warehouse)
            line = {"build": build_of(seen), "print": fingerprint(seen), "connection": number}
            print(json.dumps(line), flush=True)
            if (now := Path(path).stat().st_mtime_ns) != files[-1]:
                files.append(now)
            if len(files) > times or ended.is_set():
                return


def read(warehouse: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Every table by name: its comment, its columns (name, type, comment) and all rows as text."""
    tables = warehouse.execute(
        "select schema_name || '.' || table_name, comment from duckdb_tables() order by 1"
    ).fetchall()
    return {name: [comment, *_contents(warehouse, name)] for name, comment in tables}


def _contents(warehouse: duckdb.DuckDBPyConnection, name: str) -> list[Any]:
    columns = warehouse.execute(
        "select column_name, data_type, comment from duckdb_columns() "
        "where schema_name || '.' || table_name = ? order by column_index",
        [name],
    ).fetchall()
    rows = warehouse.execute(f"from {name}").fetchall()
    return [columns, [[str(cell) for cell in row] for row in rows]]


def build_of(seen: dict[str, Any]) -> str:
    """What the build was made for; an error where the table of it is not as it should be."""
    _, columns, (row,) = seen["marts.build"]
    return str(row[[name for name, *_ in columns].index("organisation")])


def fingerprint(seen: dict[str, Any]) -> str:
    """The same for the same tables, columns, comments and rows, whichever DuckDB has read them."""
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()


if __name__ == "__main__":
    main()
