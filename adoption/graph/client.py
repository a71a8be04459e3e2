"""Microsoft Graph, held open for one run: reports as CSV bytes, accounts and products as values."""

import asyncio
import base64
import json
import re
import ssl
import time
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar

from msgraph.generated.users.users_request_builder import UsersRequestBuilder

from adoption.catalog import Report
from adoption.directory import DirectoryAccount, SubscribedSku
from adoption.errors import ContractError, PermanentError
from adoption.graph.credential import Credential
from adoption.graph.directory import (
    PAGE_SIZE,
    parse_accounts,
    parse_names_are_concealed,
    parse_skus,
    selected,
)
from adoption.graph.download import checked_report
from adoption.graph.errors import Call, GraphUnavailable, reference
from adoption.graph.retry import Waiting
from adoption.graph.session import Session
from adoption.settings import Graph

T = TypeVar("T")

_PERIODS = frozenset({"D7", "D30", "D90", "D180"})


class GraphClient:
    """A connection to Graph for one run and one event loop; an asynchronous context manager.

    `on_wait` hears, in plain words, of each wait that a person would notice. `clock` and `sleep`
    are in seconds; `base_delay` is the first wait between attempts. `tls` is for another trust
    store than httpx's own (which follows SSL_CERT_FILE). `credential` is closed with it, and can
    be used again. Every method raises TransientError or PermanentError (adoption.graph.errors).
    """

    def __init__(
        self,
        settings: Graph,
        credential: Credential,
        *,
        on_wait: Callable[[str], None] = lambda _text: None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        base_delay: float = 2.0,
        tls: ssl.SSLContext | bool = True,
    ) -> None:
        waiting = Waiting(base_delay, clock, sleep, on_wait)
        self._session = Session(settings, credential, waiting=waiting, tls=tls)
        self._unit_attribute = settings.unit_attribute

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._session.close()

    async def fetch_report(
        self, report: Report, *, day: date | None = None, period: str | None = None
    ) -> bytes:
        """The report's CSV file as it came, BOM and all; a header line alone is a file, too.

        Either for one `day` (UTC) or for a `period` of Graph's (D7, D30, D90, D180). Raises
        DayOutOfReach for a day that Graph does not serve, TransientError for a file that came
        empty or cut each time.
        """
        if (day is None) == (period is None):
            raise ValueError("a report is asked for either for a day or for a period")
        if period is not None and period not in _PERIODS:
            raise ValueError(f"Graph knows no period {period}, only {', '.join(sorted(_PERIODS))}")
        call = Call(
            f"{report.function} of {day or period}",
            permission="Reports.Read.All",
            pace_as=report.function,
        )
        builder = self._report_builder(report, day=day, period=period)
        return await self._session.send(
            builder.to_get_request_information,
            call,
            read=lambda body, request_id: checked_report(body, call, request_id=request_id),
        )

    def _report_builder(self, report: Report, *, day: date | None, period: str | None) -> Any:
        # The SDK writes a datetime, which is a date to type checkers, as date=...T00%3A00%3A00.
        argument = day.date() if isinstance(day, datetime) else day or period
        method = f"{_snake_case(report.function)}_with_{'period' if period else 'date'}"
        try:
            return getattr(self._session.graph.reports, method)(argument)
        except AttributeError as error:
            raise PermanentError(
                f"The catalog's {report.name} asks for {report.function}, which msgraph-sdk does "
                f"not know ({method}). Check 'function' and 'grain' in the catalog."
            ) from error

    async def fetch_accounts(self) -> tuple[DirectoryAccount, ...]:
        """Every account of the directory, each once, with the unit attribute of the settings."""
        users = self._session.graph.users
        query: object | None = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(
            select=selected(self._unit_attribute), top=PAGE_SIZE
        )
        build = users.to_get_request_information
        read = partial(parse_accounts, unit_attribute=self._unit_attribute)
        accounts: dict[str, DirectoryAccount] = {}
        links: list[str] = []
        while True:
            call = Call(f"the user list, page {len(links) + 1}", permission="User.Read.All")
            page, link = await self._session.send(build, call, read=_whole(read, call), query=query)
            accounts |= {account.id: account for account in page}
            if link is None:
                return tuple(accounts.values())
            if link in links:
                raise ContractError(f"Graph's {call.what} points back to a page already read.")
            links.append(link)
            build, query = users.with_url(link).to_get_request_information, None

    async def fetch_skus(self) -> tuple[SubscribedSku, ...]:
        """Every product that the tenant subscribes to."""
        call = Call("the subscribed products", permission="Organization.Read.All")
        build = self._session.graph.subscribed_skus.to_get_request_information
        return await self._session.send(build, call, read=_whole(parse_skus, call))

    async def fetch_names_are_concealed(self) -> bool:
        """Whether the tenant's reports hide names; AccessDenied where the app may not look."""
        call = Call("the report settings", permission="ReportSettings.Read.All")
        build = self._session.graph.admin.report_settings.to_get_request_information
        return await self._session.send(build, call, read=_whole(parse_names_are_concealed, call))

    async def fetch_granted_permissions(self) -> frozenset[str] | None:
        """The permissions that the access token carries; None if it does not tell.

        Entra writes application permissions into `roles`, delegated ones into `scp`, separated by
        blanks. A token is for Graph alone to read: what cannot be read as one is left to Graph.
        Raises as `Credential.get_token` does.
        """
        token = await self._session.credential.get_token(self._session.scope, enable_cae=True)
        try:
            payload = token.token.split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
            return frozenset([*claims.get("roles", ()), *claims.get("scp", "").split()])
        except (AttributeError, IndexError, TypeError, ValueError):
            return None


def _snake_case(function: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", function).lower()


def _whole(parse: Callable[[bytes], T], call: Call) -> Callable[[bytes | None, str], T]:
    def read(body: bytes | None, request_id: str) -> T:
        if not body:
            raise GraphUnavailable(
                f"Graph sent nothing when asked for {call.what}{reference(request_id)}. Run the "
                "command again later."
            )
        return parse(body)

    return read
