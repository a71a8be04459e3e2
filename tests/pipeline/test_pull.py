"""Graph to lake against the local service: what lands, what fails, and that nobody is named."""

import datetime as dt
import json
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from adoption.demo.service import Fault, GraphService, missing_role
from adoption.errors import ConfigError, PermanentError
from adoption.pipeline.nightly import pull_from_graph
from adoption.warehouse import read_snapshots
from tests.demo.small_world import TODAY, SmallWorld, on
from tests.pipeline.pulling import (
    DIRECTORY,
    ENGAGE,
    PEOPLE,
    SHAREPOINT,
    TEAMS,
    TOKEN,
    TOTALS,
    busy_world,
    days_landed,
    environ,
    files,
    header_alone,
    pulled,
    pulled_patiently,
    rows,
    settings_for,
    upn_id,
)


@pytest.fixture
def world() -> SmallWorld:
    return busy_world()


@pytest.fixture
def graph(world: SmallWorld) -> Iterator[GraphService]:
    with GraphService(world, today=TODAY, calls_per_window=1000) as service:
        yield service


@pytest.fixture(scope="module")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after one pull of everything. Read it; to change it, copy it."""
    home = tmp_path_factory.mktemp("home")
    world = busy_world()
    with GraphService(world, today=TODAY, token=TOKEN, calls_per_window=1000) as graph:
        pulled(graph, home)
    return home


def test_the_first_pull_lands_28_days_the_history_the_totals_and_the_directory(
    first_night: Path,
) -> None:
    found = Counter((fact["report"], fact["period_days"]) for fact in read_snapshots(first_night))

    assert found == {
        **{(report, 1): 28 for report in PEOPLE},
        **{(report, 180): 1 for report in PEOPLE},
        **{(report, 90): 1 for report in TOTALS},
        **{(report, 1): 1 for report in DIRECTORY},
    }


def test_a_day_lands_with_what_is_known_of_it(first_night: Path) -> None:
    found = [f for f in read_snapshots(first_night) if (f["report"], f["day"]) == (ENGAGE, on(20))]

    facts = [{**fact, "counters": json.loads(fact["counters"])} for fact in found]
    assert facts == [
        {
            "report": ENGAGE,
            "day": on(20),
            "period_days": 1,
            "channel": "viva_engage",
            "grain": "person_day",
            "fetched_on": TODAY,
            "refresh_date": on(22),
            "row_count": 1,
            "concealed_count": 0,
            "guest_count": 0,
            "deleted_count": 0,
            "idle_count": 0,
            "refused_count": 0,
            "is_unknown": False,
            "counters": {
                "posted_count": {"above_zero": 0, "blank": 0},
                "read_count": {"above_zero": 1, "blank": 0},
                "liked_count": {"above_zero": 1, "blank": 0},
            },
            "unknown_headings": [],
            "absent_headings": [],
        }
    ]
    assert rows(first_night, ENGAGE, on(20)) == [
        {
            "period_days": 1,
            "identity_class": "member",
            "report_refresh_date": on(22),
            "upn_id": upn_id("ann@fjordvik.no"),
            "is_deleted": False,
            "state_change_date": None,
            "last_activity_date": on(20),
            "posted_count": 0,
            "read_count": 3,
            "liked_count": 1,
        }
    ]


def test_a_period_lies_under_the_day_to_which_its_data_reach(first_night: Path) -> None:
    periods = {
        (fact["report"], fact["day"])
        for fact in read_snapshots(first_night)
        if fact["period_days"] > 1
    }

    assert periods == {(report, on(22)) for report in (*PEOPLE, *TOTALS)}


def test_the_directory_is_that_of_the_day(first_night: Path) -> None:
    accounts = rows(first_night, "directory", TODAY)

    assert {
        (row["upn_id"], row["account_class"], row["unit_value"], row["is_excluded"])
        for row in accounts
    } == {
        (upn_id("ann@fjordvik.no"), "member", "Skole", False),
        (upn_id("bob@fjordvik.no"), "member", "", False),
        (upn_id("gus_x.no#EXT#@fjordvik.no"), "guest", "", False),
    }


def test_a_report_without_a_refresh_date_of_its_own_has_the_channels_newest(
    graph: GraphService, tmp_path: Path
) -> None:
    graph.faults.append(Fault(r"UserDetail\(date=", stage="download", body=header_alone))

    pulled(graph, tmp_path, ENGAGE, "viva_engage_user_counts", since=on(19), until=on(19))

    (day,) = [f for f in read_snapshots(tmp_path) if f["period_days"] == 1]
    assert (day["row_count"], day["refresh_date"]) == (0, on(22))


def test_a_second_pull_on_the_same_day_changes_nothing(
    first_night: Path, graph: GraphService, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(first_night, home)
    first = files(home)

    result = pulled(graph, home)

    assert (result.outcomes, result.failures, result.lost, result.asked) == (
        {"unchanged": 3 * 5 + 3 + 3},
        {},
        [],
        3 * 5 + 3 + 1,
    )
    assert files(home) == first


def test_only_the_reports_that_are_named_are_asked_for(graph: GraphService, tmp_path: Path) -> None:
    result = pulled(graph, tmp_path, ENGAGE, since=on(20), until=on(21))

    assert (result.outcomes, result.asked) == ({"landed": 3}, 3)
    assert sorted(request.path for request in graph.requests if "/reports/" in request.path) == [
        "/v1.0/reports/getYammerActivityUserDetail(date=2026-11-20)",
        "/v1.0/reports/getYammerActivityUserDetail(date=2026-11-21)",
        "/v1.0/reports/getYammerActivityUserDetail(period='D180')",
    ]


def test_the_directory_can_be_named(graph: GraphService, tmp_path: Path) -> None:
    result = pulled(graph, tmp_path, "directory")

    assert result.outcomes == {"landed": 3}
    assert [fact["report"] for fact in read_snapshots(tmp_path)] == DIRECTORY


def test_channels_not_in_use_are_not_asked_for(graph: GraphService, tmp_path: Path) -> None:
    more = '[channels]\nuse = ["viva_engage"]\nleadership = ["viva_engage"]\n'

    pull_from_graph(
        settings_for(graph, tmp_path, more), environ=environ(graph), as_of=TODAY, since=on(23)
    )

    assert {fact["channel"] for fact in read_snapshots(tmp_path)} == {"viva_engage", None}


def test_an_unknown_report_is_a_mistake_and_nothing_is_asked(
    graph: GraphService, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError) as caught:
        pulled(graph, tmp_path, "yammer")

    known = ", ".join((*PEOPLE, *TOTALS, "directory"))
    assert str(caught.value) == f"Unknown report: yammer. Known: {known}."
    assert (graph.requests, list(tmp_path.iterdir())) == ([], [])


def test_progress_is_told_for_each_report(graph: GraphService, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []

    pull_from_graph(
        settings_for(graph, tmp_path),
        environ=environ(graph),
        as_of=TODAY,
        since=on(22),
        names=[ENGAGE, "directory"],
        progress=lambda what, done, total: told.append((what, done, total)),
    )

    assert [step for step in told if step[0] == ENGAGE] == [(ENGAGE, n, 3) for n in range(4)]
    assert [step for step in told if step[0] == "directory"] == [
        ("directory", 0, 1),
        ("directory", 1, 1),
    ]


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


def test_concealed_names_are_counted_and_land_as_such(graph: GraphService, tmp_path: Path) -> None:
    graph.concealed = True

    pulled(graph, tmp_path, TEAMS, ENGAGE, since=on(20), until=on(20))

    counted = {
        fact["report"]: (fact["row_count"], fact["concealed_count"])
        for fact in read_snapshots(tmp_path)
        if fact["period_days"] == 1
    }
    assert counted == {ENGAGE: (1, 1), TEAMS: (1, 1)}
    assert [(row["person_id"], row["identity_class"]) for row in rows(tmp_path, TEAMS, on(20))] == [
        (None, "concealed")
    ]


def test_an_empty_answer_later_leaves_the_rows_that_landed(
    first_night: Path, graph: GraphService, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(first_night, home)
    graph.faults.append(Fault(r"UserDetail\(date=", stage="download", body=header_alone))

    result = pulled(graph, home, ENGAGE, since=on(20), until=on(20))

    assert result.outcomes == {"kept": 1}
    assert rows(home, ENGAGE, on(20)) == rows(first_night, ENGAGE, on(20))


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


def test_what_a_killed_run_left_is_swept(graph: GraphService, tmp_path: Path) -> None:
    leftover = tmp_path / "lake" / ENGAGE / "day=2026-11-20" / ".D1.parquet.tmp"
    leftover.parent.mkdir(parents=True)
    leftover.write_bytes(b"half")

    pulled(graph, tmp_path, "directory")

    assert not leftover.exists()


def bytes_under(home: Path) -> str:
    """Every name and every byte under `home`, as text."""
    paths = list(home.rglob("*"))
    files = [path.read_bytes().decode("latin-1") for path in paths if path.is_file()]
    return "\n".join((*(str(path.relative_to(home)) for path in paths), *files))


def values_under(home: Path) -> str:
    """Every value and every fact of the Parquet files under `home`, unpacked, as text."""
    opened = [pq.ParquetFile(path) for path in home.rglob("*.parquet")]
    return "\n".join(f"{file.metadata.metadata}{file.read().to_pylist()}" for file in opened)


def found_in(text: str, words: Sequence[str]) -> list[str]:
    return [word for word in words if word.casefold() in text.casefold()]


def test_no_identity_is_in_any_byte_that_was_written(first_night: Path) -> None:
    people = busy_world().people
    identities = [word for p in people for word in (p.id, p.upn, p.display_name) if len(word) > 4]
    known = ["Skole", str(upn_id("ann@fjordvik.no"))]
    assert found_in(bytes_under(first_night), [*identities, TOKEN]) == []
    assert found_in(values_under(first_night), [*identities, "@", "Gus", *known]) == known
