"""The same refresh date comes back again and again (C29)."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from adoption.demo.service import GraphService
from tests.demo.small_world import TODAY, SmallWorld, on
from tests.pipeline.pulling import ENGAGE, busy_world, files, pulled, rows


@pytest.fixture
def world() -> SmallWorld:
    return busy_world()


@pytest.fixture
def graph(world: SmallWorld) -> Iterator[GraphService]:
    with GraphService(world, today=TODAY, calls_per_window=1000) as service:
        yield service


def test_a_rerun_with_the_same_refresh_date_leaves_every_byte(
    graph: GraphService, tmp_path: Path
) -> None:
    pulled(graph, tmp_path, ENGAGE, "viva_engage_user_counts")
    first = files(tmp_path)

    result = pulled(graph, tmp_path, ENGAGE, "viva_engage_user_counts")

    assert (set(result.outcomes), result.failures, files(tmp_path)) == ({"unchanged"}, {}, first)


def test_a_later_run_with_the_same_refresh_date_makes_no_second_copy_of_a_day(
    graph: GraphService, tmp_path: Path
) -> None:
    pulled(graph, tmp_path, ENGAGE, "viva_engage_user_counts")
    before = files(tmp_path)
    tomorrow = TODAY + dt.timedelta(1)

    pulled(graph, tmp_path, ENGAGE, "viva_engage_user_counts", as_of=tomorrow, until=on(23))

    after = files(tmp_path)
    assert after.keys() == before.keys()
    assert rows(tmp_path, ENGAGE, on(20))[0]["report_refresh_date"] == on(22)


def test_a_later_refresh_takes_the_place_of_the_one_before(
    world: SmallWorld, graph: GraphService, tmp_path: Path
) -> None:
    pulled(graph, tmp_path, ENGAGE, since=on(20), until=on(20))
    world.done["viva_engage", on(20)] = {"id-ann": {"Read Count": 5}}
    graph.today = tomorrow = TODAY + dt.timedelta(1)

    pulled(graph, tmp_path, ENGAGE, since=on(20), until=on(20), as_of=tomorrow)

    (row,) = rows(tmp_path, ENGAGE, on(20))
    assert (row["report_refresh_date"], row["read_count"]) == (on(23), 5)
