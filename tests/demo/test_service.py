"""The local Graph service over real HTTP: redirect, throttling, faults, closing."""

import asyncio
import http.client
import json
import threading
from collections.abc import Iterator
from datetime import date
from urllib.parse import urlsplit

import pytest

from adoption.demo.render import BOM
from adoption.demo.service import Fault, GraphService, Request, error_fault, missing_role
from tests.demo.small_world import (
    TODAY,
    YAMMER_DAY,
    SmallWorld,
    ask,
    download,
    error_of,
    fetch,
    on,
)


@pytest.fixture
def world() -> SmallWorld:
    return SmallWorld()


@pytest.fixture
def graph(world: SmallWorld) -> Iterator[GraphService]:
    with GraphService(world, today=TODAY) as service:
        yield service


def test_a_report_is_a_file_behind_a_redirect_to_another_origin(
    world: SmallWorld, graph: GraphService
) -> None:
    world.done["viva_engage", on(20)] = {"id-ann": {"Read Count": 3, "Liked Count": 1}}
    world.last["id-ann"] = on(20)

    redirect = ask(graph, YAMMER_DAY)
    answer = fetch(redirect.headers["Location"], None)

    assert redirect.status == 302
    assert not redirect.headers["Location"].startswith(graph.endpoint.removesuffix("/v1.0"))
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/octet-stream")
    assert answer.body == BOM + (
        b"Report Refresh Date,User Principal Name,Display Name,User State,State Change Date,"
        b"Last Activity Date,Posted Count,Read Count,Liked Count,Assigned Products,Report Period"
        b"\r\n"
        b'2026-11-22,Ann@fjordvik.no,"Ann, Aas",active,,2026-11-20,0,3,1,ENTERPRISEPACK,1\r\n'
    )


def test_a_download_refuses_a_token_and_its_link_works_once(graph: GraphService) -> None:
    link = ask(graph, YAMMER_DAY).headers["Location"]

    statuses = [fetch(link, "Bearer x").status, fetch(link, None).status, fetch(link, None).status]

    query = urlsplit(link).query
    assert statuses == [401, 200, 403]
    assert graph.requests == [
        Request("GET", f"/v1.0{YAMMER_DAY}", 302, True),
        Request("GET", f"/data/download?{query}", 401, True),
        Request("GET", f"/data/download?{query}", 200, False),
        Request("GET", f"/data/download?{query}", 403, False),
    ]


def test_a_download_link_dies_after_a_while(world: SmallWorld) -> None:
    now = [0.0]
    with GraphService(world, today=TODAY, clock=lambda: now[0]) as graph:
        link = ask(graph, YAMMER_DAY).headers["Location"]
        now[0] = 60.0

        assert fetch(link, None).status == 403


def test_a_wrong_token_is_refused_everywhere(graph: GraphService) -> None:
    paths = ("/users", YAMMER_DAY, "/subscribedSkus", "/nonsense")

    replies = [fetch(graph.endpoint + path, "Bearer wrong") for path in paths]

    assert [error_of(reply)[:2] for reply in replies] == [
        (401, "InvalidAuthenticationToken")
    ] * len(paths)


def test_the_double_slash_of_the_sdk_is_tolerated(graph: GraphService) -> None:
    assert ask(graph, "/" + YAMMER_DAY).status == 302


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/reports/getNothing(period='D7')", 404),
        ("/reports/getYammerActivityUserDetail", 400),
        ("/groups", 400),
    ],
)
def test_what_is_not_there_is_not_found(graph: GraphService, path: str, status: int) -> None:
    assert ask(graph, path).status == status


def test_the_call_too_many_is_told_the_true_time_to_wait(world: SmallWorld) -> None:
    now = [0.0]
    with GraphService(world, today=TODAY, calls_per_window=2, clock=lambda: now[0]) as graph:
        statuses = []
        for now[0] in (0.0, 10.0, 100.25, 600.0, 700.25):
            statuses.append(ask(graph, YAMMER_DAY).status)
        now[0] = 800.5
        refused = ask(graph, YAMMER_DAY)
        other = ask(graph, "/reports/getYammerActivityUserCounts(period='D7')").status

    # Refused calls count: with 10.0, the one at 100.25 is why the one at 600 is one too many.
    assert statuses == [302, 302, 429, 429, 302]
    assert (refused.status, refused.headers["Retry-After"]) == (429, "499.750")
    assert json.loads(refused.body)["error"]["code"] == "TooManyRequests"
    assert other == 302


