"""Where the access token comes from: a token, a client secret, a certificate or a managed identity.

azure-identity's asynchronous credentials do the work. They ask no other host whether an authority
is known (no instance discovery), so a private one in AZURE_AUTHORITY_HOST works as it stands.
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from azure.core.credentials import AccessToken
from azure.core.exceptions import AzureError, ClientAuthenticationError
from azure.identity import AzureAuthorityHosts, CredentialUnavailableError
from azure.identity.aio import (
    CertificateCredential,
    ClientSecretCredential,
    ManagedIdentityCredential,
)

from adoption.errors import AdoptionError, ConfigError, PermanentError, TransientError
from adoption.graph.errors import redacted
from adoption.settings import Graph

_NEVER = 2**40  # seconds since 1970; a token got elsewhere is tried for as long as Graph takes it
_PATIENCE = {"connection_timeout": 30, "read_timeout": 60, "retry_total": 3}
_ADVICE = {
    "AADSTS7000215": "Set ADOPTION_CLIENT_SECRET to the secret's value (not to its id).",
    "AADSTS7000222": "Make a new client secret in Entra and set ADOPTION_CLIENT_SECRET to it.",
    "AADSTS700016": "Check [graph] client_id and tenant_id: that tenant does not know the app.",
    "AADSTS700027": "Check that the certificate is registered with the app in Entra.",
    "AADSTS90002": "Check [graph] tenant_id.",
}
_WAYS = (
    "ADOPTION_CLIENT_SECRET or ADOPTION_CLIENT_CERTIFICATE (a path), or ADOPTION_ACCESS_TOKEN for "
    "a first try"
)


class _Source(Protocol):
    async def get_token(self, *scopes: str, **kwargs: Any) -> AccessToken: ...
    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _StaticToken:
    token: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[!-~]+", self.token):
            raise ValueError("it holds blanks or line ends; give the bare token, without 'Bearer'")

    async def get_token(self, *_scopes: str, **_kwargs: Any) -> AccessToken:
        return AccessToken(self.token, _NEVER)

    async def close(self) -> None:
        pass


class Credential:
    """One source of tokens, asked by one caller at a time; its errors are in plain words."""

    def __init__(self, make: Callable[[], _Source], tried: str) -> None:
        self._make = make
        self._tried = tried
        self._source: _Source | None = make()  # at once, so that a wrong setting shows at once
        self._turn = asyncio.Lock()

    async def get_token(self, *scopes: str, **kwargs: Any) -> AccessToken:
        """A valid access token, from the cache while it lasts.

        Raises PermanentError when it is refused, TransientError when the authority is out of
        reach or out of order.
        """
        async with self._turn:
            self._source = self._source or self._make()
            try:
                return await self._source.get_token(*scopes, **kwargs)
            except AzureError as error:
                raise _failure(error, self._tried) from error

    async def renew(self) -> None:
        """Forgets every token: the next one will be a fresh one."""
        async with self._turn:
            source, self._source = self._source, None
            if source is not None:
                await source.close()

    async def close(self) -> None:
        """Lets go of the connections; a token asked for later opens them again."""
        await self.renew()
        self._turn = asyncio.Lock()  # the old one may be bound to this event loop


def make_credential(settings: Graph, environ: Mapping[str, str], **kwargs: Any) -> Credential:
    """The credential that `environ` holds, for the app and tenant in `settings`.

    The first of ADOPTION_ACCESS_TOKEN, ADOPTION_CLIENT_SECRET, ADOPTION_CLIENT_CERTIFICATE (PEM or
    PFX; ADOPTION_CLIENT_CERTIFICATE_PASSWORD if it has one), else a managed identity: the
    user-assigned one that client_id names, or the system's if client_id is blank.
    AZURE_AUTHORITY_HOST is another authority, REQUESTS_CA_BUNDLE or SSL_CERT_FILE (files) whom its
    certificate is trusted for; `kwargs` go to azure-identity. Raises ConfigError.
    """
    if token := environ.get("ADOPTION_ACCESS_TOKEN", "").strip():
        return _made(lambda: _StaticToken(token), "Took the token in ADOPTION_ACCESS_TOKEN")
    secret = environ.get("ADOPTION_CLIENT_SECRET")
    certificate = environ.get("ADOPTION_CLIENT_CERTIFICATE")
    _check(settings, app_needed=bool(secret or certificate))
    options = {**_PATIENCE, **_trust(environ), **kwargs}
    authority = environ.get("AZURE_AUTHORITY_HOST") or AzureAuthorityHosts.AZURE_PUBLIC_CLOUD
    app = (settings.tenant_id, settings.client_id)
    asked = f"Asked Microsoft Entra for an access token for app {app[1]} in tenant {app[0]} with "
    if secret:
        return _made(
            lambda: ClientSecretCredential(*app, secret, authority=authority, **options),
            f"{asked}the client secret in ADOPTION_CLIENT_SECRET",
        )
    if certificate:
        password = environ.get("ADOPTION_CLIENT_CERTIFICATE_PASSWORD")
        return _made(
            lambda: CertificateCredential(
                *app, certificate, authority=authority, password=password, **options
            ),
            f"{asked}the certificate {certificate}",
        )
    return _made(
        lambda: ManagedIdentityCredential(client_id=settings.client_id or None, **options),
        "Asked this machine for a managed identity "
        f"({settings.client_id or 'its own'}), since no other credential is set",
    )


def _check(settings: Graph, *, app_needed: bool) -> None:
    needed = {"tenant_id": settings.tenant_id}
    if app_needed:
        needed["client_id"] = settings.client_id
    if missing := [name for name, value in needed.items() if not value]:
        raise ConfigError(
            f"The configuration lacks [graph] {' and '.join(missing)}. Take them from the app's "
            f"page in Entra, and set in the environment {_WAYS}."
        )


def _trust(environ: Mapping[str, str]) -> dict[str, str]:
    bundle = environ.get("REQUESTS_CA_BUNDLE") or environ.get("SSL_CERT_FILE")
    return {"connection_verify": bundle} if bundle else {}


def _made(make: Callable[[], _Source], tried: str) -> Credential:
    try:
        return Credential(make, tried)
    except (OSError, TypeError, ValueError) as error:  # what azure-identity's constructors raise
        raise ConfigError(
            f"{tried}, but it cannot be used: {redacted(str(error))}. Check [graph] tenant_id and "
            "client_id, AZURE_AUTHORITY_HOST, and the credential in the environment."
        ) from error


def _failure(error: AzureError, tried: str) -> AdoptionError:
    said = redacted(error.message or str(error)).rstrip(".")
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return PermanentError(
            f"{tried}: the TLS certificate is not trusted ({said}). Check AZURE_AUTHORITY_HOST; "
            "behind a proxy that opens TLS, set REQUESTS_CA_BUNDLE and SSL_CERT_FILE to the file "
            "of its authority."
        )
    if isinstance(error, CredentialUnavailableError):
        return PermanentError(f"{tried}, and got none: {said}. Set in the environment {_WAYS}.")
    if isinstance(error, ClientAuthenticationError) and not _is_passing(error):
        return PermanentError(f"{tried}, and was refused: {said}. {_advice(said)}")
    return TransientError(
        f"{tried}, and got no proper answer: {said}. Check the network and AZURE_AUTHORITY_HOST, "
        "or run the command again later."
    )


def _is_passing(error: ClientAuthenticationError) -> bool:
    status = getattr(error.response, "status_code", None) or 0
    return status == 429 or status >= 500


def _advice(said: str) -> str:
    for code, advice in _ADVICE.items():
        if f"{code}:" in said:
            return advice
    return "Check [graph] tenant_id and client_id, and the credential in the environment."
