"""How a request gets to Graph: paced, tried again where that helps, its failures as our errors.

The request goes through msgraph-sdk's adapter and middleware; its retries are off, see `retry`.
"""

import logging
import ssl
from collections.abc import Callable
from typing import Any, TypeVar

import httpx
from kiota_abstractions.api_error import APIError
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.request_information import RequestInformation
from kiota_authentication_azure.azure_identity_authentication_provider import (
    AzureIdentityAuthenticationProvider,
)
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.graph_request_adapter import GraphRequestAdapter
from msgraph.graph_service_client import GraphServiceClient

from adoption.errors import AdoptionError, PermanentError
from adoption.graph.credential import Credential
from adoption.graph.errors import Call, GraphUnavailable, StaleToken, redacted, refusal, reply_of
from adoption.graph.limiter import Limiter
from adoption.graph.retry import Waiting, retried, worded
from adoption.graph.transport import Trace, open_http_client
from adoption.settings import LOOPBACK_HOSTS, Graph

T = TypeVar("T")

_WORTH_TELLING = 5.0  # seconds of pacing
# They log whole addresses at INFO, headers at DEBUG; azure.identity's warnings are our own errors.
_QUIET = {
    **dict.fromkeys(("httpx", "httpcore", "hpack", "azure", "aiohttp", "msal"), logging.WARNING),
    "azure.identity": logging.ERROR,
}


class Session:
    """The SDK's client (`graph`, for its request builders) and the one way to send what it builds.

    Bound to one event loop from the first request on.
    """

    def __init__(
        self,
        settings: Graph,
        credential: Credential,
        *,
        waiting: Waiting,
        tls: ssl.SSLContext | bool,
    ) -> None:
        for name, level in _QUIET.items():
            logging.getLogger(name).setLevel(level)
        endpoint = settings.endpoint.rstrip("/")
        host = httpx.URL(endpoint).host
        self.scope = f"https://{_cloud(host)}/.default"
        self.credential = credential
        self._waiting = waiting
        self._limiter = Limiter(
            settings.requests_per_10_minutes,
            settings.limit_window_seconds,
            waiting.clock,
            waiting.sleep,
        )
        self._http = open_http_client(endpoint, tls)
        asked: Any = credential  # all that the provider does is to await get_token
        provider = AzureIdentityAuthenticationProvider(
            asked, scopes=[self.scope], allowed_hosts=[host]
        )
        self._adapter = GraphRequestAdapter(provider, client=self._http)
        # Without a last slash: with the SDK's own it asks for /v1.0//reports.
        self._adapter.base_url = endpoint
        self.graph = GraphServiceClient(request_adapter=self._adapter)

    async def close(self) -> None:
        """Closes all connections, the credential's too."""
        await self._http.aclose()
        await self.credential.close()

    async def send(
        self,
        build: Callable[[RequestConfiguration[Any]], RequestInformation],
        call: Call,
        *,
        read: Callable[[bytes | None, str], T],
        query: object | None = None,
    ) -> T:
        """What `read` makes of the answer's bytes and request-id.

        `build` is a request builder's `to_get_request_information`, `query` its parameters. Raises
        TransientError after the last attempt, PermanentError (see `errors`) at the first.
        """

        async def attempt() -> T:
            await self._take_turn(call)
            trace = Trace()
            request = build(RequestConfiguration(options=[trace], query_parameters=query))
            return read(await self._answer(request, call, trace), trace.request_id)

        async def before_wait(error: GraphUnavailable, seconds: float) -> None:
            if error.throttled and call.pace_as:
                self._limiter.hold(call.pace_as, seconds)
            if isinstance(error, StaleToken):
                await self.credential.renew()

        return await retried(attempt, call, waiting=self._waiting, before_wait=before_wait)

    async def _take_turn(self, call: Call) -> None:
        def tell(seconds: float) -> None:
            if seconds >= _WORTH_TELLING:
                self._waiting.on_wait(
                    f"Waiting {worded(seconds)} with {call.what}: Graph allows so many calls per "
                    "report in 10 minutes."
                )

        if call.pace_as:
            await self._limiter.acquire(call.pace_as, tell)

    async def _answer(self, request: RequestInformation, call: Call, trace: Trace) -> bytes | None:
        try:
            answer: Any = await self._adapter.send_primitive_async(
                request, "bytes", {"XXX": ODataError}
            )
        except APIError as error:
            reply = reply_of(error, request_id=trace.request_id, from_link=trace.redirected)
            raise refusal(reply, call) from error
        except httpx.RequestError as error:
            raise _unreachable(error, call) from error
        return bytes(answer) if answer is not None else None


def _cloud(host: str) -> str:
    """The Graph that a token is for: the endpoint's; for a service on this machine the global."""
    return "graph.microsoft.com" if host in LOOPBACK_HOSTS else host


def _unreachable(error: httpx.RequestError, call: Call) -> AdoptionError:
    said = redacted(f"{type(error).__name__}: {error}").rstrip(".: ")
    tried = f"The connection failed when Graph was asked for {call.what} ({said})."
    if "CERTIFICATE_VERIFY_FAILED" in said:
        return PermanentError(
            f"{tried} The TLS certificate is not trusted: behind a proxy that opens TLS, set "
            "SSL_CERT_FILE and REQUESTS_CA_BUNDLE to the file of its authority."
        )
    return GraphUnavailable(
        f"{tried} Check the network, [graph] endpoint and any proxy, or run the command again "
        "later."
    )
