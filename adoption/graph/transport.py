"""The HTTP client beneath the SDK, and the guard that keeps every byte where it belongs.

Redirects are followed inside the SDK's own middleware, where httpx's event hooks see nothing; so
the guard is the last link of that chain, and each hop passes it before it goes out.
"""

import ssl
from dataclasses import dataclass

import httpx
from kiota_abstractions.request_option import RequestOption
from kiota_http.kiota_client_factory import KiotaClientFactory
from kiota_http.middleware.middleware import REQUEST_OPTIONS_KEY, BaseMiddleware
from kiota_http.middleware.options import (
    RedirectHandlerOption,
    RetryHandlerOption,
    UrlReplaceHandlerOption,
)
from msgraph.graph_request_adapter import options as sdk_options
from msgraph_core import GraphClientFactory  # type: ignore[import-untyped]
from msgraph_core.middleware import GraphTelemetryHandler  # type: ignore[import-untyped]
from msgraph_core.middleware.options import GraphTelemetryHandlerOption  # type: ignore[import-untyped]

from adoption.errors import PermanentError
from adoption.settings import LOOPBACK_HOSTS

_TIMEOUT = httpx.Timeout(100.0, connect=30.0)
_MOST_HOPS = 5
_HOPS = "adoption.hops"


@dataclass(slots=True)
class Trace(RequestOption):
    """What the guard saw of one call; travels with it as a request option."""

    request_id: str = ""
    redirected: bool = False

    @staticmethod
    def get_key() -> str:
        """The name under which the SDK carries it."""
        return "adoption.Trace"


class Guard(BaseMiddleware):
    """Refuses, before it is sent, each request that must not leave this machine.

    Only the endpoint's origin is asked directly, and never without the token: the SDK would send
    the request without one, and without a word, to a host that it does not know. Beyond a
    redirect: https only, and for an endpoint on the loopback the loopback only (http allowed if
    the endpoint is http). The token does not go to another origin.
    """

    def __init__(self, endpoint: str) -> None:
        super().__init__()
        self._endpoint = httpx.URL(endpoint)

    async def send(
        self, request: httpx.Request, transport: httpx.AsyncBaseTransport
    ) -> httpx.Response:
        """The answer to `request`; raises PermanentError on a request that must not go out."""
        hops = int(request.extensions.get(_HOPS, 0))
        trace = request.extensions.get(REQUEST_OPTIONS_KEY, {}).get(Trace.get_key(), Trace())
        if hops:
            self.check_redirect(request.url, hops)
        else:
            self.check_request(request)
        if not self._is_endpoint(request.url):
            request.headers.pop("Authorization", None)
            request.headers.pop("Cookie", None)
        response = await super().send(request, transport)
        trace.redirected = hops > 0
        trace.request_id = response.headers.get("request-id", trace.request_id)
        if response.has_redirect_location:
            await _check_location(request, response)
            request.extensions[_HOPS] = hops + 1  # the SDK copies it to the next hop's request
        return response

    def check_request(self, request: httpx.Request) -> None:
        """Refuses another origin than the endpoint's (say, in a nextLink), and a missing token."""
        if not self._is_endpoint(request.url):
            raise PermanentError(
                f"Graph's answer points on to {_origin(request.url)}, which is not the endpoint "
                f"{_origin(self._endpoint)}; nothing was sent there. If the endpoint is right, "
                "report this to Microsoft."
            )
        if "Authorization" not in request.headers:
            raise PermanentError(
                f"No access token was to be had for {_origin(self._endpoint)}; nothing was sent. "
                "Check the credentials in the environment."
            )

    def check_redirect(self, url: httpx.URL, hops: int) -> None:
        """Refuses a redirect that leads too far, to plain http, or away from the loopback."""
        if hops > _MOST_HOPS:
            raise PermanentError(
                f"Graph redirected more than {_MOST_HOPS} times, lastly to {_origin(url)}. Check "
                "[graph] endpoint, and any proxy on the way."
            )
        if not self._may_download_from(url):
            raise PermanentError(
                f"{_origin(self._endpoint)} redirected to {_origin(url)}; nothing was sent there. "
                "Only https on the usual port is followed, and from a service on this machine "
                "only to this machine. Check [graph] endpoint, and any proxy on the way."
            )

    def _is_endpoint(self, url: httpx.URL) -> bool:
        return _origin(url) == _origin(self._endpoint)

    def _may_download_from(self, url: httpx.URL) -> bool:
        if url.scheme not in {"https", self._endpoint.scheme}:
            return False
        if self._endpoint.host in LOOPBACK_HOSTS:
            return url.host in LOOPBACK_HOSTS
        return url.scheme == "https" and url.port in {None, self._endpoint.port}


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


async def _check_location(request: httpx.Request, response: httpx.Response) -> None:
    try:
        request.url.join(response.headers["Location"])
    except httpx.InvalidURL as error:
        await response.aclose()
        raise PermanentError(
            f"{_origin(request.url)} redirected to something that is no address; nothing was sent. "
            "Check [graph] endpoint, and any proxy on the way."
        ) from error


def open_http_client(endpoint: str, tls: ssl.SSLContext | bool) -> httpx.AsyncClient:
    """An HTTP client with the SDK's middleware, its retries off, and the guard behind it.

    Proxies of the environment are used, except from a loopback endpoint: a proxy is elsewhere. The
    SDK's URL replacement is off, since it writes each URL, download tokens too, into traces.
    """
    is_local = httpx.URL(endpoint).host in LOOPBACK_HOSTS
    client = httpx.AsyncClient(timeout=_TIMEOUT, verify=tls, trust_env=not is_local)
    options: dict[str, RequestOption] = {
        **sdk_options,
        UrlReplaceHandlerOption.get_key(): UrlReplaceHandlerOption(enabled=False),
        RetryHandlerOption.get_key(): RetryHandlerOption(should_retry=False),
        # The guard decides, and says what is wrong; the SDK would raise a bare Exception.
        RedirectHandlerOption.get_key(): RedirectHandlerOption(
            max_redirect=_MOST_HOPS + 2, allow_redirect_on_scheme_change=True
        ),
    }
    middleware = [
        *KiotaClientFactory.get_default_middleware(options),
        GraphTelemetryHandler(sdk_options[GraphTelemetryHandlerOption.get_key()]),
        Guard(endpoint),
    ]
    GraphClientFactory.create_with_custom_middleware(middleware, client=client)
    return client
