"""Graph to lake where something fails: it is named, and whatever else can land does."""

import datetime as dt
from pathlib import Path

import pytest

from adoption.demo.service import Fault, GraphService, missing_role
from adoption.errors import PermanentError
from adoption.warehouse import read_snapshots
from tests.demo.small_world import TODAY, SmallWorld, on
from tests.pipeline.pulling import (
    ENGAGE,
    PEOPLE,
    SHAREPOINT,
    TEAMS,
    TOTALS,
    days_landed,
    files,
    pulled,
    pulled_patiently,
    rows,
)


def test_a_report_that_is_refused_is_named_and_the_others_land(
    graph: GraphService, tmp_path: Path
) -> None:
    graph.faults.append(missing_role("getSharePointActivityUserDetail"))

    result = pulled(graph, tmp_path, since=on(22))

    assert list(result.failures) == [SHAREPOINT]
    assert "Reports.Read.All" in result.failures[SHAREPOINT]
    assert result.is_partial
    assert result.outcomes == {"landed": 2 * 3 + 3 + 3}
    assert days_landed(tmp_path, ENGAGE) == [on(22), on(23)]
    assert sum("SharePointActivityUserDetail" in r.path for r in graph.requests) == 1


def test_a_directory_that_is_refused_is_named_and_the_reports_land(
    graph: GraphService, tmp_path: Path
) -> None:
    graph.faults.append(missing_role("/v1.0/users"))

    result = pulled(graph, tmp_path, ENGAGE, "directory", since=on(22))

    assert list(result.failures) == ["directory"]
    assert {fact["report"] for fact in read_snapshots(tmp_path)} == {ENGAGE, "subscribed_sku"}


def test_products_that_are_refused_are_named_and_the_directory_lands(
    graph: GraphService, tmp_path: Path
) -> None:
    graph.faults.append(missing_role("/v1.0/subscribedSkus"))

    result = pulled(graph, tmp_path, "directory")

    assert list(result.failures) == ["subscribed_sku"]
    assert "Organization.Read.All" in result.failures["subscribed_sku"]
    assert [fact["report"] for fact in read_snapshots(tmp_path)] == ["directory", "plan_set"]


def test_an_empty_directory_is_a_failure_and_the_last_one_stays(
    graph: GraphService, tmp_path: Path
) -> None:
    pulled(graph, tmp_path, "directory")
    first = files(tmp_path)
    graph.faults.append(Fault("/v1.0/users", body=b'{"value": []}'))

    with pytest.raises(PermanentError, match="no accounts at all; the last directory stays"):
        pulled(graph, tmp_path, "directory")

    assert files(tmp_path) == first


def changed_header(body: bytes) -> bytes:
    return body.replace(b"Read Count", b"Reads", 1)


def test_a_report_that_changed_lands_nothing_and_is_told_by_its_columns(
    graph: GraphService, tmp_path: Path
) -> None:
    graph.faults.append(Fault("getYammerActivityUserDetail", stage="download", body=changed_header))

    result = pulled(graph, tmp_path, ENGAGE, TEAMS, since=on(22))

    assert list(result.failures) == [ENGAGE]
    assert "the header lacks Read Count; it has: Report Refresh Date," in result.failures[ENGAGE]
    assert {fact["report"] for fact in read_snapshots(tmp_path)} == {TEAMS}


def with_cell(cell: bytes) -> Fault:
    """Ann's last activity on the 20th reads `cell`."""
    return Fault(
        r"getYammerActivityUserDetail\(date=2026-11-20\)",
        stage="download",
        body=lambda body: body.replace(b",active,,2026-11-20,", b",active,," + cell + b","),
    )


@pytest.mark.parametrize(("cell", "shown"), [(b"2026-02-30", "2026-02-30"), (b"Ann", "xxx")])
def test_a_file_whose_rows_do_not_fit_fails_its_report_alone_and_names_nobody(
    graph: GraphService, tmp_path: Path, caplog: pytest.LogCaptureFixture, cell: bytes, shown: str
) -> None:
    graph.faults.append(with_cell(cell))

    result = pulled(graph, tmp_path, ENGAGE, TEAMS, since=on(20), until=on(20))

    assert result.failures == {
        ENGAGE: f"viva_engage_user_activity: row 1: '{shown}' in column 'Last Activity Date' is "
        "not a date (YYYY-MM-DD); in all, 1 of 1 rows do not fit. Nothing of the file was landed."
    }
    assert "Ann" not in caplog.text
    assert days_landed(tmp_path, TEAMS) == [on(20)]


