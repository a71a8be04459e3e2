"""A set-up in which all is well, to be broken."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pipeline.doctor.checking import Setup, open_setup


@pytest.fixture
def setup(tmp_path: Path) -> Iterator[Setup]:
    with open_setup(tmp_path / "home") as setup:
        yield setup
