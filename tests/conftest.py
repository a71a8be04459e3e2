"""The demo, run once for all tests that look at what it left behind, and copies to break."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from adoption.demo.municipality import Municipality, make_municipality
from adoption.demo.run import AS_OF, write_config
from adoption.demo.service import GraphService
from tests.running import TOKEN, Ended, adoption


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo that has run, and the municipality that it ran on."""

    home: Path
    ended: Ended
    world: Municipality


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Of several processes that test, the first to ask runs it, and the others wait."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    home, told = folder / "demo" / "home", folder / "demo.json"
    with FileLock(folder / "demo.lock"):
        if not told.exists():
            told.write_text(json.dumps(asdict(adoption("--home", home, "--debug", "demo"))))
    return Demo(home, Ended(**json.loads(told.read_text())), make_municipality(as_of=AS_OF))


@pytest.fixture
def home(demo: Demo, tmp_path: Path) -> Path:
    """The demo's folder as it stands after its last night, to break in peace."""
    copy = tmp_path / "home"
    shutil.copytree(demo.home, copy, ignore=shutil.ignore_patterns(".lock"))
    return copy


@pytest.fixture
def graph(demo: Demo, home: Path) -> Iterator[GraphService]:
    """The municipality's Graph on the day of the last night, which `home` is configured for."""
    with GraphService(demo.world, today=AS_OF, token=TOKEN, window_seconds=0.6) as service:
        write_config(home, demo.world, endpoint=service.endpoint)
        yield service
