"""Graph to lake: every report by itself, side by side, each download landed as it arrives.

A run that is killed loses at most the download under way; the next one goes on from there.
"""

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from adoption.catalog import Report, load_catalog
from adoption.directory import (
    DirectoryAccount,
    SubscribedSku,
    accounts_table,
    plan_sets_table,
    skus_table,
)
from adoption.errors import (
    AdoptionError,
    ConfigError,
    DayOutOfReach,
    PermanentError,
    TransientError,
)
from adoption.key import load_key
from adoption.lake import Outcome, Snapshot, land, sweep
from adoption.pipeline.plan import Request, plan_requests
from adoption.reports import parse_report
from adoption.settings import Settings
from adoption.warehouse import read_snapshots

log = logging.getLogger(__name__)
DIRECTORY = "directory"
_GIVE_UP_AFTER = 3
Progress = Callable[[str, int, int], None]
"""Called with what is being fetched, how many of its downloads are done, and of how many."""


class Graph(Protocol):
    """What a pull needs of Graph; `adoption.graph.client.GraphClient` is it."""

    async def fetch_report(
        self, report: Report, *, day: dt.date | None = None, period: str | None = None
    ) -> bytes: ...

    async def fetch_accounts(self) -> Sequence[DirectoryAccount]: ...

    async def fetch_skus(self) -> Sequence[SubscribedSku]: ...


@dataclass(slots=True)
class PullResult:
    """What a pull did: outcomes of landings, what failed and why, days that are gone for good."""

    outcomes: dict[Outcome, int] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    asked: int = 0
    fetched: set[str] = field(default_factory=set)
    is_worth_retrying: bool = True
    """Whether another try could change each of the failures."""

    @property
    def is_partial(self) -> bool:
        return bool(self.failures)


@dataclass(frozen=True, slots=True)
class _Pull:
    home: Path
    key: bytes
    as_of: dt.date
    graph: Graph
    progress: Progress
    result: PullResult
    newest: dict[str, dt.date]
    """Newest Report Refresh Date seen so far in this pull, by channel."""


async def pull(
    settings: Settings,
    graph: Graph,
    *,
    environ: Mapping[str, str],
    as_of: dt.date,
    since: dt.date | None = None,
    until: dt.date | None = None,
    names: Sequence[str] = (),
    progress: Progress = lambda *_: None,
) -> PullResult:
    """Lands what is missing or can still change, and says what it could not get.

    `names` limits it to these reports (or `directory`). Raises ConfigError for an unknown name,
    PermanentError or TransientError where no report at all could be fetched, PermanentError where
    the disk refuses.
    """
    reports = _chosen(load_catalog(), settings, names)
    sweep(settings.home)
    key = load_key(settings.home, environ)
    plan = plan_requests(
        reports, read_snapshots(settings.home), as_of=as_of, since=since, until=until
    )
    run = _Pull(settings.home, key, as_of, graph, progress, PullResult(), {})
    try:
        totals = [plan[r.name] for r in reports if r.grain == "day"]
        await asyncio.gather(
            *(_pull_report(run, requests) for requests in totals),
            *([_pull_directory(run, settings)] if not names or DIRECTORY in names else []),
        )
        details = [plan[r.name] for r in reports if r.grain == "person_day"]
        await asyncio.gather(*(_pull_report(run, requests) for requests in details))
    except OSError as error:
        raise PermanentError(
            f"Cannot write to the lake under {settings.home}: {error.strerror or error}. Free some "
            "space or mend the permissions; what has landed is kept."
        ) from error
    wanted = {report.name for report in reports} or {DIRECTORY}
    if run.result.failures and not wanted & run.result.fetched:
        raise _nothing_fetched(run.result)
    return run.result


