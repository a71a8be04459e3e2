"""Whether old person-level rows are deleted, and what was published of them is still kept."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from adoption.archive import lost_tables, read_mark
from adoption.errors import PermanentError
from adoption.lake import landed_days
from adoption.pipeline.doctor.finding import Finding, failed, passed, told, warned
from adoption.pipeline.retention import holds_persons

_CHECK = "retention"
_GRACE_DAYS = 2
"""A day falls due while the night that deletes it is still to come."""


def look_at_retention(home: Path, retention_days: int, as_of: dt.date) -> Iterator[Finding]:
    """Findings on the oldest person-level day under `home`, and on the archive."""
    days = [day for name, days in landed_days(home).items() if holds_persons(name) for day in days]
    if not days:
        return
    yield _age_finding(min(days), as_of - dt.timedelta(retention_days), retention_days)
    try:
        mark = read_mark(home)
    except PermanentError as error:
        yield told(_CHECK, error, scope="archive")
        return
    if gone := lost_tables(home, mark):
        yield failed(
            _CHECK,
            f"The archive of published rows has lost {', '.join(gone)}.",
            advice=f"Put {home / 'lake' / 'archive'} back from a backup.",
            scope="archive",
        )


def _age_finding(oldest: dt.date, limit: dt.date, retention_days: int) -> Finding:
    if oldest < limit - dt.timedelta(_GRACE_DAYS):
        return warned(
            _CHECK,
            f"There are person-level rows of {oldest}, older than {retention_days} days.",
            advice="Run 'adoption nightly' ('adoption build' where nothing is pulled). Rows "
            "only go as newer ones come in: where the pipeline is not to go on, delete the lake.",
        )
    return passed(_CHECK, f"No person-level rows are older than {retention_days} days.")
