"""Readers while the night replaces the warehouse: one whole build, always; an older DuckDB, too."""

import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pyarrow as pa
import pytest

from adoption.models import parse_model
from adoption.warehouse import build, warehouse_path
from benchmarks.readers import READER, Line, Verdict, judge, reading, watch
from tests.conftest import Demo
from tests.running import marts, warehouse

BUILD = parse_model(
    "-- The build.\n-- grain: organisation\n-- column organisation: Whose.\n\n"
    "select organisation from config.organisation",
    Path("sql/marts/build.sql"),
)
UNIT = parse_model(
    "-- One unit.\n-- grain: unit_id\n-- column unit_id: Unit.\n-- column of: Whose.\n\n"
    "select range as unit_id, organisation as of from config.organisation, range(5000)",
    Path("sql/marts/unit.sql"),
)


def build_for(home: Path, organisation: str) -> None:
    build(
        home,
        models=[BUILD, UNIT],
        macros="",
        inputs={},
        tables={"config.organisation": pa.table({"organisation": [organisation]})},
        variables={},
    )


def test_readers_see_whole_builds_only_while_nights_replace_the_file(tmp_path: Path) -> None:
    build_for(tmp_path, "Night 0")
    path = warehouse_path(tmp_path)
    with ExitStack() as stack:
        readers = [stack.enter_context(reading(path, mode)) for mode in ("again", "hold")]
        published = watch(tmp_path, lambda night: build_for(tmp_path, f"Night {night}"), 3, readers)
        readers[1].wait_for()

    connecting, holding = (judge(reader.lines, published) for reader in readers)
    assert list(published) == ["Night 0", "Night 1", "Night 2", "Night 3"]
    assert (connecting.is_clean, connecting.builds) == (True, 4)
    assert (holding.is_clean, holding.reads > holding.connections) == (True, True)


def test_what_must_not_be_is_found_out() -> None:
    published = {"Night 1": "one", "Night 2": "two"}
    lines: list[Line] = [
        {"build": "Night 1", "print": "one", "connection": 1},
        {"build": "Night 2", "print": "two", "connection": 1},
        {"build": "Night 2", "print": "one", "connection": 2},
        {"build": "Night 3", "print": "two", "connection": 3},
        {"error": "IOException: gone"},
    ]

    assert judge(lines, published) == Verdict(
        reads=4,
        connections=3,
        builds=3,
        errors=["IOException: gone"],
        half_built=["Night 2", "Night 3"],
        changed_while_held=[1],
    )


@pytest.fixture(scope="session")
def older_client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter with the DuckDB of drivers that lag behind, in an environment of its own."""
    folder = tmp_path_factory.mktemp("older") / "env"
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    lock = Path(__file__).with_name("older_client.lock")
    for command in (
        [sys.executable, "-m", "venv", str(folder)],
        [str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock)],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"No older client: {done.stderr}"
    return python


def test_an_older_duckdb_reads_every_mart_and_comment_as_ours_does(
    demo: Demo, older_client: Path
) -> None:
    (ours, read_by_ours), (older, read_by_older) = (
        json.loads(
            subprocess.run(
                [str(python), str(READER), str(warehouse(demo.home))],
                capture_output=True,
                check=True,
            ).stdout
        )
        for python in (sys.executable, older_client)
    )

    assert (ours.split(".")[0], older) == ("2", "1.5.5")
    assert read_by_older == read_by_ours
    assert {name: len(rows) for name, (_, _, rows) in read_by_older.items()} == {
        name: len(rows) for name, rows in marts(demo.home).items()
    }
    comments = [
        [comment, *(text for _, _, text in columns)]
        for comment, columns, _ in read_by_older.values()
    ]
    assert all(text for texts in comments for text in texts)