def _nothing_fetched(result: PullResult) -> AdoptionError:
    """Each cause once, with the reports that it kept away."""
    kind = TransientError if result.is_worth_retrying else PermanentError
    names: dict[str, list[str]] = {}
    for name, message in result.failures.items():
        names.setdefault(message, []).append(name)
    lines = [f"{', '.join(those)}: {message}" for message, those in names.items()]
    return kind("\n".join(["Nothing could be fetched.", *lines]))


def _chosen(
    catalog: Mapping[str, Report], settings: Settings, names: Sequence[str]
) -> list[Report]:
    unknown = sorted(set(names) - {*catalog, DIRECTORY})
    if unknown:
        raise ConfigError(
            f"Unknown report: {', '.join(unknown)}. Known: {', '.join((*catalog, DIRECTORY))}."
        )
    return [
        report
        for report in catalog.values()
        if report.channel in settings.channels.use and (not names or report.name in names)
    ]


async def _pull_report(run: _Pull, requests: Sequence[Request]) -> None:
    """One report's downloads, one after the other; gives up after several failures in a row."""
    failed_in_a_row = 0
    for number, request in enumerate(requests):
        name = request.report.name
        run.progress(name, number, len(requests))
        run.result.asked += 1
        try:
            await _fetch_and_land(run, request)
            failed_in_a_row = 0
        except DayOutOfReach:
            run.result.lost.append(f"{name} {request.day}")
        except AdoptionError as error:
            failed_in_a_row += 1
            run.result.failures[name] = str(error)
            run.result.is_worth_retrying &= isinstance(error, TransientError)
            log.warning("report=%s day=%s failed: %s", name, request.day, error)
            if isinstance(error, PermanentError) or failed_in_a_row == _GIVE_UP_AFTER:
                return
    if requests:
        run.progress(requests[0].report.name, len(requests), len(requests))


async def _fetch_and_land(run: _Pull, request: Request) -> None:
    report = request.report
    period = None if request.day else report.period
    data = await run.graph.fetch_report(report, day=request.day, period=period)
    table = parse_report(data, report, key=run.key, period_days=request.period_days)
    refreshed = pc.max(table["report_refresh_date"]).as_py()
    newest = max(filter(None, (refreshed, run.newest.get(report.channel))), default=None)
    if newest:
        run.newest[report.channel] = newest
    snapshot = Snapshot(
        report=report.name,
        day=request.day or refreshed or run.as_of,
        period_days=request.period_days,
        fetched_on=run.as_of,
        channel=report.channel,
        grain=report.grain,
        refresh_date=newest,
        row_count=table.num_rows,
        concealed_count=_count_concealed(table),
    )
    _land(run, snapshot, table)


def _count_concealed(table: pa.Table) -> int:
    if "identity_class" not in table.column_names:
        return 0
    return int(pc.sum(pc.equal(table["identity_class"], "concealed")).as_py() or 0)


async def _pull_directory(run: _Pull, settings: Settings) -> None:
    run.progress(DIRECTORY, 0, 1)
    run.result.asked += 1
    try:
        accounts = await run.graph.fetch_accounts()
        skus = await run.graph.fetch_skus()
        if not accounts:
            raise PermanentError(
                "Graph answered with no accounts at all; the last directory stays."
            )
    except AdoptionError as error:
        run.result.failures[DIRECTORY] = str(error)
        run.result.is_worth_retrying &= isinstance(error, TransientError)
        log.warning("report=directory failed: %s", error)
        return
    tables = {
        DIRECTORY: accounts_table(accounts, key=run.key, exclude=settings.units.exclude),
        "plan_set": plan_sets_table(accounts),
        "subscribed_sku": skus_table(skus),
    }
    for name, table in tables.items():
        _land(run, Snapshot(name, run.as_of, 1, run.as_of, row_count=table.num_rows), table)
    run.progress(DIRECTORY, 1, 1)


def _land(run: _Pull, snapshot: Snapshot, table: pa.Table) -> None:
    outcome = land(run.home, snapshot, table)
    run.result.outcomes[outcome] = run.result.outcomes.get(outcome, 0) + 1
    run.result.fetched.add(snapshot.report)
