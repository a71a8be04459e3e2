"""Person-level rows go after some time; what was published stays.

The warehouse and what later windows lean on have been kept by the build before (see archive.py), so
here only folders of days are removed, and never one that the archive does not cover.
"""

import datetime as dt
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from adoption.archive import Mark, read_mark, write_mark
from adoption.catalog import load_catalog
from adoption.errors import PermanentError
from adoption.lake import carry, landed_days, lost_days, remove
from adoption.pipeline.plan import REACH_DAYS, asked_reports, first_open_day
from adoption.settings import Settings
from adoption.warehouse import read_snapshots

log = logging.getLogger(__name__)
DIRECTORY = "directory"
WINDOW_DAYS = 28
LEANS_DAYS = 28
"""Days before a window that its gates and names look at, as far as they are there."""
_AHEAD_DAYS = 7
"""How far today may lie after the newest day that landed: a wrong clock must not empty the lake."""
_NO_PERSONS = frozenset({"plan_set", "subscribed_sku"})


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What a run removed: folders of days, all before `first_kept`."""

    first_kept: dt.date
    folders: int


def first_kept_day(
    snapshots: Sequence[Mapping[str, Any]], *, retention_days: int, as_of: dt.date
) -> dt.date:
    """The first day whose person-level rows are kept, `retention_days` before today.

    Today is never later than a week after the newest day of which the lake has rows.
    """
    return _today(snapshots, as_of) - dt.timedelta(retention_days)


def keep_before_day(
    mark: Mark, snapshots: Sequence[Mapping[str, Any]], *, retention_days: int, as_of: dt.date
) -> dt.date:
    """Rows dated before this day are kept as they are published today, and never made again.

    That is while the lake still has their window and the days before that it leans on, but not as
    long as Graph can still change a day of it.
    """
    first = first_kept_day(snapshots, retention_days=retention_days, as_of=as_of)
    ahead = min(LEANS_DAYS + WINDOW_DAYS - 1, retention_days - REACH_DAYS)
    return max(mark.frozen_before, first + dt.timedelta(ahead))


def final_before_day(
    settings: Settings, snapshots: Sequence[Mapping[str, Any]], *, as_of: dt.date
) -> dt.date:
    """Rows dated before this day rest on days that no later night asks for again.

    The newest day is never before it: findings and the names of exports are of its window.
    """
    reports = asked_reports(load_catalog(), settings.channels.use)
    lost = {report.name: lost_days(settings.home, report.name) for report in reports}
    first = first_open_day(reports, snapshots, as_of=_today(snapshots, as_of), lost=lost)
    return min(first, _newest(snapshots) or dt.date.min)


def forget(settings: Settings, *, as_of: dt.date) -> Forgotten:
    """Removes person-level days before the limit, as far as the archive covers what rests on them.

    The directory snapshot that is in force on the first kept day is carried forward to that day.
    Raises PermanentError where the disk refuses; the next run goes on from there.
    """
    home, mark = settings.home, read_mark(settings.home)
    snapshots = read_snapshots(home)
    first = _first_to_stay(mark, snapshots, settings.privacy.retention_days, as_of)
    old = {
        name: [day for day in days if day < first]
        for name, days in landed_days(home).items()
        if holds_persons(name)
    }
    if not any(old.values()):
        return Forgotten(first, 0)
    try:
        write_mark(home, msgspec.structs.replace(mark, deleted_before=first))
        if old.get(DIRECTORY):
            carry(home, DIRECTORY, max(old[DIRECTORY]), to=first)
        for name, days in old.items():
            for day in days:
                remove(home, name, day)
    except OSError as error:
        raise PermanentError(
            f"Cannot delete person-level rows of days before {first} under {home}: "
            f"{error.strerror or error}. Mend the permissions; the next run tries again."
        ) from error
    count = sum(map(len, old.values()))
    log.info("retention first_kept=%s folders=%d", first, count)
    return Forgotten(first, count)


def holds_persons(name: str) -> bool:
    """Whether rows in this folder of the lake are about persons, or about places of a few.

    All are, but for totals and for which plans and products there are.
    """
    report = load_catalog().get(name)
    return name not in _NO_PERSONS and (report is None or report.grain != "day")


def _today(snapshots: Sequence[Mapping[str, Any]], as_of: dt.date) -> dt.date:
    return min(as_of, (_newest(snapshots) or as_of) + dt.timedelta(_AHEAD_DAYS))


def _newest(snapshots: Sequence[Mapping[str, Any]]) -> dt.date | None:
    return max((s["day"] for s in _of_persons(snapshots) if s["row_count"]), default=None)


def _first_to_stay(
    mark: Mark, snapshots: Sequence[Mapping[str, Any]], retention_days: int, as_of: dt.date
) -> dt.date:
    """The limit, but no later than what the archive covers where windows may rest on older days."""
    limit = first_kept_day(snapshots, retention_days=retention_days, as_of=as_of)
    if all(s["day"] >= limit for s in _of_persons(snapshots)):
        return limit
    if mark.frozen_before == dt.date.min:
        return dt.date.min
    return min(limit, mark.frozen_before - dt.timedelta(WINDOW_DAYS - 1))


def _of_persons(snapshots: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [s for s in snapshots if s["grain"] == "person_day"]
