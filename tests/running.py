"""Running the product as its users do, as a process of its own, and looking at what it wrote."""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow.parquet as pq

from adoption.demo.run import AS_OF

Row = tuple[object, ...]
TOKEN = "token-that-nobody-may-keep"


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that has run: its exit status and what it said."""

    status: int
    screen: str
    log: str


def adoption(*arguments: str | Path, **environ: str) -> Ended:
    """Runs `adoption` with `arguments`; `environ` is added to the environment."""
    program = "from adoption.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, **environ},
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def run(home: Path, *arguments: str, **environ: str) -> Ended:
    """Runs `adoption` on a demo's folder as on the day of its last night."""
    return adoption(*in_home(home), *arguments, **{"ADOPTION_ACCESS_TOKEN": TOKEN, **environ})


def in_home(home: Path) -> list[str]:
    config = str(home / "adoption.toml")
    return ["--config", config, "--home", str(home), "--as-of", AS_OF.isoformat()]


def marts(home: Path) -> dict[str, list[Row]]:
    """Every row of every table of the published warehouse."""
    with duckdb.connect(str(warehouse(home)), read_only=True) as connection:
        names = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() order by 1"
        ).fetchall()
        return {
            name: connection.execute(f"from {name} order by all").fetchall() for (name,) in names
        }


def warehouse(home: Path) -> Path:
    return home / "warehouse" / "adoption.duckdb"


def rows(home: Path, query: str) -> list[Row]:
    with duckdb.connect(str(warehouse(home)), read_only=True) as connection:
        return connection.execute(query).fetchall()


def records(home: Path, query: str) -> list[dict[str, Any]]:
    """As `rows`, each with its columns' names."""
    with duckdb.connect(str(warehouse(home)), read_only=True) as connection:
        found = connection.execute(query)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def files_with(home: Path, texts: Iterable[str]) -> set[str]:
    """The files under `home` that hold one of `texts`, in any case, packed or not.

    Parquet and DuckDB compress what they hold, so their values are searched as well as their bytes.
    """
    wanted = {text.lower().encode() for text in texts}
    return {
        str(path.relative_to(home))
        for path in home.rglob("*")
        if path.is_file() and any(holds_any(data, wanted) for data in _contents(path))
    }


def holds_any(data: bytes, wanted: Set[bytes]) -> bool:
    """Whether one of `wanted` (lower case, 8 bytes or more) stands anywhere in `data`.

    Thousands of texts in megabytes: their first eight bytes are looked up as numbers, all at once.
    """
    lower = data.lower() + bytes(8)
    heads = np.unique([int.from_bytes(text[:8], "little") for text in wanted]).astype(np.uint64)
    for offset in range(8):
        words = np.frombuffer(lower, "<u8", count=(len(lower) - offset) // 8, offset=offset)
        for index in np.flatnonzero(np.isin(words, heads)):
            at = int(index) * 8 + offset
            if any(lower.startswith(text, at) for text in wanted):
                return True
    return False


def _contents(path: Path) -> Iterator[bytes]:
    yield path.read_bytes()
    if path.suffix == ".parquet":
        yield str(pq.read_table(path).to_pydict()).encode()
    if path.suffix == ".duckdb":
        yield str(marts(path.parent.parent)).encode()
