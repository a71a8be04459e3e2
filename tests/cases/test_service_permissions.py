"""Right token, wrong role: the missing permission is named before Graph is asked (C66)."""

import base64
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from adoption.demo.service import GraphService, missing_role
from adoption.errors import PermanentError
from adoption.warehouse import read_snapshots
from tests.demo.small_world import TODAY, on
from tests.pipeline.pulling import DIRECTORY, ENGAGE, TEAMS, busy_world, pulled

ALL = ("Reports.Read.All", "User.Read.All", "Organization.Read.All")


@pytest.fixture
def graph() -> Iterator[GraphService]:
    with GraphService(busy_world(), today=TODAY, calls_per_window=1000) as service:
        yield service


def token(claims: Mapping[str, object]) -> str:
    """An access token as Entra writes it, but for the signature."""
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJub25lIn0.{body}.signature"


def message(what: str, carried: str) -> str:
    return (
        f"The access token does not carry the permission {what} (it carries: {carried}), so Graph "
        f"was not asked. Give the app the application permission {what} in Entra and let an "
        "administrator consent to it; it can take some minutes to take effect."
    )


@pytest.mark.parametrize(
    ("claims", "carried"),
    [
        ({"roles": ["User.Read.All"]}, "User.Read.All"),
        ({"scp": "openid User.Read.All"}, "User.Read.All, openid"),
        ({"aud": "https://graph.microsoft.com"}, "none at all"),
    ],
)
def test_without_the_permission_for_reports_nothing_is_asked_and_nothing_landed(
    graph: GraphService, tmp_path: Path, claims: Mapping[str, object], carried: str
) -> None:
    graph.token = token(claims)

    with pytest.raises(PermanentError) as caught:
        pulled(graph, tmp_path)

    assert str(caught.value) == (
        f"Nothing could be fetched.\n{message('Reports.Read.All', carried)}"
    )
    assert (graph.requests, read_snapshots(tmp_path)) == ([], [])


def test_without_the_permission_for_accounts_the_reports_and_products_land(
    graph: GraphService, tmp_path: Path
) -> None:
    graph.token = token({"roles": ["Reports.Read.All", "Organization.Read.All"]})

    result = pulled(graph, tmp_path, ENGAGE, "directory", since=on(22))

    carried = "Organization.Read.All, Reports.Read.All"
    assert result.failures == {"directory": message("User.Read.All", carried)}
    assert {f["report"] for f in read_snapshots(tmp_path)} == {ENGAGE, "subscribed_sku"}
    assert "/v1.0/users" not in {r.path.partition("?")[0] for r in graph.requests}


def test_without_the_permission_for_products_everything_else_lands(
    graph: GraphService, tmp_path: Path
) -> None:
    graph.token = token({"scp": "Reports.Read.All User.Read.All"})

    result = pulled(graph, tmp_path, ENGAGE, "directory", since=on(22))

    carried = "Reports.Read.All, User.Read.All"
    assert result.failures == {"subscribed_sku": message("Organization.Read.All", carried)}
    assert {f["report"] for f in read_snapshots(tmp_path)} == {ENGAGE, "directory", "plan_set"}
    assert "/v1.0/subscribedSkus" not in {r.path for r in graph.requests}


@pytest.mark.parametrize(
    "claims",
    [
        {"roles": list(ALL)},
        {"roles": ["Reports.Read.All", "Directory.Read.All"]},
        {"scp": "Reports.Read.All User.ReadWrite.All LicenseAssignment.Read.All"},
        {"roles": ["Reports.Read.All"], "scp": "Directory.ReadWrite.All"},
    ],
)
def test_a_wider_permission_will_do(
    graph: GraphService, tmp_path: Path, claims: Mapping[str, object]
) -> None:
    graph.token = token(claims)

    assert pulled(graph, tmp_path, since=on(22)).failures == {}


def test_the_directory_alone_needs_no_permission_for_reports(
    graph: GraphService, tmp_path: Path
) -> None:
    graph.token = token({"roles": ["Directory.Read.All"]})

    result = pulled(graph, tmp_path, "directory")

    assert (result.failures, result.fetched) == ({}, set(DIRECTORY))


def test_a_token_that_does_not_tell_is_left_to_graph_which_is_asked_once(
    graph: GraphService, tmp_path: Path
) -> None:
    graph.faults.append(missing_role("getYammerActivityUserDetail"))

    result = pulled(graph, tmp_path, ENGAGE, TEAMS, since=on(23))

    assert "permission Reports.Read.All in Entra" in result.failures[ENGAGE]
    assert sum("getYammer" in request.path for request in graph.requests) == 1
