"""One report in trouble: the others land, what was there stays, the next run goes on from there.

Throttling in a backfill (C63), a fault of one report (C65), empty and cut downloads (C62, C68), an
expired link (C56), JSON where CSV should be (C59, C60).
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from adoption.demo.render import BOM
from adoption.demo.service import Fault, GraphService, error_fault
from tests.demo.small_world import TODAY, on
from tests.pipeline.pulling import (
    ENGAGE,
    PEOPLE,
    SHAREPOINT,
    TEAMS,
    TOTALS,
    busy_world,
    days_landed,
    pulled,
    pulled_patiently,
    rows,
)

FUNCTION = r"getYammerActivityUserDetail\(date="
NOT_JSON = "JSON format is not supported."
FAULTS = {
    "MissingCredentials": error_fault(FUNCTION, 403, "MissingCredentials", "Needed."),
    "500": Fault(FUNCTION, status=500),
    "zero bytes": Fault(FUNCTION, stage="download", body=b""),
    "BOM alone": Fault(FUNCTION, stage="download", body=BOM),
    "cut": Fault(FUNCTION, stage="download", cut=-40, with_length=False),
    "expired link": Fault(FUNCTION, stage="download", status=403),
    "JSON is not supported": error_fault(FUNCTION, 400, "BadRequest", NOT_JSON, nested=True),
    "JSON with 200": Fault(FUNCTION, stage="download", body=b'{"error":{"code":"Oh"}}'),
}


@pytest.fixture
def graph() -> Iterator[GraphService]:
    with GraphService(busy_world(), today=TODAY, calls_per_window=1000) as service:
        yield service


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the days from the 20th on have landed."""
    home = tmp_path_factory.mktemp("landed")
    with GraphService(busy_world(), today=TODAY, calls_per_window=1000) as graph:
        pulled(graph, home, since=on(20))
    return home


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_its_failure_is_named_and_its_rows_stay(
    landed: Path, graph: GraphService, tmp_path: Path, fault: Fault
) -> None:
    home = Path(shutil.copytree(landed, tmp_path / "home"))
    graph.faults.append(fault)

    result = pulled_patiently(graph, home)

    assert (list(result.failures), result.is_partial) == ([ENGAGE], True)
    assert "getYammerActivityUserDetail of 2026-" in result.failures[ENGAGE]
    assert rows(home, ENGAGE, on(20)) == rows(landed, ENGAGE, on(20))
    assert {TEAMS, SHAREPOINT, *TOTALS, "directory", "subscribed_sku"} <= result.fetched


def test_no_report_is_ever_asked_for_as_json(graph: GraphService, tmp_path: Path) -> None:
    pulled(graph, tmp_path)

    assert [r.path for r in graph.requests if "format" in r.path or "beta" in r.path] == []


def test_a_throttled_backfill_keeps_what_it_has_and_the_other_reports_go_on(
    graph: GraphService, tmp_path: Path
) -> None:
    for fault in (Fault(FUNCTION, times=14), Fault(FUNCTION, status=429)):
        graph.faults.append(fault)

    result = pulled_patiently(graph, tmp_path)

    assert list(result.failures) == [ENGAGE]
    assert {report: len(days_landed(tmp_path, report)) for report in PEOPLE} == {
        TEAMS: 28,
        ENGAGE: 14,
        SHAREPOINT: 28,
    }


def test_the_next_run_asks_for_what_is_missing_and_for_nothing_that_is_settled(
    graph: GraphService, tmp_path: Path
) -> None:
    for fault in (Fault(FUNCTION, times=14), Fault(FUNCTION, status=429)):
        graph.faults.append(fault)
    pulled_patiently(graph, tmp_path, ENGAGE)
    before = days_landed(tmp_path, ENGAGE)
    graph.faults.clear()
    graph.requests.clear()

    pulled(graph, tmp_path, ENGAGE)

    asked = [r.path for r in graph.requests if "getYammerActivityUserDetail(date=" in r.path]
    assert len(days_landed(tmp_path, ENGAGE)) == 28
    assert [day for day in before if any(str(day) in path for path in asked)] == []
    assert len(asked) == 14