def test_a_row_that_does_not_fit_is_told_and_its_day_asked_for_again(
    world: SmallWorld, graph: GraphService, tmp_path: Path
) -> None:
    world.done["viva_engage", on(10)] = {"id-ann": {"Read Count": 1}, "id-bob": {}}
    graph.faults.append(Fault("2026-11-10", stage="download", body=with_a_broken_row))

    result = pulled(graph, tmp_path, ENGAGE, since=on(10), until=on(10))
    graph.faults.clear()
    again = pulled(graph, tmp_path, ENGAGE)

    assert (result.failures, result.is_partial, result.refused_rows) == ({}, True, 1)
    assert result.warnings == [
        "viva_engage_user_activity 2026-11-10: 1 row could not be used, the first, row 1: 'xxxx' "
        "in column 'Read Count' is not a whole number. The day stays incomplete and is asked for "
        "again."
    ]
    assert (len(rows(tmp_path, ENGAGE, on(10))), again.is_partial) == (2, False)


def with_a_broken_row(body: bytes) -> bytes:
    """The first row's reads are a word."""
    header, first, rest = body.split(b"\r\n", 2)
    cells = first.split(b",")
    cells[-4] = b"many"
    return b"\r\n".join((header, b",".join(cells), rest))


def test_a_file_that_is_wrong_on_one_day_keeps_no_other_day_away(
    graph: GraphService, tmp_path: Path
) -> None:
    graph.faults.append(with_cell(b"2026-02-30"))

    result = pulled(graph, tmp_path, ENGAGE)

    assert list(result.failures) == [ENGAGE]
    assert days_landed(tmp_path, ENGAGE)[-5:] == [on(18), on(19), on(21), on(22), on(23)]


def test_downloads_that_keep_failing_are_named_and_the_days_between_them_land(
    graph: GraphService, tmp_path: Path
) -> None:
    graph.faults.append(Fault(r"UserDetail\(date=2026-11-(17|19|21)\)", status=503))

    result = pulled_patiently(graph, tmp_path, ENGAGE)

    assert list(result.failures) == [ENGAGE]
    assert days_landed(tmp_path, ENGAGE)[-5:] == [on(16), on(18), on(20), on(22), on(23)]


def test_a_report_is_given_up_after_three_failures_in_a_row(
    graph: GraphService, tmp_path: Path
) -> None:
    graph.faults.append(Fault(r"getYammerActivityUserDetail\(date=", status=503))

    result = pulled_patiently(graph, tmp_path, ENGAGE)

    asked = {r.path for r in graph.requests if "getYammerActivityUserDetail(date=" in r.path}
    assert len(asked) == 3
    assert (list(result.failures), result.asked) == ([ENGAGE], 4)
    assert days_landed(tmp_path, ENGAGE) == []


def test_where_nothing_at_all_can_be_fetched_every_failure_is_told(
    graph: GraphService, tmp_path: Path
) -> None:
    graph.faults.append(missing_role("/v1.0/"))

    with pytest.raises(PermanentError) as caught:
        pulled(graph, tmp_path)

    assert str(caught.value).startswith("Nothing could be fetched.\n")
    assert all(f"{name}: " in str(caught.value) for name in (*PEOPLE, *TOTALS, "directory"))
    assert read_snapshots(tmp_path) == []


def test_a_day_out_of_reach_is_lost_and_the_run_goes_on(
    graph: GraphService, tmp_path: Path
) -> None:
    graph.today = TODAY + dt.timedelta(1)  # past midnight while the run goes on

    result = pulled(graph, tmp_path, ENGAGE, until=dt.date(2026, 10, 28))

    assert (result.lost, result.failures) == (["viva_engage_user_activity 2026-10-27"], {})
    assert not result.is_partial
    assert days_landed(tmp_path, ENGAGE) == [dt.date(2026, 10, 28)]


def test_a_lake_that_cannot_be_written_is_told_with_what_to_do(
    graph: GraphService, tmp_path: Path
) -> None:
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / ENGAGE).write_text("a file where a folder should be")

    with pytest.raises(PermanentError) as caught:
        pulled(graph, tmp_path, ENGAGE)

    assert str(caught.value) == (
        f"Cannot write to the lake under {tmp_path}: File exists. Free some space or mend the "
        "permissions; what has landed is kept."
    )
