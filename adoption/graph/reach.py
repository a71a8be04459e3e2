"""Whether the endpoint can be reached at all, and what time it is there; asked without a token.

Proxies and trusted authorities of the environment count just as in the client's own requests.
"""

import socket
import ssl
import urllib.request
from collections.abc import Iterator
from datetime import datetime

import httpx

from adoption.errors import PermanentError
from adoption.graph.errors import redacted
from adoption.graph.retry import parse_http_date
from adoption.settings import LOOPBACK_HOSTS

_TIMEOUT = httpx.Timeout(20.0, connect=10.0)


def fetch_endpoint_time(endpoint: str) -> datetime | None:
    """The time by the Date of the endpoint's answer, whatever it answers; None if it has none.

    Raises PermanentError that names the stage which failed: name, connection, TLS or answer.
    """
    url = httpx.URL(endpoint)
    trust_env = url.host not in LOOPBACK_HOSTS  # as in transport.open_http_client
    try:
        with (
            httpx.Client(timeout=_TIMEOUT, trust_env=trust_env) as client,
            client.stream("GET", url) as answer,
        ):
            return parse_http_date(answer.headers.get("Date", ""))
    except httpx.HTTPError as error:
        raise _failure(error, url, is_proxied=trust_env and _is_proxied(url)) from error
    except OSError as error:  # from SSL_CERT_FILE, before anything is sent
        raise PermanentError(
            f"TLS: the trusted authorities cannot be read ({redacted(str(error))}). Check "
            "SSL_CERT_FILE and SSL_CERT_DIR in the environment."
        ) from error


def _is_proxied(url: httpx.URL) -> bool:
    proxies = urllib.request.getproxies()
    return bool({url.scheme, "all"} & proxies.keys()) and not urllib.request.proxy_bypass(url.host)


def _failure(error: httpx.HTTPError, url: httpx.URL, *, is_proxied: bool) -> PermanentError:
    """The stage, by what lies beneath httpx's error: it calls all but the last a ConnectError."""
    causes = list(_causes(error))
    where = f"{url.host}, port {url.port or (443 if url.scheme == 'https' else 80)}"
    host = f"{url.host} (or its proxy)" if is_proxied else url.host
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return PermanentError(
            f"DNS: the name {host} cannot be resolved. Check [graph] endpoint and this machine's "
            "name servers; where only a proxy leads out, set HTTPS_PROXY."
        )
    refusals = [cause for cause in causes if isinstance(cause, ssl.SSLCertVerificationError)]
    if refusals:
        return PermanentError(
            f"TLS: the certificate of {host} is not trusted ({refusals[0].verify_message}). Check "
            "this machine's clock; behind a proxy that opens TLS, set SSL_CERT_FILE and "
            "REQUESTS_CA_BUNDLE to the file of its authority."
        )
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return PermanentError(
            f"TLS: no handshake with {host} ({_said(error)}). Check [graph] endpoint, and any "
            "proxy or firewall on the way."
        )
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError):
        way = " through the proxy of the environment" if is_proxied else ""
        return PermanentError(
            f"{where} cannot be reached{way} ({_said(error)}). Check the network, "
            "[graph] endpoint, and any proxy or firewall on the way."
        )
    return PermanentError(
        f"{where} takes the connection and sends no answer ({_said(error)}). Check [graph] "
        "endpoint, and any proxy on the way."
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _said(error: httpx.HTTPError) -> str:
    return redacted(f"{type(error).__name__}: {error}").rstrip(".: ")
