"""Replaces the warehouse night after night under readers that never stop, and judges what they saw.

Run it with `python -m benchmarks.readers`. Each night is a build and an export by the product's own
pipeline, for an organisation of another name, so that no two builds are alike. Each read takes all
rows of all tables: it must be one of the published builds, whole; and what is held open must not
change.
"""

import argparse
import datetime as dt
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from adoption.pipeline.build import build_warehouse
from adoption.pipeline.export import export
from adoption.settings import Settings, parse_settings
from adoption.warehouse import open_warehouse, warehouse_path
from benchmarks import reader
from benchmarks.lake import AS_OF, make_lake

NIGHTS, PEOPLE, DAYS = 50, 300, 70
PATIENCE = 300  # seconds for a reader to read once more
READER = Path(reader.__file__)
CONFIG = '[organisation]\nname = "Night 0"\n\n[units]\nregister = "units.csv"\n'

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one reader saw: reads, connections and builds, and what must not be."""

    reads: int
    connections: int
    builds: int
    errors: Sequence[str]
    half_built: Sequence[str]
    changed_while_held: Sequence[int]

    @property
    def is_clean(self) -> bool:
        return not (self.errors or self.half_built or self.changed_while_held)


@dataclass(slots=True)
class Reader:
    """A process that reads in a loop, and the lines it has written so far."""

    process: subprocess.Popen[str]
    lines: list[Line] = field(default_factory=list)
    has_more: threading.Condition = field(default_factory=threading.Condition)

    def follow(self) -> None:
        """Takes in each line as it comes."""
        assert self.process.stdout is not None
        for text in self.process.stdout:
            with self.has_more:
                self.lines.append(json.loads(text))
                self.has_more.notify_all()

    def wait_for(self, build: str | None = None) -> None:
        """Returns when one more read has come, or, with `build`, one that is of it."""
        with self.has_more:
            known = len(self.lines)
            is_there = self.has_more.wait_for(
                lambda: any(
                    build is None or line.get("build") == build for line in self.lines[known:]
                ),
                timeout=PATIENCE,
            )
        if not is_there:
            raise SystemExit(f"A reader saw nothing of {build or 'the warehouse'} in {PATIENCE} s.")


@contextmanager
def reading(path: Path, mode: str, python: str = sys.executable) -> Iterator[Reader]:
    """A reader of the warehouse at `path`, at work until the end of the block."""
    command = ["nice", "-n", "10", python, str(READER), str(path), mode]  # nights go first
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        each = Reader(process)
        thread = threading.Thread(target=each.follow)
        thread.start()
        try:
            yield each
        finally:
            assert process.stdin is not None
            process.stdin.close()
            thread.join()


def look(home: Path) -> tuple[str, str]:
    """The build that is published, and its fingerprint, read by our own way in."""
    with open_warehouse(home) as warehouse:
        seen = reader.read(warehouse)
    return reader.build_of(seen), reader.fingerprint(seen)


def watch(
    home: Path, night: Callable[[int], None], nights: int, readers: Sequence[Reader]
) -> dict[str, str]:
    """Runs `night` 1 to `nights` while `readers` read, and returns the fingerprint of each build.

    No reader is waited for but at the ends: before the first night each has read once, and after
    each night one that connects anew must see that night's build.
    """
    published = dict([look(home)])
    for each in readers:
        each.wait_for()
    for number in range(1, nights + 1):
        night(number)
        build, seen = look(home)
        published[build] = seen
        readers[0].wait_for(build)
    return published


def judge(lines: Sequence[Line], published: Mapping[str, str]) -> Verdict:
    """What a reader's `lines` say, where `published` has the fingerprint of each build."""
    reads = [line for line in lines if "error" not in line]
    prints: dict[int, set[str]] = {}
    for line in reads:
        prints.setdefault(line["connection"], set()).add(line["print"])
    return Verdict(
        reads=len(reads),
        connections=len(prints),
        builds=len({line["build"] for line in reads}),
        errors=[line["error"] for line in lines if "error" in line],
        half_built=[r["build"] for r in reads if published.get(r["build"]) != r["print"]],
        changed_while_held=[number for number, seen in prints.items() if len(seen) > 1],
    )


def main() -> None:
    """Runs the nights, prints each reader's verdict, and exits with 1 where one is not clean."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.readers", description=__doc__)
    parser.add_argument("--nights", type=int, default=NIGHTS)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--older", metavar="PYTHON", help="an interpreter with an older DuckDB")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="adoption-readers-") as folder:
        home = Path(folder)
        make_lake(home, people=options.people, days=DAYS)
        settings = parse_settings(CONFIG, folder=folder, home=folder)
        is_clean = _run(home, settings, options.nights, options.older)
    raise SystemExit(0 if is_clean else 1)


def _run(home: Path, settings: Settings, nights: int, older: str | None) -> bool:
    path = warehouse_path(home)
    took: list[float] = []

    def night(number: int) -> None:
        started = time.perf_counter()
        organisation = msgspec.structs.replace(settings.organisation, name=f"Night {number}")
        tonight = msgspec.structs.replace(settings, organisation=organisation)
        build_warehouse(tonight, as_of=AS_OF)
        export(tonight)
        took.append(time.perf_counter() - started)
        print(f"{dt.datetime.now(dt.UTC):%H:%M:%S} night {number}: {took[-1]:.1f} s", flush=True)

    night(0)
    kinds = {"connecting": ("again", sys.executable), "holding": ("hold", sys.executable)}
    if older:
        kinds |= {"connecting, older": ("again", older), "holding, older": ("hold", older)}
    with ExitStack() as stack:
        readers = {name: stack.enter_context(reading(path, *how)) for name, how in kinds.items()}
        published = watch(home, night, nights, list(readers.values()))
    verdicts = {name: judge(each.lines, published) for name, each in readers.items()}
    for name, verdict in verdicts.items():
        print(f"{name}: {_told(verdict)}")
    print(f"{len(took)} builds, each with its export, {sum(took) / len(took):.1f} s on average.")
    return all(verdict.is_clean for verdict in verdicts.values())


def _told(verdict: Verdict) -> str:
    for error in verdict.errors[:3]:
        print(f"  {error}")
    return (
        f"{verdict.reads} reads through {verdict.connections} connections, {verdict.builds} builds "
        f"seen; {len(verdict.errors)} errors, {len(verdict.half_built)} half-built, "
        f"{len(verdict.changed_while_held)} changed while held"
    )


if __name__ == "__main__":
    main()
