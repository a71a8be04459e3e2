"""The demo, run once for all tests that look at what it left behind."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from adoption.demo.municipality import Municipality, make_municipality
from adoption.demo.run import AS_OF
from tests.running import Ended, adoption


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo that has run, and the municipality that it ran on."""

    home: Path
    ended: Ended
    world: Municipality


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    home = tmp_path_factory.mktemp("demo") / "home"
    ended = adoption("--home", home, "--debug", "demo")
    return Demo(home, ended, make_municipality(as_of=AS_OF))
