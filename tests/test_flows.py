"""The flow around the night: what it tries again, and what it leaves alone."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from adoption.demo.run import AS_OF
from adoption.demo.service import Fault, GraphService
from adoption.lake import landed_days
from tests.exports.listening import workflow_listening
from tests.running import TOKEN, adoption, marts, rows, run

PRODUCTS = ("TeamsUser", "Yammer", "SharePoint")
FORMS = ("Counts", "Detail")


@pytest.mark.usefixtures("graph")
def test_a_first_night_makes_its_own_folder_and_shows_nothing_without_reserve(
    home: Path, tmp_path: Path
) -> None:
    new = tmp_path / "not" / "there" / "yet"

    first = adoption(
        "--config", home / "adoption.toml", "--home", new, "--as-of", AS_OF.isoformat(), "nightly",
        ADOPTION_ACCESS_TOKEN=TOKEN,
    )  # fmt: skip

    assert (first.status, first.log) == (0, "")
    assert first.screen == f"{new / 'exports' / '2026-11-22'}\n"
    statuses = rows(new, "select distinct status from marts.unit_reach order by 1")
    assert statuses == [("no_data",), ("partial",), ("suppressed",)]


def test_a_refused_token_is_not_tried_again_and_leaves_what_was_published(
    home: Path, graph: GraphService
) -> None:
    before = marts(home)

    ended = run(home, "nightly", ADOPTION_ACCESS_TOKEN="another-token")

    asked_for_users = [r for r in graph.requests if r.path.startswith("/v1.0/users")]
    assert (ended.status, len(asked_for_users), marts(home)) == (1, 1, before)
    assert ended.log.startswith("Nothing could be fetched.\n")
    assert "Traceback" not in ended.log


def test_an_outage_that_outlasts_the_clients_patience_is_healed_and_the_night_goes_to_its_end(
    home: Path, graph: GraphService
) -> None:
    before = marts(home)
    config = home / "adoption.toml"
    config.write_text(config.read_text() + "[privacy]\nretention_days = 56\n", encoding="utf-8")
    tries_of_the_client = 4
    graph.faults = [
        Fault(name, status=503, times=tries_of_the_client * (3 if "Detail" in name else 1))
        for name in ("/users", *(f"get{p}ActivityUser{form}" for p in PRODUCTS for form in FORMS))
    ]

    with workflow_listening() as workflow:
        ended = run(home, "nightly", ADOPTION_TEAMS_WEBHOOK=workflow.url)

    assert (ended.status, ended.log, marts(home)) == (0, "", before)
    assert len(workflow.cards) == 1
    assert min(landed_days(home)["viva_engage_user_activity"]) == AS_OF - timedelta(days=56)


@pytest.mark.usefixtures("graph")
def test_a_night_whose_check_fails_deletes_nothing_and_the_next_good_one_does(home: Path) -> None:
    config, oldest = home / "adoption.toml", min(landed_days(home)["viva_engage_user_activity"])
    config.write_text(config.read_text() + "[privacy]\nretention_days = 56\n", encoding="utf-8")
    day = home / "lake" / "viva_engage_user_activity" / f"day={AS_OF - timedelta(days=30)}"
    copy = Path(shutil.copy(day / "D1.parquet", day / "D1 (copy).parquet"))
    before, in_lake = marts(home), lake_files(home)

    failed = run(home, "nightly")
    published, left = marts(home), lake_files(home)
    copy.unlink()
    good = run(home, "nightly")

    assert (failed.status, failed.log.split(" (")[0]) == (1, "core.daily_report")
    assert failed.log.endswith("viva_engage, 2026-10-26, 2. Nothing was published.\n")
    assert (published, left) == (before, in_lake)
    assert (good.status, oldest < AS_OF - timedelta(days=56)) == (0, True)
    assert min(landed_days(home)["viva_engage_user_activity"]) == AS_OF - timedelta(days=56)


def lake_files(home: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in (home / "lake").rglob("*") if path.is_file()}
