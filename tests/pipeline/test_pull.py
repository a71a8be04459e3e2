"""Graph to lake against the local service: what lands, what fails, and that nobody is named."""

import asyncio
import datetime as dt
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from adoption.catalog import load_catalog
from adoption.demo.service import Fault, GraphService, missing_role
from adoption.errors import ConfigError, PermanentError
from adoption.graph.client import GraphClient
from adoption.graph.credential import make_credential
from adoption.identity import pseudonym
from adoption.pipeline.nightly import pull_from_graph
from adoption.pipeline.pull import PullResult, pull
from adoption.settings import Settings, parse_settings
from adoption.warehouse import read_snapshots
from tests.demo.small_world import TODAY, SmallWorld, on

KEY, TOKEN = "0123456789abcdef", "token-of-the-first-night"
ENGAGE, SHAREPOINT, TEAMS = (
    "viva_engage_user_activity",
    "sharepoint_user_activity",
    "teams_user_activity",
)
PEOPLE = [TEAMS, ENGAGE, SHAREPOINT]
TOTALS = ["teams_user_counts", "viva_engage_user_counts", "sharepoint_user_counts"]
DIRECTORY = ["directory", "plan_set", "subscribed_sku"]


def busy_world() -> SmallWorld:
    world = SmallWorld()
    world.done["viva_engage", on(20)] = {"id-ann": {"Read Count": 3, "Liked Count": 1}}
    world.done["viva_engage", on(18)] = {"id-bob": {"Posted Count": 2}}
    world.last["id-ann"] = on(20)
    return world


@pytest.fixture
def graph() -> Iterator[GraphService]:
    with GraphService(busy_world(), today=TODAY, calls_per_window=1000) as service:
        yield service


def settings_for(graph: GraphService, home: Path, more: str = "") -> Settings:
    return parse_settings(
        f'[organisation]\nname = "Fjordvik"\n[graph]\nendpoint = "{graph.endpoint}"\n'
        f"requests_per_10_minutes = 0\n{more}",
        home=str(home),
    )


def environ(graph: GraphService) -> dict[str, str]:
    return {"ADOPTION_ACCESS_TOKEN": graph.token, "ADOPTION_PSEUDONYM_KEY": KEY}


def pulled(
    graph: GraphService,
    home: Path,
    *names: str,
    since: dt.date | None = None,
    until: dt.date | None = None,
    as_of: dt.date = TODAY,
) -> PullResult:
    return pull_from_graph(
        settings_for(graph, home),
        environ=environ(graph),
        as_of=as_of,
        since=since,
        until=until,
        names=names,
    )


def pulled_patiently(graph: GraphService, home: Path, *names: str) -> PullResult:
    """As `pulled`, but nobody waits between two tries."""

    async def no_wait(_seconds: float) -> None:
        return

    async def run() -> PullResult:
        settings = settings_for(graph, home)
        credential = make_credential(settings.graph, environ(graph))
        async with GraphClient(settings.graph, credential, sleep=no_wait) as client:
            return await pull(settings, client, environ=environ(graph), as_of=TODAY, names=names)

    return asyncio.run(run())


@pytest.fixture(scope="module")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after one pull of everything. Read it; to change it, copy it."""
    home = tmp_path_factory.mktemp("home")
    world = busy_world()
    with GraphService(world, today=TODAY, token=TOKEN, calls_per_window=1000) as graph:
        pulled(graph, home)
    return home


def files(home: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(home)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in home.rglob("*")
        if path.is_file()
    }


def rows(home: Path, report: str, day: dt.date, period: int = 1) -> list[dict[str, Any]]:
    path = home / "lake" / report / f"day={day}" / f"D{period}.parquet"
    found: list[dict[str, Any]] = pq.ParquetFile(path).read().to_pylist()
    return found


def days_landed(home: Path, report: str) -> list[dt.date]:
    return [
        fact["day"]
        for fact in read_snapshots(home)
        if fact["report"] == report and fact["period_days"] == 1
    ]


def header_alone(body: bytes) -> bytes:
    return body.partition(b"\n")[0] + b"\n"


def upn_id(upn: str) -> int:
    return pseudonym(KEY.encode(), "upn", upn)


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
    facts = [f for f in read_snapshots(first_night) if (f["report"], f["day"]) == (ENGAGE, on(20))]

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
        }
    ]
    assert rows(first_night, ENGAGE, on(20)) == [
        {
            "period_days": 1,
            "identity_class": "member",
            "report_refresh_date": on(22),
            "upn_id": upn_id("ann@fjordvik.no"),
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

    known = ", ".join((*load_catalog(), "directory"))
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
    assert {fact["report"] for fact in read_snapshots(tmp_path)} == {ENGAGE}


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


@pytest.mark.parametrize("cell", [b"2026-02-30", b"Ann Aas"])
def test_a_wrong_cell_fails_its_report_alone_and_names_nobody(
    graph: GraphService, tmp_path: Path, caplog: pytest.LogCaptureFixture, cell: bytes
) -> None:
    graph.faults.append(
        Fault(
            r"getYammerActivityUserDetail\(date=2026-11-20\)",
            stage="download",
            body=lambda body: body.replace(b",active,,2026-11-20,", b",active,," + cell + b","),
        )
    )

    result = pulled(graph, tmp_path, ENGAGE, TEAMS, since=on(20), until=on(20))

    assert list(result.failures) == [ENGAGE]
    assert "in column 'Last Activity Date', row 1, is not a date" in result.failures[ENGAGE]
    assert "Ann" not in result.failures[ENGAGE] + caplog.text
    assert days_landed(tmp_path, TEAMS) == [on(20)]


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