def test_a_planted_answer_holds_as_often_as_it_says(graph: GraphService) -> None:
    graph.faults = [
        Fault("Yammer", status=503, headers={"Retry-After": "2.128"}, body=b"busy", times=2)
    ]

    replies = [ask(graph, path) for path in (YAMMER_DAY, "/users", YAMMER_DAY, YAMMER_DAY)]

    assert [reply.status for reply in replies] == [503, 200, 503, 302]
    assert (replies[0].headers["Retry-After"], replies[0].body) == ("2.128", b"busy")


def test_a_missing_role_is_an_error_in_an_error(graph: GraphService) -> None:
    graph.faults = [missing_role("/reports/"), error_fault("/users", 403, "Denied", "No.")]

    status, code, message = error_of(ask(graph, YAMMER_DAY))

    assert (status, code) == (403, "UnknownError")
    assert json.loads(message) == {
        "error": {"code": "S2SUnauthorized", "message": "Invalid permission."}
    }
    assert error_of(ask(graph, "/users")) == (403, "Denied", "No.")


def test_a_connection_can_be_dropped_without_an_answer(graph: GraphService) -> None:
    graph.faults = [Fault("date=2026-11-20", drop=True)]

    with pytest.raises(http.client.RemoteDisconnected):
        ask(graph, YAMMER_DAY)
    assert graph.requests == [Request("GET", f"/v1.0{YAMMER_DAY}", None, True)]


def test_a_body_cut_short_shows_only_where_its_length_was_said(graph: GraphService) -> None:
    graph.faults = [
        Fault("date=2026-11-20", stage="download", cut=30, times=1),
        Fault("date=2026-11-20", stage="download", cut=30, with_length=False),
    ]

    with pytest.raises(http.client.IncompleteRead):
        download(graph, YAMMER_DAY)
    assert download(graph, YAMMER_DAY) == BOM + b"Report Refresh Date,User Pr"


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault("Yammer", stage="download", body=b""), (200, b"")),
        (Fault("Yammer", stage="download", body=BOM), (200, BOM)),
        (Fault("Yammer", stage="download", body=b'{"value":[]}'), (200, b'{"value":[]}')),
        (Fault("Yammer", stage="download", body=lambda true: true[:9]), (200, BOM + b"Report")),
        (Fault("Yammer", stage="download", status=403), (403, b"")),
    ],
)
def test_a_download_can_be_anything(
    graph: GraphService, fault: Fault, expected: tuple[int, bytes]
) -> None:
    graph.faults = [fault]

    reply = fetch(ask(graph, YAMMER_DAY).headers["Location"], None)

    assert (reply.status, reply.body) == expected


def test_an_empty_success_can_stand_where_the_redirect_should(graph: GraphService) -> None:
    graph.faults = [Fault("Yammer", status=200)]

    assert ask(graph, YAMMER_DAY)[::2] == (200, b"")


def test_a_world_that_names_an_unknown_column_is_told_so(
    world: SmallWorld, graph: GraphService
) -> None:
    world.done["viva_engage", on(20)] = {"id-ann": {"Reads": 1}}

    status, code, message = error_of(ask(graph, YAMMER_DAY))

    assert (status, code) == (500, "generalException")
    assert "viva_engage has no counter ['Reads']" in message


def test_closing_ends_every_thread_and_frees_the_port(world: SmallWorld) -> None:
    before = set(threading.enumerate())
    with GraphService(world, today=TODAY) as graph:
        ask(graph, "/users")
        link = ask(graph, YAMMER_DAY).headers["Location"]

    assert set(threading.enumerate()) == before
    for url in (graph.endpoint, link):
        with pytest.raises(ConnectionRefusedError):
            fetch(url, None)


def test_the_real_sdk_follows_the_redirect_without_its_token(graph: GraphService) -> None:
    data = asyncio.run(_fetch_by_sdk(graph, on(20)))

    assert data is not None
    assert data.startswith(BOM + b"Report Refresh Date,User Principal Name,Display Name")
    assert [(r.path.partition("?")[0], r.status, r.had_authorization) for r in graph.requests] == [
        (f"/v1.0{YAMMER_DAY}", 302, True),
        ("/data/download", 200, False),
    ]


async def _fetch_by_sdk(graph: GraphService, day: date) -> bytes | None:
    from azure.core.credentials import AccessToken
    from msgraph.graph_service_client import GraphServiceClient

    class Credential:
        def get_token(self, *scopes: str, **options: object) -> AccessToken:  # noqa: ARG002
            return AccessToken(graph.token, 4_102_444_800)

    client = GraphServiceClient(Credential(), scopes=["https://graph.microsoft.com/.default"])
    client.request_adapter.base_url = graph.endpoint + "/"
    return await client.reports.get_yammer_activity_user_detail_with_date(day).get()
