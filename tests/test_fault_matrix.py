"""Every fault on every report: what is published stays, or a right new one takes its place.

Never may a fault make a unit read as less reached than it is: that would be read as truth.
"""

import asyncio
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from adoption.demo.service import Fault, GraphService
from adoption.errors import AdoptionError, TransientError
from adoption.graph.client import GraphClient
from adoption.graph.credential import make_credential
from adoption.pipeline.build import build_warehouse
from adoption.pipeline.pull import PullResult, pull
from adoption.settings import Settings, parse_settings
from tests import faults
from tests.faults import AS_OF, NIGHTS, PRODUCTS, REGISTER, REPORTS, USERS, Target, Town
from tests.graph.tenant import Clock
from tests.running import Row, marts

Marts = Mapping[str, list[Row]]
KEYS = {"marts.unit_reach": (0, 2, 3), "marts.unit_channel": (0, 2, 3, 4)}
"""Where a figure's unit, channel, window_end and window_days stand in its row."""


@dataclass(frozen=True, slots=True)
class Before:
    """A home as good nights left it (all but two, all but one), and another after the last.

    `built` is what came of a lake, by what lies in it: many faults leave the same one behind.
    """

    graph: GraphService
    older: Path
    old: Path
    whole: Path
    faultless: Marts
    built: dict[str, Marts] = field(default_factory=dict)

    def home_without(self, target: Target, home: Path) -> Path:
        """`home` as the old one, but for the answers that the fault does not hit.

        Its files are links, which is quick; the product never writes into a file that is there.
        """
        old = self.older if target is USERS else self.old
        shutil.copytree(old, home, copy_function=os.link, ignore=shutil.ignore_patterns("*_*"))
        for report in (old / "lake").glob("*_*"):
            source = old if report.name in target.reports else self.whole
            lake = source / "lake" / report.name
            shutil.copytree(lake, home / "lake" / report.name, copy_function=os.link)
        return home


def settings_for(graph: GraphService, home: Path) -> Settings:
    return parse_settings(
        f'[organisation]\nname = "Fjordvik"\n[graph]\nendpoint = "{graph.endpoint}"\n'
        'requests_per_10_minutes = 0\n[units]\nregister = "units.csv"\n[privacy]\nmin_group = 5\n',
        home=str(home),
        folder=str(home),
    )


def night(graph: GraphService, home: Path, *names: str) -> PullResult:
    """A pull as on the service's today; the waits between tries take no time."""
    settings, clock = settings_for(graph, home), Clock()
    environ = {"ADOPTION_ACCESS_TOKEN": graph.token, "ADOPTION_PSEUDONYM_KEY": "0123456789abcdef"}

    async def run() -> PullResult:
        credential = make_credential(settings.graph, environ)
        async with GraphClient(
            settings.graph, credential, clock=clock, sleep=clock.sleep
        ) as client:
            return await pull(settings, client, environ=environ, as_of=graph.today, names=names)

    return asyncio.run(run())


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Before]:
    home = tmp_path_factory.mktemp("home")
    (home / "units.csv").write_text(REGISTER)
    copies = []
    with GraphService(Town(), today=AS_OF, calls_per_window=10_000) as graph:
        for graph.today in (*NIGHTS, AS_OF):
            night(graph, home)
            build_warehouse(settings_for(graph, home), as_of=graph.today)
            copies.append(Path(shutil.copytree(home, home.with_name(f"{graph.today}"))))
        older, old, whole = copies[-3:]
        yield Before(graph, older, old, whole, marts(whole))


def digest(folder: Path) -> str:
    """What lies under `folder`, as one text."""
    found = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        found.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def published_after(before: Before, home: Path, target: Target, fault: Fault) -> Marts | None:
    """What the faulty night publishes; None where it fails and publishes nothing.

    Another channel's totals are asked for too, so that a fault is not all that Graph answers. A
    directory holds for the days after it: there, the night before has the fault as well.
    """
    other = "sharepoint_user_counts" if "teams" in target.name else "teams_user_counts"
    names = () if target is USERS else (*target.asked, other)
    before.graph.faults = [fault]
    try:
        for before.graph.today in (NIGHTS[-1], AS_OF) if target is USERS else (AS_OF,):
            night(before.graph, home, *names)
    except AdoptionError:
        return None
    finally:
        before.graph.faults = []
    lake = digest(home / "lake")
    if lake not in before.built:
        build_warehouse(settings_for(before.graph, home), as_of=AS_OF)
        before.built[lake] = marts(home)
    return before.built[lake]


def figures(published: Marts, table: str) -> dict[Row, Row]:
    """The rows by unit, channel and window."""
    return {tuple(row[n] for n in KEYS[table]): row for row in published[table]}


def flags(published: Marts) -> list[Row]:
    """Each flag's unit, name, kind and day; not how long it stayed."""
    return [row[:4] for row in published["marts.unit_flag"]]


def assert_never_less(faulty: Marts, faultless: Marts) -> None:
    """Whatever is said without reserve is what would have been said without the fault.

    The newest day differs where the fault took days away; a window that ends on it is of its own.
    """
    for table in KEYS:
        right = figures(faultless, table)
        said = figures(faulty, table).items()
        assert [row for key, row in said if "ok" in row and row != right.get(key, row)] == []
    assert [flag for flag in flags(faulty) if flag not in flags(faultless)] == []


def pairs() -> dict[str, tuple[Target, Fault]]:
    """Every fault of everything that a night asks for, by name."""
    found: dict[str, tuple[Target, Fault]] = {}
    for target in (*REPORTS, USERS, PRODUCTS):
        stage = "download" if target in REPORTS else "graph"
        hits = {**faults.refusals(target.match), **faults.broken_bodies(target.match, stage)}
        if target in REPORTS:
            hits |= faults.bad_tables(target)
        if target is USERS:
            hits |= faults.bad_users()
        found |= {f"{target.name}: {name}": (target, fault) for name, fault in hits.items()}
    return found


PAIRS = pairs()
NEWEST = AS_OF.replace(day=22)


def test_without_a_fault_the_newest_sunday_is_known_for_every_unit(before: Before) -> None:
    rows = before.faultless["marts.unit_reach"]
    newest = [row for row in rows if NEWEST in row and "ok" in row]

    assert len(newest) == len(faults.UNITS) + 3


@pytest.mark.parametrize(("target", "fault"), PAIRS.values(), ids=PAIRS)
def test_a_fault_never_makes_anybody_less_reached(
    before: Before, tmp_path: Path, target: Target, fault: Fault
) -> None:
    home = before.home_without(target, tmp_path / "home")

    published = published_after(before, home, target, fault)

    if published is None:
        old = before.older if target is USERS else before.old
        assert digest(home / "warehouse") == digest(old / "warehouse")
    else:
        assert_never_less(published, before.faultless)


def test_a_night_in_which_everything_fails_publishes_nothing(
    before: Before, tmp_path: Path
) -> None:
    home = before.home_without(REPORTS[0], tmp_path / "home")
    before.graph.faults = [Fault("/v1.0/", drop=True)]

    with pytest.raises(TransientError, match="Nothing could be fetched"):
        night(before.graph, home)

    before.graph.faults = []
    assert digest(home / "warehouse") == digest(before.old / "warehouse")
