"""No byte goes where it must not: redirects, plain http, other hosts, requests without a token."""

import asyncio
import ssl

import httpx
import pytest
import trustme

from adoption.demo.service import Fault
from adoption.errors import PermanentError
from adoption.graph.client import GraphClient
from adoption.graph.credential import make_credential
from adoption.graph.transport import Guard
from adoption.settings import Graph
from tests.graph.tenant import DAY, FUNCTION, REPORT, Tenant
from tests.graph.tls import Posted, Said, tls_serving

GLOBAL = "https://graph.microsoft.com/v1.0"
LOCAL = "http://127.0.0.1:8099/v1.0"
LOCAL_TLS = "https://localhost:8443/v1.0"


@pytest.mark.parametrize(
    ("endpoint", "target"),
    [
        (GLOBAL, "https://reportsweu.office.com/data/download?token=t"),
        (GLOBAL, "https://graph.microsoft.com/v1.0/other"),
        ("https://graph.example:8443/v1.0", "https://downloads.example:8443/x"),
        (LOCAL, "http://127.0.0.1:9000/data/download"),
        (LOCAL, "http://localhost/data/download"),
        (LOCAL, "http://[::1]:9000/data/download"),
        (LOCAL, "https://localhost:9000/data/download"),
        (LOCAL_TLS, "https://127.0.0.1:9000/data/download"),
    ],
)
def test_a_redirect_that_may_be_followed_is(endpoint: str, target: str) -> None:
    Guard(endpoint).check_redirect(httpx.URL(target), 1)


@pytest.mark.parametrize(
    ("endpoint", "target"),
    [
        (GLOBAL, "http://reports.office.com/data/download"),
        (GLOBAL, "http://graph.microsoft.com/v1.0/other"),
        (GLOBAL, "http://127.0.0.1:9000/data/download"),
        (GLOBAL, "https://reports.office.com:8443/data/download"),
        (GLOBAL, "ftp://reports.office.com/data/download"),
        (LOCAL, "http://reports.office.com/data/download"),
        (LOCAL, "https://reports.office.com/data/download"),
        (LOCAL, "http://127.0.0.1.example.com/data/download"),
        (LOCAL, "http://169.254.169.254/metadata"),
        (LOCAL_TLS, "http://127.0.0.1:9000/data/download"),
        (LOCAL_TLS, "https://reports.office.com/data/download"),
    ],
)
def test_a_redirect_to_plain_http_or_away_from_this_machine_is_refused(
    endpoint: str, target: str
) -> None:
    with pytest.raises(PermanentError) as caught:
        Guard(endpoint).check_redirect(httpx.URL(target), 1)

    assert "; nothing was sent there. Only https on the usual port is followed" in str(caught.value)
    assert "/data" not in str(caught.value)


def test_a_request_without_a_token_is_refused() -> None:
    with pytest.raises(PermanentError, match="No access token was to be had"):
        Guard(GLOBAL).check_request(httpx.Request("GET", f"{GLOBAL}/users"))


def redirecting_to(location: str) -> Fault:
    return Fault(FUNCTION, headers={"Location": location})


@pytest.mark.parametrize(
    "location",
    ["http://reports.office.com/data", "https://reports.office.com/data", "//198.51.100.7/data"],
)
def test_a_local_service_cannot_send_us_elsewhere(tenant: Tenant, location: str) -> None:
    tenant.service.faults.append(redirecting_to(location))

    with pytest.raises(PermanentError, match="redirected to .*; nothing was sent there"):
        tenant.fetch()

    assert tenant.statuses == [302]


def test_a_redirect_to_no_address_is_a_plain_error(tenant: Tenant) -> None:
    tenant.service.faults.append(redirecting_to("http://127.0.0.1:port/"))

    with pytest.raises(PermanentError, match="redirected to something that is no address"):
        tenant.fetch()


def test_redirects_without_end_are_cut_short(tenant: Tenant) -> None:
    again = f"/v1.0/reports/{FUNCTION}(date=2026-11-20)"
    tenant.service.faults.append(redirecting_to(again))

    with pytest.raises(PermanentError, match="redirected more than 5 times"):
        tenant.fetch()

    assert tenant.statuses == [302] * 6


def test_a_redirect_from_https_to_http_is_refused_on_the_wire(tenant: Tenant) -> None:
    authority = trustme.CA()
    asked: list[Posted] = []

    def answer(request: Posted) -> Said:
        asked.append(request)
        return Said(302, {"Location": f"{tenant.service.endpoint}/users"})

    with tls_serving(authority, answer) as graph:
        settings = Graph(endpoint=f"{graph}/v1.0")
        with pytest.raises(PermanentError, match="nothing was sent there"):
            asyncio.run(fetch_over_tls(settings, authority))

    assert ([request.method for request in asked], tenant.service.requests) == (["GET"], [])


async def fetch_over_tls(settings: Graph, authority: trustme.CA) -> bytes:
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    credential = make_credential(settings, {"ADOPTION_ACCESS_TOKEN": "t"})
    async with GraphClient(settings, credential, tls=trust) as graph:
        return await graph.fetch_report(REPORT, day=DAY)


def test_a_certificate_that_is_not_trusted_is_told_apart_from_a_dead_network() -> None:
    with tls_serving(trustme.CA(), lambda _: Said(200)) as graph:
        settings = Graph(endpoint=f"{graph}/v1.0")
        with pytest.raises(PermanentError, match="TLS certificate is not trusted: .*SSL_CERT_FILE"):
            asyncio.run(fetch_over_tls(settings, trustme.CA()))


def test_a_proxy_of_the_environment_is_not_asked_for_what_is_on_this_machine(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")

    tenant.fetch()

    assert tenant.statuses == [302, 200]
