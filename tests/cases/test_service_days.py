"""Days that Graph does not serve: older than 28 days, or not there yet by its clock (C32)."""

import datetime as dt
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from adoption.demo.service import Fault, GraphService
from adoption.errors import PermanentError
from adoption.lake import Snapshot, land, lost_days
from tests.demo.small_world import TODAY, SmallWorld, on
from tests.pipeline.pulling import ENGAGE, SHAREPOINT, TEAMS, busy_world, days_landed, pulled

OCTOBER_27, OCTOBER_28 = dt.date(2026, 10, 27), dt.date(2026, 10, 28)


@pytest.fixture
def world() -> SmallWorld:
    return busy_world()


@pytest.fixture
def graph(world: SmallWorld) -> Iterator[GraphService]:
    with GraphService(world, today=TODAY, calls_per_window=1000) as service:
        yield service


def asked_days(graph: GraphService) -> set[str]:
    return {
        request.path.removeprefix("/v1.0/reports/")
        for request in graph.requests
        if "date=" in request.path
    }


def test_no_day_older_than_28_days_is_ever_asked_for(graph: GraphService, tmp_path: Path) -> None:
    pulled(graph, tmp_path, ENGAGE, since=dt.date(2026, 1, 1), until=OCTOBER_28)

    assert asked_days(graph) == {
        "getYammerActivityUserDetail(date=2026-10-27)",
        "getYammerActivityUserDetail(date=2026-10-28)",
    }


def test_a_day_that_graph_forgot_meanwhile_is_lost_and_told_once_and_never_asked_again(
    graph: GraphService, tmp_path: Path
) -> None:
    graph.today = TODAY + dt.timedelta(1)  # past midnight while the run goes on

    first = pulled(graph, tmp_path, ENGAGE, until=OCTOBER_28)
    graph.requests.clear()
    second = pulled(graph, tmp_path, ENGAGE, until=OCTOBER_28)

    assert (first.lost, second.lost) == (["viva_engage_user_activity 2026-10-27"], [])
    assert (first.is_partial, second.is_partial) == (False, False)
    assert days_landed(tmp_path, ENGAGE) == [OCTOBER_28]
    assert asked_days(graph) == {"getYammerActivityUserDetail(date=2026-10-28)"}


def test_a_day_that_could_not_be_had_in_time_is_told_by_one_run_only(
    graph: GraphService, tmp_path: Path
) -> None:
    pulled(graph, tmp_path, TEAMS, until=OCTOBER_28)
    pulled(graph, tmp_path, ENGAGE, since=on(1), until=on(1))
    graph.today = later = TODAY + dt.timedelta(3)

    first = pulled(graph, tmp_path, since=on(24), as_of=later)
    second = pulled(graph, tmp_path, since=on(24), as_of=later)
    next_night = pulled(graph, tmp_path, since=on(24), as_of=later + dt.timedelta(1))

    assert first.lost == [
        "teams_user_activity 2026-10-29",
        "viva_engage_user_activity 2026-10-27..2026-10-29",
        "sharepoint_user_activity 2026-10-27..2026-10-29",
    ]
    assert second.lost == []
    assert [line.partition(" ")[2] for line in next_night.lost] == ["2026-10-30"] * 3
    assert lost_days(tmp_path, TEAMS) == {dt.date(2026, 10, 29), dt.date(2026, 10, 30)}


def test_a_lost_day_that_is_brought_by_hand_is_lost_no_more(
    graph: GraphService, tmp_path: Path
) -> None:
    graph.today = TODAY + dt.timedelta(1)
    pulled(graph, tmp_path, SHAREPOINT, until=OCTOBER_27)
    folder = tmp_path / "lake" / SHAREPOINT / f"day={OCTOBER_27}"
    assert [path.name for path in folder.iterdir()] == [".lost"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700

    land(tmp_path, Snapshot(SHAREPOINT, OCTOBER_27, 1, TODAY), pa.table({"upn_id": [1]}))

    assert lost_days(tmp_path, SHAREPOINT) == frozenset()
    assert [path.name for path in folder.iterdir()] == ["D1.parquet"]


def test_a_clock_ahead_of_graphs_is_a_warning_and_no_day_is_lost(
    graph: GraphService, tmp_path: Path
) -> None:
    graph.today = TODAY - dt.timedelta(2)

    result = pulled(graph, tmp_path, ENGAGE, since=on(20))

    assert (result.lost, result.failures, result.is_partial) == ([], {}, False)
    assert result.warnings == [
        "viva_engage_user_activity 2026-11-22..2026-11-23: Graph says that it does not serve this "
        "yet. Check this machine's clock and date (UTC); it is asked for again."
    ]
    assert days_landed(tmp_path, ENGAGE) == [on(20), on(21)]


def test_a_run_that_fails_marks_no_day_so_that_a_later_one_tells_of_it(
    graph: GraphService, tmp_path: Path
) -> None:
    pulled(graph, tmp_path, TEAMS, until=OCTOBER_27)
    shutil.rmtree(tmp_path / "lake" / TEAMS / "day=2026-11-22")  # the period of the first pull
    graph.today = later = TODAY + dt.timedelta(2)
    graph.faults.append(Fault("UserDetail", status=403))

    with pytest.raises(PermanentError, match="Nothing could be fetched"):
        pulled(graph, tmp_path, TEAMS, since=on(24), as_of=later)

    assert lost_days(tmp_path, TEAMS) == frozenset()
    graph.faults.clear()
    assert pulled(graph, tmp_path, TEAMS, since=on(24), as_of=later).lost == [
        "teams_user_activity 2026-10-28"
    ]
