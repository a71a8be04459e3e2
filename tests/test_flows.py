"""The flow around the night: what it tries again, and what it leaves alone."""

from pathlib import Path

from adoption.demo.service import Fault, GraphService
from tests.running import marts, run

PRODUCTS = ("TeamsUser", "Yammer", "SharePoint")
FORMS = ("Counts", "Detail")


def test_a_refused_token_is_not_tried_again_and_leaves_what_was_published(
    home: Path, graph: GraphService
) -> None:
    before = marts(home)

    ended = run(home, "nightly", ADOPTION_ACCESS_TOKEN="another-token")

    asked_for_users = [r for r in graph.requests if r.path.startswith("/v1.0/users")]
    assert (ended.status, len(asked_for_users), marts(home)) == (1, 1, before)
    assert ended.log.startswith("Nothing could be fetched.\n")
    assert "Traceback" not in ended.log


def test_an_outage_that_outlasts_the_clients_patience_is_tried_once_more_and_healed(
    home: Path, graph: GraphService
) -> None:
    before = marts(home)
    tries_of_the_client = 4
    graph.faults = [
        Fault(name, status=503, times=tries_of_the_client * (3 if "Detail" in name else 1))
        for name in ("/users", *(f"get{p}ActivityUser{form}" for p in PRODUCTS for form in FORMS))
    ]

    ended = run(home, "nightly")

    assert (ended.status, ended.log, marts(home)) == (0, "", before)
