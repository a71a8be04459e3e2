"""A user list that has lost people since the last night is not believed by itself."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from adoption.demo.service import GraphService
from tests.demo.small_world import ANN, TODAY, SmallWorld, on
from tests.pipeline.pulling import ENGAGE, pulled, rows

TOMORROW = TODAY + dt.timedelta(1)


@pytest.fixture
def world() -> SmallWorld:
    """A tenant of ten."""
    people = (replace(ANN, id=f"id-{n}", upn=f"p{n}@fjordvik.no") for n in range(10))
    return SmallWorld(people=tuple(people))


@pytest.fixture
def graph(world: SmallWorld) -> Iterator[GraphService]:
    with GraphService(world, today=TODAY, calls_per_window=1000) as service:
        yield service


def directories(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "lake" / "directory").iterdir())


def test_with_fewer_than_four_fifths_of_the_accounts_the_last_directory_stays(
    world: SmallWorld, graph: GraphService, tmp_path: Path
) -> None:
    pulled(graph, tmp_path, since=on(23))
    world.leavers = ("id-0", "id-1", "id-2")
    graph.today = TOMORROW

    result = pulled(graph, tmp_path, since=on(23), as_of=TOMORROW)

    assert result.failures == {
        "directory": "Graph answered with 7 accounts; on 2026-11-24 it had 10. The last directory "
        "stays in force. Compare the two numbers with Entra's; if so many have left, accept it "
        "with 'adoption pull --report directory'."
    }
    assert result.is_partial
    assert directories(tmp_path) == ["day=2026-11-24"]
    assert {ENGAGE, "subscribed_sku"} <= result.fetched


def test_with_four_fifths_of_them_it_lands(
    world: SmallWorld, graph: GraphService, tmp_path: Path
) -> None:
    pulled(graph, tmp_path, since=on(23))
    world.leavers = ("id-0", "id-1")
    graph.today = TOMORROW

    assert pulled(graph, tmp_path, since=on(23), as_of=TOMORROW).failures == {}
    assert len(rows(tmp_path, "directory", TOMORROW)) == 8


@pytest.mark.parametrize("as_of", [TODAY, TOMORROW], ids=["same day", "next day"])
def test_a_person_who_asks_for_the_directory_gets_it_whatever_its_size(
    world: SmallWorld, graph: GraphService, tmp_path: Path, as_of: dt.date
) -> None:
    pulled(graph, tmp_path, since=on(23))
    world.leavers = tuple(f"id-{n}" for n in range(9))
    graph.today = as_of

    result = pulled(graph, tmp_path, "directory", as_of=as_of)
    again = pulled(graph, tmp_path, since=on(23), as_of=as_of)

    assert (result.failures, again.failures) == ({}, {})
    assert len(rows(tmp_path, "directory", as_of)) == 1
