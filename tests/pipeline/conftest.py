"""The small tenant behind the local service."""

from collections.abc import Iterator

import pytest

from adoption.demo.service import GraphService
from tests.demo.small_world import TODAY, SmallWorld
from tests.pipeline.pulling import busy_world


@pytest.fixture
def world() -> SmallWorld:
    return busy_world()


@pytest.fixture
def graph(world: SmallWorld) -> Iterator[GraphService]:
    with GraphService(world, today=TODAY, calls_per_window=1000) as service:
        yield service
