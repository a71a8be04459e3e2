"""Graph to lake: every report by itself, side by side, each download landed as it arrives.

A run that is killed loses at most the download under way; the next one goes on from there.
"""

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

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
from adoption.files.cells import Refusal
from adoption.graph.errors import AccessDenied, NoUsageData
from adoption.key import load_key
from adoption.lake import Outcome, Snapshot, land, land_anyway, lost_days, mark_lost, sweep
from adoption.pipeline import permissions
from adoption.pipeline.permissions import missing_permission
from adoption.pipeline.plan import (
    REACH_DAYS,
    Request,
    asked_reports,
    channels_with_rows,
    days_out_of_reach,
    plan_requests,
)
from adoption.reports import parse_report, report_schema
from adoption.settings import Settings
from adoption.spans import spans
from adoption.texts import label
from adoption.warehouse import read_snapshots

log = logging.getLogger(__name__)
DIRECTORY = "directory"
PRODUCTS = "subscribed_sku"
_GIVE_UP_AFTER = 3
_LEAST_SHARE = 0.8
"""A directory with a smaller share of the last one's accounts is not believed by itself."""
Progress = Callable[[str, int, int], None]
"""Called with what is being fetched, how many of its downloads are done, and of how many."""


class Graph(Protocol):
    """What a pull needs of Graph; `adoption.graph.client.GraphClient` is it."""

    async def fetch_report(
        self, report: Report, *, day: dt.date | None = None, period: str | None = None
    ) -> bytes: ...

    async def fetch_accounts(self) -> Sequence[DirectoryAccount]: ...

    async def fetch_skus(self) -> Sequence[SubscribedSku]: ...

    async def fetch_granted_permissions(self) -> Collection[str] | None: ...


@dataclass(slots=True)
class PullResult:
    """What a pull did: outcomes of landings, what failed and why, days that are gone for good."""

    outcomes: dict[Outcome, int] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    """Days that can no longer be had, by report; each is told by one run only."""
    warnings: list[str] = field(default_factory=list)
    asked: int = 0
    fetched: set[str] = field(default_factory=set)
    refused_rows: int = 0
    is_worth_retrying: bool = True
    """Whether another try could change each of the failures."""

    @property
    def is_partial(self) -> bool:
        return bool(self.failures or self.refused_rows)


