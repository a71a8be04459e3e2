"""The night as a Prefect flow: pull, build, export, tell, forget; a thin skin over functions.

Only the pull is tried again, and only where another try can change the outcome; what went wrong
with a single report is asked for again in the next night anyway.
"""

import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_table_artifact

from adoption.errors import TransientError
from adoption.pipeline.build import build_warehouse
from adoption.pipeline.export import export
from adoption.pipeline.lock import only_run
from adoption.pipeline.message import tell_news
from adoption.pipeline.nightly import flag_table, open_flags, pull_from_graph
from adoption.pipeline.pull import PullResult
from adoption.pipeline.retention import forget
from adoption.settings import Settings, load_settings


@dataclass(frozen=True, slots=True)
class NightlyResult:
    """What a night did: the pull, the exported folder, what it could not tell, the open flags."""

    pull: PullResult
    folder: Path
    warnings: list[str]
    flags: list[dict[str, object]]


def _is_transient(_task: Any, _run: Any, state: Any) -> bool:
    return isinstance(state.result(raise_on_failure=False), TransientError)


@task(name="pull", retries=1, retry_delay_seconds=15, retry_condition_fn=_is_transient)
def pull_task(settings: Settings, as_of: dt.date, since: dt.date | None = None) -> PullResult:
    """Graph to lake."""
    return pull_from_graph(settings, environ=os.environ, as_of=as_of, since=since)


@task(name="build")
def build_task(settings: Settings, as_of: dt.date) -> list[str]:
    """Lake to warehouse."""
    return build_warehouse(settings, as_of=as_of)


@task(name="export")
def export_task(settings: Settings) -> Path:
    """Warehouse to files for leadership."""
    return export(settings)


@task(name="message")
def message_task(settings: Settings) -> list[str]:
    """What is new, to those who are to know; returns warnings."""
    return tell_news(settings, environ=os.environ, now=dt.datetime.now(dt.UTC))


@task(name="retention")
def retention_task(settings: Settings, as_of: dt.date) -> None:
    """Person-level rows beyond the limit, out of the lake; only once all before has gone well."""
    forget(settings, as_of=as_of)


@flow(name="nightly")
def nightly(
    config: str = "config/adoption.toml", home: str | None = None, as_of: dt.date | None = None
) -> NightlyResult:
    """Pulls, builds, exports, tells what is new and deletes what is too old, for the day `as_of`.

    The default is today, UTC. A failed pull, build or check raises, what was published before
    stays, and nothing is deleted; a report that could not be fetched is in the result, and the rest
    is published.
    """
    settings = load_settings(Path(config), home=home)
    today = as_of or dt.datetime.now(dt.UTC).date()
    with only_run(settings.home):
        pulled = pull_task(settings, today)
        build_task(settings, today)
        folder = export_task(settings)
        warnings = message_task(settings)
        retention_task(settings, today)
    flags = open_flags(settings.home)
    create_table_artifact(
        key="open-flags",
        table=flag_table(flags),
        description="Units that information does not reach.",
    )
    return NightlyResult(pulled, folder, warnings, flags)
