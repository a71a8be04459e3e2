"""What Graph says to each of the doctor's questions; the real client asks, and nothing is kept.

A question that fails, or cannot be asked, has its error for an answer: the others go on.
"""

import asyncio
import datetime as dt
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from adoption.catalog import Report
from adoption.directory import DirectoryAccount, SubscribedSku
from adoption.errors import AdoptionError, ConfigError, TransientError
from adoption.graph.client import GraphClient
from adoption.graph.credential import make_credential
from adoption.graph.errors import TokenRefused
from adoption.graph.retry import worded
from adoption.pipeline import permissions
from adoption.pipeline.doctor.finding import NotAsked
from adoption.reports import ReportFacts, parse_report
from adoption.settings import Settings

T = TypeVar("T")

_PATIENCE = 30.0
"""Seconds; Graph can ask for ten minutes, and a monitor does not wait for that."""


class Busy(TransientError):
    """Graph asks to wait for longer than a check should take."""


@dataclass(frozen=True, slots=True)
class ReportAnswer:
    """One report's file, as far as the doctor needs it."""

    is_of_persons: bool
    row_count: int
    facts: ReportFacts

    @property
    def tells_of_use(self) -> bool:
        """A person's row is enough; of totals, with a row for each day, one that is not zero."""
        if self.is_of_persons:
            return self.row_count > 0
        return any(counted.above_zero for counted in self.facts.counters.values())

    @property
    def is_concealed(self) -> bool:
        return self.facts.concealed_count * 2 > self.row_count

    @property
    def has_names(self) -> bool:
        return self.is_of_persons and self.row_count > 0 and not self.is_concealed


@dataclass(frozen=True, slots=True)
class Answers:
    """`granted` is None where the token does not tell its permissions; `reports` go by name."""

    granted: frozenset[str] | None | AdoptionError
    names_are_concealed: bool | AdoptionError
    reports: Mapping[str, ReportAnswer | AdoptionError]
    skus: Sequence[SubscribedSku] | AdoptionError
    accounts: Sequence[DirectoryAccount] | AdoptionError


def no_answers(
    reports: Sequence[Report], reason: str, *, credential: AdoptionError | None = None
) -> Answers:
    """What there is where Graph is not asked, for `reason`; `credential` if that is why."""
    none = NotAsked(reason)
    by_name = dict.fromkeys((report.name for report in reports), none)
    return Answers(credential or none, none, by_name, none, none)


async def ask_graph(
    settings: Settings,
    reports: Sequence[Report],
    *,
    environ: Mapping[str, str],
    day: dt.date,
    on_wait: Callable[[str], None],
) -> Answers:
    """Graph's answers: one call for each of `reports` (of `day`), the directory, the settings.

    What the token says that it may not do is not asked. That counts against the 14 calls that
    Graph allows for a report in ten minutes.
    """
    try:
        credential = make_credential(settings.graph, environ)
    except ConfigError as error:
        return no_answers(reports, "There is no access token.", credential=error)
    async with GraphClient(
        settings.graph, credential, on_wait=on_wait, sleep=_brief_sleep
    ) as graph:
        granted = await _tried(graph.fetch_granted_permissions())
        if isinstance(granted, AdoptionError):
            return no_answers(reports, "There is no access token.", credential=granted)
        concealed = await _tried(graph.fetch_names_are_concealed())
        if isinstance(concealed, TokenRefused):
            return no_answers(reports, "Graph refuses the access token.", credential=concealed)
        accounts, skus, files = await asyncio.gather(
            _allowed(permissions.DIRECTORY, granted, graph.fetch_accounts),
            _allowed(permissions.PRODUCTS, granted, graph.fetch_skus),
            asyncio.gather(
                *(
                    _allowed(permissions.REPORTS, granted, _question(graph, report, day))
                    for report in reports
                )
            ),
        )
    by_name = dict(zip((report.name for report in reports), files, strict=True))
    return Answers(granted, concealed, by_name, skus, accounts)


async def _brief_sleep(seconds: float) -> None:
    if seconds > _PATIENCE:
        raise Busy(
            f"Graph asks to wait {worded(seconds)}: this or another program has used up the calls "
            "that it allows. Run the check again after that."
        )
    await asyncio.sleep(seconds)


async def _tried(answer: Awaitable[T]) -> T | AdoptionError:
    try:
        return await answer
    except AdoptionError as error:
        return error


async def _allowed(
    what: str, granted: frozenset[str] | None, ask: Callable[[], Awaitable[T]]
) -> T | AdoptionError:
    """The answer, unless the token itself says that it would be refused."""
    if permissions.missing_permission(what, granted):
        return NotAsked(f"The token lacks {permissions.ENOUGH[what][0]}.")
    return await _tried(ask())


def _question(
    graph: GraphClient, report: Report, day: dt.date
) -> Callable[[], Awaitable[ReportAnswer]]:
    is_daily = report.grain != "day"

    async def ask() -> ReportAnswer:
        if is_daily:
            data, days = await graph.fetch_report(report, day=day), 1
        else:
            period = report.period or "D90"
            data = await graph.fetch_report(report, period=period)
            days = int(period.removeprefix("D"))
        # A key that nobody has: the rows are counted and forgotten.
        parsed = parse_report(data, report, key=secrets.token_bytes(32), period_days=days)
        return ReportAnswer(is_daily, parsed.table.num_rows, parsed.facts)

    return ask
