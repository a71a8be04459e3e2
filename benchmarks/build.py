"""Measures `adoption build` against a floor: one pass through the same rows, joined and grouped.

Run it with `python -m benchmarks.build`. The floor is what any answer by unit and day costs on this
machine at this moment, so that the ratio holds on another. Floor and build take turns on the same
lake, and medians are printed: other work on the machine then strikes both alike.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import duckdb

from adoption.catalog import load_catalog
from adoption.resources import ROOT
from adoption.views import lake_views
from adoption.warehouse import MEMORY_LIMIT
from benchmarks.lake import AS_OF, make_lake

PEOPLE, DAYS, ROUNDS = 100_000, 400, 2
GROWTH = (1_000, 10_000)
COMMAND = Path(sys.executable).with_name("adoption")
CONFIG = '[organisation]\nname = "Storby kommune"\n\n[units]\nregister = "{register}"\n'


@dataclass(frozen=True, slots=True)
class Run:
    """What one process or query took: wall clock, processor time of all its threads, peak."""

    seconds: float
    cpu: float
    gigabytes: float = 0.0


@dataclass(frozen=True, slots=True)
class Result:
    """The medians of all runs on one lake, in the units that are printed."""

    people: int
    rows: int
    floor: Run
    build: Run

    @property
    def ratio(self) -> float:
        return self.build.seconds / self.floor.seconds

    @property
    def cpu_ratio(self) -> float:
        return self.build.cpu / self.floor.cpu


def main() -> None:
    """Measures, prints every run, and one summary as the last line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.build", description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--home", type=Path, help="folder for the lakes; one there is used again")
    parser.add_argument("--keep", action="store_true", help="keep the lakes without --home, too")
    parser.add_argument(
        "--growth", action="store_true", help=f"also with {', '.join(map(str, GROWTH))} people"
    )
    options = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, DuckDB {duckdb.__version__}")
    sizes = [*(GROWTH if options.growth else ()), options.people]
    with _folder(options.home, options.keep) as folder:
        results = [_measure(folder / f"{n}x{options.days}", n, options.days) for n in sizes]
    if options.growth:
        _print_growth(results)
    last = results[-1]
    print(f"In processor time, which other work disturbs less: build/floor {last.cpu_ratio:.2f}")
    print(
        f"build/floor {last.ratio:.2f}, build {last.build.seconds:.1f} s, "
        f"peak {last.build.gigabytes:.2f} GB"
    )


@contextmanager
def _folder(home: Path | None, keep: bool) -> Iterator[Path]:
    folder = home or Path(tempfile.mkdtemp(prefix="adoption-build-"))
    try:
        yield folder.resolve()
    finally:
        if home is None and not keep:
            shutil.rmtree(folder)
        else:
            print(f"The lakes are kept in {folder}.", file=sys.stderr)


def _measure(home: Path, people: int, days: int) -> Result:
    started = time.perf_counter()
    made = make_lake(home, people=people, days=days)
    how = f"made in {time.perf_counter() - started:.0f} s" if made else "was there"
    print(f"{people} people x {days} days: {home} {how}", flush=True)
    rows = _count_rows(home)
    floors = [_show("floor", _floor(home))]
    builds = []
    for _ in range(ROUNDS):
        builds.append(_show("build", _build(home)))
        floors.append(_show("floor", _floor(home)))
    return Result(people, rows, _median(floors), _median(builds))


def _show(name: str, run: Run) -> Run:
    peak = f", peak {run.gigabytes:.2f} GB" if run.gigabytes else ""
    print(f"  {name} {run.seconds:6.1f} s, {run.cpu:6.1f} s of processor{peak}", flush=True)
    return run


def _median(runs: Sequence[Run]) -> Run:
    return Run(
        median(run.seconds for run in runs),
        median(run.cpu for run in runs),
        max(run.gigabytes for run in runs),
    )


def _build(home: Path) -> Run:
    """`adoption build` as whoever runs it has it: a process of its own, from start to end."""
    config = home / "adoption.toml"
    config.write_text(CONFIG.format(register=home / "units.csv"), encoding="utf-8")
    command = ["--config", str(config), "--home", str(home), "--as-of", str(AS_OF), "build"]
    started = time.perf_counter()
    process = subprocess.Popen([COMMAND, *command], cwd=ROOT)
    ended, peak = 0, 0.0
    while not ended:
        time.sleep(0.02)
        peak = max(peak, _peak_gigabytes(process.pid))
        ended, status, used = os.wait4(process.pid, os.WNOHANG)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"adoption build ended with {process.returncode}.")
    return Run(seconds, used.ru_utime + used.ru_stime, peak)


def _peak_gigabytes(pid: int) -> float:
    """The most memory that a process has held so far, by the kernel's own high-water mark.

    `ru_maxrss` will not do: a child starts with its parent's, and this parent has made a lake.
    """
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    lines = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(lines[0].split()[1]) * 1024 / 1e9 if lines else 0.0


def _floor(home: Path) -> Run:
    """One pass through the lake's views: every row of every person report, by unit and day."""
    return _query(home, lambda connection: connection.execute(FLOOR_SQL).fetchall())


FLOOR_SQL = """
    with reported as (
        select day, upn_id, is_active from lake.teams_user_activity
        union all
        select day, upn_id, is_active from lake.viva_engage_user_activity
        union all
        select day, upn_id, is_active from lake.sharepoint_user_activity
    ),

    person as (
        select upn_id, unit_key
        from lake.directory
        where day = (select max(day) from lake.directory)
    )

    select unit_key, day, count(*) filter (where is_active) as active
    from reported
    inner join person using (upn_id)
    group by unit_key, day
"""


def _count_rows(home: Path) -> int:
    counts: list[int] = []

    def count(connection: duckdb.DuckDBPyConnection) -> None:
        for report in load_catalog().values():
            if report.grain == "person_day":
                rows = connection.execute(f"select count(*) from lake.{report.name}").fetchall()
                counts.append(rows[0][0])

    _query(home, count)
    return sum(counts)


def _query(home: Path, ask: Callable[[duckdb.DuckDBPyConnection], object]) -> Run:
    """Times a question to the lake, asked with the settings of a build."""
    with duckdb.connect(config={"memory_limit": MEMORY_LIMIT}) as connection:
        connection.execute("set preserve_insertion_order = false")
        connection.execute("create schema lake")
        for name, query in lake_views(home, load_catalog()).items():
            connection.execute(f"create view {name} as {query}")
        started, cpu = time.perf_counter(), time.process_time()
        ask(connection)
        return Run(time.perf_counter() - started, time.process_time() - cpu)


def _print_growth(results: Sequence[Result]) -> None:
    print("  people         rows    floor s    build s   ratio  peak GB  build s per 1M rows")
    for result in results:
        print(
            f"{result.people:8d} {result.rows:12d} {result.floor.seconds:10.1f} "
            f"{result.build.seconds:10.1f} {result.ratio:7.2f} {result.build.gigabytes:8.2f} "
            f"{result.build.seconds / result.rows * 1e6:20.2f}"
        )


if __name__ == "__main__":
    main()
