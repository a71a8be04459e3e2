"""Tokens, through azure-identity's own client and a real TLS authority on this machine."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs

import pytest
import trustme

from adoption.errors import AdoptionError, ConfigError, PermanentError, TransientError
from adoption.graph.credential import Credential, make_credential
from adoption.settings import Graph
from tests.graph.tls import Posted, Said, tls_serving

TENANT = "11111111-2222-3333-4444-555555555555"
APP = "99999999-8888-7777-6666-555555555555"
SETTINGS = Graph(tenant_id=TENANT, client_id=APP)
SCOPE = "https://graph.microsoft.com/.default"
WRONG_SECRET = (
    "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is "
    f"the client secret value, not the client secret ID, for a secret added to app '{APP}'.\r\n"
    "Trace ID: 0b5e\r\nCorrelation ID: 77aa\r\nTimestamp: 2026-11-24 12:00:00Z"
)


@dataclass
class Entra:
    """An authority that knows one secret, and what it was asked."""

    url: str
    trust: str
    asked: list[Posted] = field(default_factory=list)
    failing: int | None = None

    def environ(self, **more: str) -> dict[str, str]:
        return {"AZURE_AUTHORITY_HOST": self.url, "REQUESTS_CA_BUNDLE": self.trust, **more}

    @property
    def forms(self) -> list[dict[str, list[str]]]:
        """The forms posted to the token endpoint."""
        return [parse_qs(request.form) for request in self.asked if request.method == "POST"]

    def answer(self, request: Posted) -> Said:
        self.asked.append(request)
        base = f"{self.url}/{TENANT}"
        if request.path == f"/{TENANT}/v2.0/.well-known/openid-configuration":
            return said(200, token_endpoint=f"{base}/oauth2/v2.0/token", issuer=f"{base}/v2.0",
                        authorization_endpoint=f"{base}/oauth2/v2.0/authorize")  # fmt: skip
        if self.failing:
            return said(self.failing, error="temporarily_unavailable")
        form = parse_qs(request.form)
        if form.get("client_secret", ["right"]) != ["right"]:
            return said(401, error="invalid_client", error_description=WRONG_SECRET)
        return said(200, token_type="Bearer", expires_in=3599, access_token="issued")


def said(status: int, **body: object) -> Said:
    return Said(status, {"Content-Type": "application/json"}, json.dumps(body).encode())


@pytest.fixture
def entra(tmp_path: Path) -> Iterator[Entra]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    entra = Entra("", str(tmp_path / "ca.pem"))
    with tls_serving(authority, entra.answer) as entra.url:
        yield entra


def tokens(credential: Credential, *, renewed: bool = False) -> list[str]:
    """Two tokens, one after the other."""

    async def run() -> list[str]:
        try:
            first = await credential.get_token(SCOPE, enable_cae=True)
            if renewed:
                await credential.renew()
            second = await credential.get_token(SCOPE, enable_cae=True)
        finally:
            await credential.close()
        return [first.token, second.token]

    return asyncio.run(run())


def failure(credential: Credential, kind: type[AdoptionError]) -> str:
    with pytest.raises(kind) as caught:
        tokens(credential)
    return str(caught.value)


def test_a_client_secret_is_exchanged_for_a_token_once(entra: Entra) -> None:
    credential = make_credential(SETTINGS, entra.environ(ADOPTION_CLIENT_SECRET="right"))

    assert tokens(credential) == ["issued", "issued"]
    (form,) = entra.forms
    assert (form["grant_type"], form["client_id"], form["client_secret"], form["scope"]) == (
        ["client_credentials"],
        [APP],
        ["right"],
        [SCOPE],
    )


def test_a_renewed_credential_asks_again(entra: Entra) -> None:
    credential = make_credential(SETTINGS, entra.environ(ADOPTION_CLIENT_SECRET="right"))

    tokens(credential, renewed=True)

    assert len(entra.forms) == 2


def test_a_closed_credential_can_be_used_in_another_event_loop(entra: Entra) -> None:
    credential = make_credential(SETTINGS, entra.environ(ADOPTION_CLIENT_SECRET="right"))

    assert tokens(credential) + tokens(credential) == ["issued"] * 4


def test_many_callers_at_once_ask_for_one_token_in_each_event_loop(entra: Entra) -> None:
    credential = make_credential(SETTINGS, entra.environ(ADOPTION_CLIENT_SECRET="right"))

    async def run() -> None:
        await asyncio.gather(*(credential.get_token(SCOPE) for _ in range(5)))
        await credential.close()

    asyncio.run(run())
    asyncio.run(run())

    assert len(entra.forms) == 2


def test_a_certificate_signs_the_request_for_a_token(entra: Entra, tmp_path: Path) -> None:
    leaf = trustme.CA().issue_cert("app.example", key_type=trustme.KeyType.RSA)
    leaf.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "app.pem"))
    path = str(tmp_path / "app.pem")

    found = tokens(make_credential(SETTINGS, entra.environ(ADOPTION_CLIENT_CERTIFICATE=path)))

    assert found == ["issued", "issued"]
    assert entra.forms[0]["client_assertion"][0].count(".") == 2


def test_a_wrong_secret_is_told_in_plain_words_and_not_repeated(entra: Entra) -> None:
    credential = make_credential(SETTINGS, entra.environ(ADOPTION_CLIENT_SECRET="hunter2"))

    assert failure(credential, PermanentError) == (
        f"Asked Microsoft Entra for an access token for app {APP} in tenant {TENANT} with the "
        "client secret in ADOPTION_CLIENT_SECRET, and was refused: Microsoft Entra ID error "
        "'(invalid_client) AADSTS7000215: Invalid client secret provided. Ensure the secret being "
        "sent in the request is the client secret value, not the client secret ID, for a secret "
        f"added to app '{APP}'. Set ADOPTION_CLIENT_SECRET to the secret's value (not to its id)."
    )
    assert len(entra.forms) == 1


def test_an_authority_that_cannot_be_reached_is_a_transient_error(entra: Entra) -> None:
    environ = entra.environ(ADOPTION_CLIENT_SECRET="right")
    nowhere = {**environ, "AZURE_AUTHORITY_HOST": "https://127.0.0.1:1"}

    message = failure(make_credential(SETTINGS, nowhere, retry_total=0), TransientError)

    assert message.startswith("Asked Microsoft Entra for an access token for app ")
    assert message.endswith(
        ". Check the network and AZURE_AUTHORITY_HOST, or run the command again later."
    )


def test_an_authority_out_of_order_is_a_transient_error(entra: Entra) -> None:
    entra.failing = 503
    environ = entra.environ(ADOPTION_CLIENT_SECRET="right")

    message = failure(make_credential(SETTINGS, environ, retry_total=0), TransientError)

    assert "temporarily_unavailable" in message


def test_an_authority_that_is_not_trusted_is_a_permanent_error(entra: Entra) -> None:
    environ = {"AZURE_AUTHORITY_HOST": entra.url, "ADOPTION_CLIENT_SECRET": "right"}

    message = failure(make_credential(SETTINGS, environ, retry_total=0), PermanentError)

    assert "the TLS certificate is not trusted" in message
    assert entra.asked == []


@pytest.mark.parametrize(
    ("settings", "environ", "said"),
    [
        (Graph(), {}, "lacks [graph] tenant_id. Take"),
        (Graph(), {"ADOPTION_CLIENT_SECRET": "s"}, "lacks [graph] tenant_id and client_id. Take"),
        (Graph(tenant_id=TENANT), {"ADOPTION_CLIENT_SECRET": "s"}, "lacks [graph] client_id. Take"),
        (Graph(tenant_id="a tenant?", client_id=APP), {"ADOPTION_CLIENT_SECRET": "s"}, "tenant_id"),
        (SETTINGS, {"ADOPTION_CLIENT_CERTIFICATE": "/no/such.pem"}, "No such file or directory"),
        (SETTINGS, {"ADOPTION_ACCESS_TOKEN": "Bearer x"}, "without 'Bearer'"),
        (
            SETTINGS,
            {"ADOPTION_CLIENT_SECRET": "s", "AZURE_AUTHORITY_HOST": "http://localhost"},
            "must be a TLS protected (https) URL",
        ),
    ],
)
def test_what_cannot_work_is_a_configuration_error(
    settings: Graph, environ: dict[str, str], said: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        make_credential(settings, environ)

    assert said in str(caught.value)


def test_a_token_got_elsewhere_comes_before_all_else_and_needs_no_app() -> None:
    environ = {"ADOPTION_ACCESS_TOKEN": " got-elsewhere\n", "ADOPTION_CLIENT_SECRET": "s"}

    assert tokens(make_credential(Graph(), environ)) == ["got-elsewhere"] * 2


def test_without_anything_else_it_is_a_managed_identity_and_its_absence_is_told() -> None:
    credential = make_credential(Graph(tenant_id=TENANT), {}, retry_total=0)

    message = failure(credential, PermanentError)

    assert message.startswith("Asked this machine for a managed identity (its own), since no other")
    assert "Set in the environment ADOPTION_CLIENT_SECRET" in message
