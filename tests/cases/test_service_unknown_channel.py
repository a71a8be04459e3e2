"""A tenant without one of the channels: Graph knows no such reports, the others go on (C54)."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from adoption.demo.service import Fault, GraphService, error_fault, unknown_tenant
from adoption.errors import PermanentError
from adoption.lake import lost_days
from adoption.pipeline.build import build_warehouse
from adoption.warehouse import read_snapshots
from tests.demo.small_world import TODAY, SmallWorld, on
from tests.pipeline.pulling import (
    ENGAGE,
    SHAREPOINT,
    TEAMS,
    busy_world,
    header_alone,
    pulled,
    settings_for,
)
from tests.running import rows as queried

YAMMER = "reports/getYammer"
COUNTS = "viva_engage_user_counts"
LEFT_OUT = "Viva Engage is unknown to Graph in this tenant; it is left out."
FAULTS = {
    "UnknownTenantId": unknown_tenant(YAMMER),
    "no such segment": error_fault(
        YAMMER, 400, "BadRequest", "Resource not found for the segment 'getYammerActivity'."
    ),
}


@pytest.fixture
def world() -> SmallWorld:
    world = busy_world()
    world.done["teams", on(20)] = {"id-ann": {"Private Chat Message Count": 1}}
    return world


@pytest.fixture
def graph(world: SmallWorld) -> Iterator[GraphService]:
    with GraphService(world, today=TODAY, calls_per_window=1000) as service:
        yield service


def engage_snapshots(home: Path) -> list[tuple[str, dt.date, int, int, bool]]:
    return [
        (f["report"], f["day"], f["period_days"], f["row_count"], f["is_unknown"])
        for f in read_snapshots(home)
        if f["channel"] == "viva_engage"
    ]


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_channel_that_graph_does_not_know_is_left_out_with_a_notice(
    graph: GraphService, tmp_path: Path, fault: Fault
) -> None:
    graph.faults.append(fault)

    result = pulled(graph, tmp_path, since=on(20))

    assert (result.failures, result.is_partial, result.warnings) == ({}, False, [LEFT_OUT])
    assert engage_snapshots(tmp_path) == [
        (ENGAGE, TODAY, 180, 0, True),
        (COUNTS, TODAY, 90, 0, True),
    ]
    assert sum(YAMMER in request.path for request in graph.requests) == 2


def test_its_days_are_not_called_lost(graph: GraphService, tmp_path: Path) -> None:
    graph.faults.append(unknown_tenant(YAMMER))
    pulled(graph, tmp_path)
    graph.today = later = TODAY + dt.timedelta(4)

    result = pulled(graph, tmp_path, as_of=later)

    assert (result.lost, result.warnings) == ([], [LEFT_OUT])
    assert lost_days(tmp_path, ENGAGE) == frozenset()


def test_when_graph_gets_to_know_it_everything_is_fetched(
    graph: GraphService, tmp_path: Path
) -> None:
    graph.faults.append(unknown_tenant(YAMMER))
    pulled(graph, tmp_path)
    graph.faults.clear()

    result = pulled(graph, tmp_path)

    assert (result.failures, result.warnings) == ({}, [])
    fetched = engage_snapshots(tmp_path)
    assert sum(period == 1 for _, _, period, _, _ in fetched) == 28
    assert (ENGAGE, on(22), 180, 2, False) in fetched


def test_a_channel_that_once_had_rows_is_a_failure_and_its_rows_stay(
    graph: GraphService, tmp_path: Path
) -> None:
    pulled(graph, tmp_path)
    before = engage_snapshots(tmp_path)
    graph.faults.append(unknown_tenant(YAMMER))

    result = pulled(graph, tmp_path)

    assert sorted(result.failures) == [ENGAGE, COUNTS]
    assert "UnknownTenantId" in result.failures[COUNTS]
    assert (result.warnings, engage_snapshots(tmp_path)) == ([], before)


def test_where_only_one_of_its_reports_is_unknown_that_is_a_failure(
    graph: GraphService, tmp_path: Path
) -> None:
    graph.faults.append(unknown_tenant("getYammerActivityUserDetail"))

    result = pulled(graph, tmp_path)

    assert (list(result.failures), result.warnings) == ([ENGAGE], [])
    assert [f[:3] for f in engage_snapshots(tmp_path)] == [(COUNTS, on(22), 90)]


def test_a_tenant_of_which_graph_knows_nothing_is_a_failure(
    graph: GraphService, tmp_path: Path
) -> None:
    graph.faults.append(unknown_tenant("/reports/"))

    with pytest.raises(PermanentError) as caught:
        pulled(graph, tmp_path)

    assert str(caught.value).count("Check [graph] tenant_id") == 6
    assert engage_snapshots(tmp_path) == []


def test_a_channel_whose_files_are_headers_alone_fails_nothing(
    graph: GraphService, tmp_path: Path
) -> None:
    graph.faults.append(Fault("Yammer", stage="download", body=header_alone))

    result = pulled(graph, tmp_path)

    assert (result.failures, result.warnings) == ({}, [])
    assert {row_count for *_, row_count, _ in engage_snapshots(tmp_path)} == {0}


@pytest.mark.parametrize(
    "fault",
    [unknown_tenant(YAMMER), Fault("Yammer", stage="download", body=header_alone)],
    ids=["unknown", "headers alone"],
)
def test_no_unit_reads_as_not_reached_through_it(
    graph: GraphService, tmp_path: Path, fault: Fault
) -> None:
    graph.faults.append(fault)
    pulled(graph, tmp_path)

    build_warehouse(settings_for(graph, tmp_path), as_of=TODAY)

    statuses = queried(tmp_path, "select distinct channel, status from marts.unit_channel")
    assert {s for channel, s in statuses if channel == "viva_engage"} == {"not_in_use"}
    assert {s for channel, s in statuses if channel == "teams"}.isdisjoint({"not_in_use"})
    assert {TEAMS, SHAREPOINT} <= {fact["report"] for fact in read_snapshots(tmp_path)}