@dataclass(frozen=True, slots=True)
class _Pull:
    home: Path
    key: bytes
    as_of: dt.date
    graph: Graph
    progress: Progress
    snapshots: Sequence[Mapping[str, Any]]
    """What had landed before this pull."""
    granted: Collection[str] | None
    result: PullResult = field(default_factory=PullResult)
    newest: dict[str, dt.date] = field(default_factory=dict)
    """Newest Report Refresh Date seen so far in this pull, by channel."""
    unknown: dict[str, NoUsageData] = field(default_factory=dict)
    """Reports that Graph does not know of this tenant, and its words."""
    too_old: dict[str, list[dt.date]] = field(default_factory=dict)
    too_new: dict[str, list[dt.date]] = field(default_factory=dict)
    """Days that Graph did not serve, by report: forgotten, or not there yet by its clock."""


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
    PermanentError or TransientError where no report at all could be fetched (or no token), and
    PermanentError where the permission for reports is missing or the disk refuses.
    """
    reports = _chosen(load_catalog(), settings, names)
    sweep(settings.home)
    key = load_key(settings.home, environ)
    granted = await _granted(graph)
    if reports and (problem := missing_permission(permissions.REPORTS, granted)):
        raise PermanentError(f"Nothing could be fetched.\n{problem}")
    snapshots = read_snapshots(settings.home)
    plan = plan_requests(
        reports, snapshots, as_of=as_of, since=since, until=until,
        lost={report.name: lost_days(settings.home, report.name) for report in reports},
    )  # fmt: skip
    run = _Pull(settings.home, key, as_of, graph, progress, snapshots, granted)
    try:
        await _pull_all(run, settings, reports, plan, names)
        _settle_unknown(run, reports)
        wanted = {report.name for report in reports} or {DIRECTORY}
        if run.result.failures and not wanted & run.result.fetched:
            raise _nothing_fetched(run.result)
        _tell_of_days(run, reports)
    except OSError as error:
        raise PermanentError(
            f"Cannot write to the lake under {settings.home}: {error.strerror or error}. Free some "
            "space or mend the permissions; what has landed is kept."
        ) from error
    return run.result


async def _granted(graph: Graph) -> Collection[str] | None:
    """The permissions that the token carries; without any token there is no use in going on."""
    try:
        return await graph.fetch_granted_permissions()
    except AdoptionError as error:
        kind = TransientError if isinstance(error, TransientError) else PermanentError
        raise kind(f"Nothing could be fetched.\n{error}") from error


async def _pull_all(
    run: _Pull,
    settings: Settings,
    reports: Sequence[Report],
    plan: Mapping[str, Sequence[Request]],
    names: Sequence[str],
) -> None:
    """Totals, directory and products side by side, then the days, whose freshness totals tell."""
    directory = not names or DIRECTORY in names
    await asyncio.gather(
        *(_pull_report(run, plan[r.name]) for r in reports if r.grain == "day"),
        *([_pull_directory(run, settings, named=DIRECTORY in names)] if directory else []),
        *([_pull_products(run)] if directory else []),
    )
    await asyncio.gather(
        *(_pull_report(run, plan[r.name]) for r in reports if r.grain == "person_day")
    )


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
    known = [*(name for name, report in catalog.items() if report.is_pulled), DIRECTORY]
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise ConfigError(f"Unknown report: {', '.join(unknown)}. Known: {', '.join(known)}.")
    reports = asked_reports(catalog, settings.channels.use)
    return [report for report in reports if not names or report.name in names]


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
            _note_out_of_reach(run, request)
        except NoUsageData as error:
            run.unknown[name] = error
            return
        except AdoptionError as error:
            failed_in_a_row += 1
            _fail(run, name, error)
            if isinstance(error, AccessDenied) or failed_in_a_row == _GIVE_UP_AFTER:
                return
    if requests:
        run.progress(requests[0].report.name, len(requests), len(requests))


def _fail(run: _Pull, name: str, error: AdoptionError) -> None:
    run.result.failures[name] = str(error)
    run.result.is_worth_retrying &= isinstance(error, TransientError)
    log.warning("report=%s failed: %s", name, error)


def _note_out_of_reach(run: _Pull, request: Request) -> None:
    """Old: lost. Young: the clock of this machine is ahead of Graph's, and the day will come."""
    if request.day is not None:
        is_old = (run.as_of - request.day).days >= REACH_DAYS - 1
        days = run.too_old if is_old else run.too_new
        days.setdefault(request.report.name, []).append(request.day)


async def _fetch_and_land(run: _Pull, request: Request) -> None:
    report = request.report
    period = None if request.day else report.period
    data = await run.graph.fetch_report(report, day=request.day, period=period)
    parsed = parse_report(data, report, key=run.key, period_days=request.period_days)
    refreshed = pc.max(parsed.table["report_refresh_date"]).as_py()
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
        row_count=parsed.table.num_rows,
        facts=parsed.facts,
    )
    _count(run, snapshot, land(run.home, snapshot, parsed.table))
    if parsed.refused:
        _tell_of_refused(run, request, parsed.refused)


def _tell_of_refused(run: _Pull, request: Request, refused: Sequence[Refusal]) -> None:
    first, count = refused[0], len(refused)
    run.result.refused_rows += count
    run.result.warnings.append(
        f"{request.report.name} {request.day or request.report.period}: {count} "
        f"{'row' if count == 1 else 'rows'} could not be used, the first, row {first.row}: "
        f"{first.reason}. The day stays incomplete and is asked for again."
    )


def _settle_unknown(run: _Pull, reports: Sequence[Report]) -> None:
    """A channel that Graph does not know is left out; where it once had rows, that is a failure.

    So it is where Graph knows no channel at all (a new tenant, a wrong one), or where only one of
    the channel's reports is unknown. What lands then is an empty snapshot that says so.
    """
    reports_of: dict[str, list[Report]] = {}
    for report in load_catalog().values():
        if report.is_pulled:
            reports_of.setdefault(report.channel, []).append(report)
    answered = {report.channel for report in reports if report.name in run.result.fetched}
    known = answered | channels_with_rows(run.snapshots)
    for channel in {report.channel for report in reports if report.name in run.unknown}:
        theirs = reports_of[channel]
        if answered and channel not in known and all(r.name in run.unknown for r in theirs):
            _land_unknown(run, theirs)
        else:
            for name in (r.name for r in theirs if r.name in run.unknown):
                _fail(run, name, run.unknown[name])


