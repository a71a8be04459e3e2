"""Graph to lake against the local service: what lands, and that nobody is named."""

import json
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from adoption.demo.service import Fault, GraphService
from adoption.errors import ConfigError
from adoption.pipeline.nightly import pull_from_graph
from adoption.warehouse import read_snapshots
from tests.demo.small_world import TODAY, on
from tests.pipeline.pulling import (
    DIRECTORY,
    ENGAGE,
    PEOPLE,
    TEAMS,
    TOKEN,
    TOTALS,
    busy_world,
    environ,
    files,
    header_alone,
    pulled,
    rows,
    settings_for,
    upn_id,
)


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
            "is_page": None,
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
