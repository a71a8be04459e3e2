"""A set-up looked at from top to bottom: this machine, the way to Graph, the tenant, the lake.

A step whose precondition is not there is skipped, with the reason; the ones after it go on.
"""

import asyncio
import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from adoption.calendar import working_days
from adoption.catalog import Report, load_catalog, load_service_plans
from adoption.errors import ConfigError
from adoption.pipeline.doctor.access import look_at_access
from adoption.pipeline.doctor.answers import Answers, ask_graph, no_answers
from adoption.pipeline.doctor.connection import look_at_connection
from adoption.pipeline.doctor.directory import look_at_products, look_at_units
from adoption.pipeline.doctor.finding import Finding, failed, passed, told
from adoption.pipeline.doctor.freshness import look_at_freshness
from adoption.pipeline.doctor.reports import look_at_channels, look_at_names, look_at_reports
from adoption.pipeline.doctor.retention import look_at_retention
from adoption.pipeline.doctor.storage import look_at_storage
from adoption.pipeline.plan import REACH_DAYS, SETTLING_DAYS
from adoption.settings import Settings


def examine(
    settings: Settings,
    *,
    config: Path,
    environ: Mapping[str, str],
    as_of: dt.date,
    clock: Callable[[], dt.datetime],
    on_wait: Callable[[str], None] = lambda _: None,
) -> Iterator[Finding]:
    """Every finding, in order, each as soon as it is there; nothing is changed or kept.

    `as_of` is the day that counts as today, `clock` what this machine holds for the time.
    """
    in_use = settings.channels.use
    reports = [r for r in load_catalog().values() if r.is_pulled and r.channel in in_use]
    yield from _look_at_configuration(settings, config, as_of)
    yield from look_at_storage(settings.home, environ)
    yield from look_at_retention(settings.home, settings.privacy.retention_days, as_of)
    connection = list(look_at_connection(settings.graph.endpoint, clock=clock))
    yield from connection
    day = likely_day(settings, as_of)
    if connection[0].result == "pass":
        answers = asyncio.run(
            ask_graph(settings, reports, environ=environ, day=day, on_wait=on_wait)
        )
    else:
        answers = no_answers(reports, "Graph cannot be reached.")
    yield from _look_at_tenant(settings, reports, answers, day)
    daily = [report.name for report in reports if report.grain != "day"]
    yield from look_at_freshness(settings.home, daily, as_of)


def _look_at_tenant(
    settings: Settings, reports: Sequence[Report], answers: Answers, day: dt.date
) -> Iterator[Finding]:
    yield from look_at_access(answers)
    yield from look_at_reports(reports, answers.reports, day)
    yield look_at_names(answers)
    yield from look_at_products(answers.skus, settings.channels.use, load_service_plans())
    yield from look_at_channels(settings.channels, reports, answers.reports)
    yield from look_at_units(settings, answers.accounts)


def _look_at_configuration(settings: Settings, config: Path, as_of: dt.date) -> Iterator[Finding]:
    """It has been read, or we would not be here; what is left is what no file format can hold."""
    texts = {
        "[organisation] name": settings.organisation.name,
        "[graph] tenant_id": settings.graph.tenant_id,
        "[graph] client_id": settings.graph.client_id,
    }
    if blanks := [name for name, text in texts.items() if "<" in text]:
        yield failed(
            "configuration",
            f"{config} still has '<…>' in {', '.join(blanks)}.",
            advice="Fill in what stands between < and >.",
        )
        return
    try:
        list(working_days(settings.calendar, as_of, as_of))
    except ConfigError as error:
        yield told("configuration", error)
        return
    yield passed("configuration", f"{config} is read; the endpoint is {settings.graph.endpoint}.")


def likely_day(settings: Settings, as_of: dt.date) -> dt.date:
    """The newest working day that Graph should know by now: on days off a report may be empty."""
    newest = as_of - dt.timedelta(SETTLING_DAYS)
    try:
        days = working_days(settings.calendar, as_of - dt.timedelta(REACH_DAYS - 1), newest)
        return max((day for day, is_working in days if is_working), default=newest)
    except ConfigError:  # told as a finding on the configuration
        return newest
