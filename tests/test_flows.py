"""The flow around the night: what it tries again, and what it leaves alone."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from adoption.demo.run import AS_OF, write_config
from adoption.demo.service import Fault, GraphService
from tests.conftest import Demo
from tests.running import adoption, marts

TOKEN = "token-of-the-tests"


@pytest.fixture
def home(demo: Demo, tmp_path: Path) -> Path:
    copy = tmp_path / "home"
    shutil.copytree(demo.home, copy, ignore=shutil.ignore_patterns(".lock"))
    return copy


@pytest.fixture
def graph(demo: Demo, home: Path) -> Iterator[GraphService]:
    with GraphService(demo.world, today=AS_OF, token=TOKEN, window_seconds=0.6) as service:
        write_config(home, demo.world, endpoint=service.endpoint)
        yield service


def nightly(home: Path, token: str) -> tuple[int, str]:
    ended = adoption(
        "--config", home / "adoption.toml", "--as-of", AS_OF.isoformat(), "nightly",
        ADOPTION_ACCESS_TOKEN=token,
    )  # fmt: skip
    return ended.status, ended.log


def test_a_refused_token_is_not_tried_again_and_leaves_what_was_published(
    home: Path, graph: GraphService
) -> None:
    before = marts(home)

    status, log = nightly(home, "another-token")

    asked_for_users = [r for r in graph.requests if r.path.startswith("/v1.0/users")]
    assert (status, len(asked_for_users), marts(home)) == (1, 1, before)
    assert log.startswith("Nothing could be fetched.\n")
    assert "Traceback" not in log


def test_an_outage_that_outlasts_the_clients_patience_is_tried_once_more_and_healed(
    home: Path, graph: GraphService
) -> None:
    before = marts(home)
    tries_of_the_client = 4
    graph.faults = [
        Fault(name, status=503, times=tries_of_the_client * (3 if "Detail" in name else 1))
        for name in ("/users", *(f"get{p}ActivityUser{form}" for p in PRODUCTS for form in FORMS))
    ]

    status, log = nightly(home, TOKEN)

    assert (status, log, marts(home)) == (0, "", before)


PRODUCTS = ("TeamsUser", "Yammer", "SharePoint")
FORMS = ("Counts", "Detail")