def _land_unknown(run: _Pull, reports: Sequence[Report]) -> None:
    for report in reports:
        request = Request(report)
        snapshot = Snapshot(
            report.name, run.as_of, request.period_days, run.as_of,
            channel=report.channel, grain=report.grain, is_unknown=True,
        )  # fmt: skip
        _count(run, snapshot, land(run.home, snapshot, report_schema(report).empty_table()))
    run.result.warnings.append(
        f"{label(reports[0].channel, 'en')} is unknown to Graph in this tenant; it is left out."
    )


def _tell_of_days(run: _Pull, reports: Sequence[Report]) -> None:
    """Marks and tells the days that are lost, each once, and tells those that Graph holds back."""
    landed_late = days_out_of_reach(reports, run.snapshots, as_of=run.as_of)
    for report in reports:
        gone = {*landed_late.get(report.name, ()), *run.too_old.get(report.name, ())}
        new = sorted(gone - lost_days(run.home, report.name))
        for day in new:
            mark_lost(run.home, report.name, day)
        if new:
            run.result.lost.append(f"{report.name} {spans(new)}")
        if report.name in run.too_new:
            run.result.warnings.append(
                f"{report.name} {spans(run.too_new[report.name])}: Graph says that it does not "
                "serve this yet. Check this machine's clock and date (UTC); it is asked for again."
            )


async def _pull_directory(run: _Pull, settings: Settings, *, named: bool) -> None:
    """The accounts and their plans; `named` means that a person asked for just this."""
    run.progress(DIRECTORY, 0, 1)
    run.result.asked += 1
    try:
        _refuse_without_permission(run, permissions.DIRECTORY)
        accounts = await run.graph.fetch_accounts()
        _refuse_lost_accounts(run, len(accounts), named=named)
    except AdoptionError as error:
        _fail(run, DIRECTORY, error)
        return
    table = accounts_table(accounts, key=run.key, exclude=settings.units.exclude)
    _land_table(run, DIRECTORY, table)
    _land_table(run, "plan_set", plan_sets_table(accounts))
    run.progress(DIRECTORY, 1, 1)


async def _pull_products(run: _Pull) -> None:
    """The products that the tenant has bought; without them the directory is as good."""
    try:
        _refuse_without_permission(run, permissions.PRODUCTS)
        skus = await run.graph.fetch_skus()
    except AdoptionError as error:
        _fail(run, PRODUCTS, error)
        return
    _land_table(run, PRODUCTS, skus_table(skus))


def _refuse_without_permission(run: _Pull, what: str) -> None:
    if problem := missing_permission(what, run.granted):
        raise AccessDenied(problem)


def _refuse_lost_accounts(run: _Pull, count: int, *, named: bool) -> None:
    """An answer that leaves out many people would make strangers of them all."""
    if not count:
        raise PermanentError("Graph answered with no accounts at all; the last directory stays.")
    landed = [s for s in run.snapshots if s["report"] == DIRECTORY]
    last = max(landed, key=lambda s: s["day"], default=None)
    if last is not None and count < last["row_count"] * _LEAST_SHARE and not named:
        raise PermanentError(
            f"Graph answered with {count} accounts; on {last['day']} it had {last['row_count']}. "
            "The last directory stays in force. Compare the two numbers with Entra's; if so many "
            "have left, accept it with 'adoption pull --report directory'."
        )


def _land_table(run: _Pull, name: str, table: pa.Table) -> None:
    snapshot = Snapshot(name, run.as_of, 1, run.as_of, row_count=table.num_rows)
    _count(run, snapshot, land_anyway(run.home, snapshot, table))


def _count(run: _Pull, snapshot: Snapshot, outcome: Outcome) -> None:
    run.result.outcomes[outcome] = run.result.outcomes.get(outcome, 0) + 1
    run.result.fetched.add(snapshot.report)
