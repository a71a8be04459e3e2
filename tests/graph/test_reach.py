"""What can stand between this machine and the endpoint, told by the stage that fails."""

from datetime import UTC, datetime, timedelta

import pytest
import trustme

from adoption.demo.service import Fault
from adoption.errors import PermanentError
from adoption.graph.reach import fetch_endpoint_time
from tests.graph.tenant import Tenant
from tests.graph.tls import Said, tls_serving


def test_the_endpoints_time_comes_without_a_token(tenant: Tenant) -> None:
    theirs = fetch_endpoint_time(tenant.service.endpoint)

    assert theirs is not None
    assert abs(datetime.now(UTC) - theirs) < timedelta(minutes=1)
    assert [(r.path, r.had_authorization) for r in tenant.service.requests] == [("/v1.0", False)]


@pytest.mark.parametrize("status", [301, 404, 503])
def test_any_answer_is_an_answer_and_leads_nowhere_else(tenant: Tenant, status: int) -> None:
    elsewhere = {"Location": "http://127.0.0.1:9/"}
    tenant.service.faults = [Fault("^/v1.0$", status=status, headers=elsewhere)]

    assert fetch_endpoint_time(tenant.service.endpoint) is not None
    assert tenant.statuses == [status]


def test_a_line_that_is_cut_without_a_word_is_told(tenant: Tenant) -> None:
    tenant.service.faults = [Fault("^/v1.0$", drop=True)]

    port = tenant.service.endpoint.split(":")[2].removesuffix("/v1.0")
    assert failure(tenant.service.endpoint) == (
        f"127.0.0.1, port {port} takes the connection and sends no answer (RemoteProtocolError: "
        "Server disconnected without sending a response). Check [graph] endpoint, and any proxy on "
        "the way."
    )


def test_a_port_that_does_not_speak_tls_is_told(tenant: Tenant) -> None:
    endpoint = tenant.service.endpoint.replace("http:", "https:")

    assert failure(endpoint).startswith("TLS: no handshake with 127.0.0.1 (ConnectError: ")


def test_a_proxy_that_cannot_be_reached_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://user:secret@127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")

    told = failure("https://graph.invalid/v1.0")

    assert told.startswith(
        "graph.invalid, port 443 cannot be reached through the proxy of the environment ("
    )
    assert "secret" not in told


def test_trusted_authorities_that_cannot_be_read_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")

    assert failure("https://graph.invalid/v1.0").startswith(
        "TLS: the trusted authorities cannot be read ("
    )


def test_a_certificate_of_an_unknown_authority_is_told() -> None:
    with tls_serving(trustme.CA(), lambda _: Said(200)) as url:
        told = failure(f"{url}/v1.0")

    assert told.startswith("TLS: the certificate of localhost is not trusted (")


def failure(endpoint: str) -> str:
    with pytest.raises(PermanentError) as caught:
        fetch_endpoint_time(endpoint)
    return str(caught.value)
