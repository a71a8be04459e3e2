"""Every day that Graph still serves, fetched again: after an outage, or a change in the tenant."""

import datetime as dt
from pathlib import Path

from prefect import flow

from adoption.pipeline.lock import only_run
from adoption.pipeline.plan import REACH_DAYS
from adoption.pipeline.pull import PullResult
from adoption.settings import load_settings
from flows.nightly import build_task, export_task, pull_task


@flow(name="backfill")
def backfill(
    config: str = "config/adoption.toml",
    home: str | None = None,
    as_of: dt.date | None = None,
    since: dt.date | None = None,
) -> PullResult:
    """Pulls all days from `since` (default: as far as Graph reaches), builds and exports."""
    settings = load_settings(Path(config), home=home)
    today = as_of or dt.datetime.now(dt.UTC).date()
    with only_run(settings.home):
        pulled = pull_task(settings, today, since or today - dt.timedelta(REACH_DAYS))
        build_task(settings, today)
        export_task(settings)
    return pulled
