"""Kills nights with SIGKILL at many moments, and looks at what they leave and how they heal.

What was published must stay whole, and the next night, with nothing cleaned by hand, must end as
if nothing had happened. Run it with `python -m benchmarks.kill`. The nights are the demo's, each in
a process of its own against the local Graph service; four are replayed once, and every kill strikes
a fifth one in a fresh copy of what they left.
"""

import argparse
import datetime as dt
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adoption.demo.municipality import make_municipality
from adoption.demo.run import AS_OF, write_config
from adoption.demo.service import GraphService
from adoption.errors import AdoptionError
from adoption.warehouse import open_warehouse, warehouse_path

COMMAND = Path(sys.executable).with_name("adoption")
SHORT_PHASES = ("landing", "building", "swapping", "exporting")
PATIENCE_SECONDS = 300.0
LOOK_EVERY_SECONDS = 0.0005

Marts = Mapping[str, list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Town:
    """Where the nights run: in which folder, asking which service, and for which days."""

    folder: Path
    graph: GraphService
    config: Path
    days: Sequence[dt.date]

    @property
    def base(self) -> Path:
        """What the earlier nights left."""
        return self.folder / "base"


@dataclass(frozen=True, slots=True)
class Truth:
    """What a killed night may leave published (`before` or `after`); what the next must end with.

    `begins` tells when each phase of the undisturbed night began, in seconds after its start.
    """

    before: Marts
    after: Marts
    files: Mapping[str, str]
    begins: Mapping[str, float]
    requests: int


@dataclass(frozen=True, slots=True)
class Aim:
    """Kill when `share` of a phase (or, for `any`, of the whole night) has passed."""

    phase: str
    share: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one kill left behind, and what was wrong with it (`damage`) or with the next night."""

    seconds: float
    phase: str
    remains: Sequence[str]
    damage: str
    unhealed: str


class Night:
    """One `adoption nightly` in a process group of its own, with Prefect's server in it."""

    def __init__(self, town: Town, home: Path, day: dt.date) -> None:
        town.graph.today = day
        self.home = home
        self._graph = town.graph
        self._asked_before = len(town.graph.requests)
        self._published_before = _identity(warehouse_path(home))
        self._manifests_before = self._manifests()
        self._log = home.with_suffix(".log")
        command = ["--config", str(town.config), "--home", str(home), "--as-of", str(day)]
        self._started = time.monotonic()
        with self._log.open("w") as log:
            self.process = subprocess.Popen(
                [COMMAND, *command, "nightly"],
                env={**os.environ, "ADOPTION_ACCESS_TOKEN": town.graph.token},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    @property
    def requests(self) -> int:
        return len(self._graph.requests) - self._asked_before

    def phase(self, requests: int) -> str:
        """How far the night has come, by what it has asked (of `requests`) and written."""
        if self._manifests() - self._manifests_before:
            return "ending"
        if _identity(warehouse_path(self.home)) != self._published_before:
            return "exporting"
        if any((self.home / "warehouse").glob(".*.new")):
            return "swapping"
        if self.requests >= requests:
            return "building"
        return "landing" if self.requests else "starting"

    def _manifests(self) -> set[tuple[int, int] | None]:
        return {_identity(path) for path in (self.home / "exports").glob("*/manifest.json")}

    def ended(self) -> bool:
        return self.process.poll() is not None

    def finish(self) -> str:
        """Waits for the end; returns what went wrong, blank where nothing did."""
        try:
            status = self.process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            return f"the night did not end within {PATIENCE_SECONDS:.0f} s"
        finally:
            self.kill()
        last = self._log.read_text(encoding="utf-8").strip()[-300:]
        return f"the night ended with {status}: {last}" if status else ""

    def kill(self) -> None:
        """Ends the night and what it has started, at once; returns when all of it is gone."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            while True:
                os.killpg(self.process.pid, 0)
                time.sleep(0.01)


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from the next one that is swapped in under its name."""
    try:
        facts = path.stat()
    except FileNotFoundError:
        return None
    return facts.st_ino, facts.st_mtime_ns


def main() -> int:
    """Returns exit status 1 where a kill broke something or the next night did not heal it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kill", description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with _town() as town:
        truth = _prepare(town)
        print(_describe(truth), flush=True)
        verdicts = []
        for number, aim in enumerate(_aims(options.kills, random.Random(options.seed)), 1):
            verdict = _strike(town, truth, aim, town.folder / f"kill-{number:02d}")
            print(_line(number, aim, verdict), flush=True)
            verdicts.append(verdict)
    whole = sum(not verdict.damage for verdict in verdicts)
    healed = sum(not verdict.unhealed for verdict in verdicts)
    print(f"{len(verdicts)} kills: {whole} whole, {healed} healed")
    return 0 if whole == healed == len(verdicts) else 1


@contextmanager
def _town() -> Iterator[Town]:
    world = make_municipality(as_of=AS_OF)
    with (
        tempfile.TemporaryDirectory(prefix="adoption-kill-") as folder,
        GraphService(world, today=AS_OF, window_seconds=0.6) as graph,
    ):
        config = write_config(Path(folder), world, endpoint=graph.endpoint)
        yield Town(Path(folder), graph, config, world.pull_days)


def _prepare(town: Town) -> Truth:
    """Replays the earlier nights, then the last one undisturbed in a copy of what they left."""
    town.base.mkdir()
    for day in town.days[:-1]:
        if problem := Night(town, town.base, day).finish():
            raise SystemExit(f"{day}: {problem}")
    home = town.folder / "undisturbed"
    shutil.copytree(town.base, home)
    night = Night(town, home, town.days[-1])
    begins = _watch(night)
    if problem := night.finish():
        raise SystemExit(f"{town.days[-1]}: {problem}")
    return Truth(_read_marts(town.base), _read_marts(home), _sums(home), begins, night.requests)


def _watch(night: Night) -> Mapping[str, float]:
    """When each phase began. Asking is over when nothing more was asked before the swap."""
    begins = {"starting": 0.0}
    asked = 0
    while not night.ended():
        phase = night.phase(requests=sys.maxsize)
        begins.setdefault(phase, night.seconds)
        if phase == "landing" and night.requests > asked:
            asked = night.requests
            begins["building"] = night.seconds
        time.sleep(LOOK_EVERY_SECONDS)
    begins["end"] = night.seconds
    return dict(sorted(begins.items(), key=lambda item: item[1]))


def _aims(kills: int, rng: random.Random) -> Iterator[Aim]:
    """Two in five spread evenly over the night, the others in turn into the short phases."""
    spread = max(1, round(kills * 0.4))
    for number in range(spread):
        yield Aim("any", (number + rng.random()) / spread)
    for number in range(kills - spread):
        yield Aim(SHORT_PHASES[number % len(SHORT_PHASES)], rng.random())


def _strike(town: Town, truth: Truth, aim: Aim, home: Path) -> Verdict:
    """One kill in a fresh copy, a look at what it left, and the next night."""
    seconds, phase = _kill_one(town, truth, aim, home)
    remains, damage = _remains(home), _damage(home, truth)
    unhealed = Night(town, home, town.days[-1]).finish() or _differences(home, truth)
    if not damage and not unhealed:
        shutil.rmtree(home)
    return Verdict(seconds, phase, remains, damage, unhealed)


def _kill_one(town: Town, truth: Truth, aim: Aim, home: Path) -> tuple[float, str]:
    """When and in which phase the night in `home` was killed. One that was too quick runs again."""
    while True:
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(town.base, home)
        night = Night(town, home, town.days[-1])
        try:
            if _wait_for(night, truth, aim):
                return night.seconds, night.phase(truth.requests)
        finally:
            night.kill()
        aim = Aim(aim.phase, aim.share * 0.9)


def _wait_for(night: Night, truth: Truth, aim: Aim) -> bool:
    """Waits for the moment to kill; False where the night ended before it."""
    if aim.phase == "landing":
        wanted = max(1, round(aim.share * truth.requests))
        return _until(night, lambda: night.requests >= wanted)
    if aim.phase == "any":
        moment = aim.share * truth.begins["end"]
        return _until(night, lambda: night.seconds >= moment)
    if not _until(night, lambda: night.phase(truth.requests) == aim.phase):
        return False
    moment = night.seconds + aim.share * _length(truth, aim.phase)
    return _until(night, lambda: night.seconds >= moment)


def _until(night: Night, is_time: Callable[[], bool]) -> bool:
    while not is_time():
        if night.ended():
            return False
        time.sleep(LOOK_EVERY_SECONDS)
    return not night.ended()


def _length(truth: Truth, phase: str) -> float:
    names = list(truth.begins)
    return truth.begins[names[names.index(phase) + 1]] - truth.begins[phase]


def _remains(home: Path) -> list[str]:
    """What a killed night left that a finished one would not have."""
    patterns = ("lake/*/*/.*.tmp", "lake/.spill", "warehouse/.*", "exports/*/.*.tmp")
    found = [path for pattern in patterns for path in sorted(home.glob(pattern))]
    unfinished = [
        folder for folder in (home / "exports").iterdir() if not (folder / "manifest.json").exists()
    ]
    return [str(path.relative_to(home)) for path in (*found, *unfinished)]


def _damage(home: Path, truth: Truth) -> str:
    """What is wrong with the published warehouse and exports; blank where nothing is."""
    try:
        marts = _read_marts(home)
    except Exception as error:  # whatever it is, a reader would have met it
        return f"the warehouse does not open: {error}"
    if marts not in (truth.before, truth.after):
        return "the marts are neither those of the earlier night nor those of the finished one"
    torn = [folder.name for folder in sorted((home / "exports").iterdir()) if _is_torn(folder)]
    return f"the export does not fit its manifest: {', '.join(torn)}" if torn else ""


def _is_torn(folder: Path) -> bool:
    manifest = folder / "manifest.json"
    if not manifest.exists():
        return False  # unfinished, and it says so
    files = json.loads(manifest.read_text(encoding="utf-8"))["files"]
    return any(_sum(folder / name) != expected for name, expected in files.items())


def _differences(home: Path, truth: Truth) -> str:
    """How a healed home differs from the undisturbed one; blank where it does not."""
    try:
        marts = _read_marts(home)
    except AdoptionError as error:
        return str(error)
    wrong = [name for name in truth.after if marts.get(name) != truth.after[name]]
    sums = _sums(home)
    wrong += sorted(
        path for path in {*sums, *truth.files} if sums.get(path) != truth.files.get(path)
    )
    return f"differs from an undisturbed night: {', '.join(wrong[:5])}" if wrong else ""


def _read_marts(home: Path) -> Marts:
    """All rows of all marts, in one order."""
    with open_warehouse(home) as warehouse:
        names = warehouse.execute(
            "select table_name from information_schema.tables "
            "where table_schema = 'marts' order by all"
        ).fetchall()
        return {
            name: warehouse.execute(f"from marts.{name} order by all").fetchall()
            for (name,) in names
        }


def _sums(home: Path) -> Mapping[str, str]:
    """Every file of the lake and the exports, and its checksum: leftovers show here, too."""
    files = (path for part in ("lake", "exports") for path in sorted((home / part).rglob("*")))
    return {str(path.relative_to(home)): _sum(path) for path in files if path.is_file()}


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "missing"


def _describe(truth: Truth) -> str:
    rows = sum(map(len, truth.after.values()))
    phases = ", ".join(f"{name} {moment:.2f}" for name, moment in truth.begins.items())
    return (
        f"Undisturbed night: {truth.requests} requests, {rows} rows in {len(truth.after)} marts. "
        f"Phases, by the second in which they began: {phases}."
    )


def _line(number: int, aim: Aim, verdict: Verdict) -> str:
    result = "; ".join(
        (
            f"DAMAGED: {verdict.damage}" if verdict.damage else "whole",
            f"NOT HEALED: {verdict.unhealed}" if verdict.unhealed else "healed",
        )
    )
    left = f", left {', '.join(verdict.remains)}" if verdict.remains else ""
    return (
        f"{number:2d} aimed at {aim.phase:9s} killed after {verdict.seconds:6.2f} s, "
        f"{verdict.phase:9s} {result}{left}"
    )


if __name__ == "__main__":
    sys.exit(main())
