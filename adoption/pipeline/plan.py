"""What to ask Graph for tonight: what is missing, and what can still change."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adoption.catalog import Report

REACH_DAYS = 28
"""Graph serves a day's report for 28 days (it says so in its error; its documentation said 30)."""
REVISED_DAYS = 5
"""The newest days are asked for at every run: Graph still fills in late figures."""
SETTLING_DAYS = 3
"""A day fetched so many days later is settled: its late figures are in."""
HISTORY_EVERY_DAYS = 7


@dataclass(frozen=True, slots=True)
class Request:
    """One download: a report for a day, or (`day` None) for the period in its catalog entry."""

    report: Report
    day: dt.date | None = None

    @property
    def period_days(self) -> int:
        return 1 if self.day else int(self.report.period.removeprefix("D"))


def plan_requests(
    reports: Collection[Report],
    snapshots: Sequence[Mapping[str, Any]],
    *,
    as_of: dt.date,
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> Mapping[str, list[Request]]:
    """Downloads by report name, oldest day first (it is the first that Graph forgets).

    With `since` or `until` every day between them is asked for again, as far as Graph reaches.
    """
    by_report: dict[str, dict[tuple[int, dt.date], Mapping[str, Any]]] = {}
    for fact in snapshots:
        by_report.setdefault(fact["report"], {})[fact["period_days"], fact["day"]] = fact
    forced = since is not None or until is not None
    first = max(as_of - dt.timedelta(REACH_DAYS), since or dt.date.min)
    last = min(as_of - dt.timedelta(1), until or dt.date.max)
    return {
        report.name: list(
            _requests(report, by_report.get(report.name, {}), as_of, first, last, forced)
        )
        for report in reports
    }


def _requests(
    report: Report,
    landed: Mapping[tuple[int, dt.date], Mapping[str, Any]],
    as_of: dt.date,
    first: dt.date,
    last: dt.date,
    forced: bool,
) -> Iterator[Request]:
    if report.grain == "day":
        yield Request(report)
        return
    if _history_is_due(landed, as_of):
        yield Request(report)
    has_rows = any(fact["row_count"] for fact in landed.values())
    for age in range((as_of - first).days, (as_of - last).days - 1, -1):
        day = as_of - dt.timedelta(age)
        fact = landed.get((1, day))
        if forced or age <= REVISED_DAYS or _can_change(fact, day, has_rows):
            yield Request(report, day)


def _history_is_due(
    landed: Mapping[tuple[int, dt.date], Mapping[str, Any]], as_of: dt.date
) -> bool:
    fetched = [fact["fetched_on"] for (period, _), fact in landed.items() if period > 1]
    return not fetched or (as_of - max(fetched)).days >= HISTORY_EVERY_DAYS


def _can_change(fact: Mapping[str, Any] | None, day: dt.date, has_rows: bool) -> bool:
    """Missing, not settled, or an empty weekday of a report that has rows on other days."""
    if fact is None or (fact["fetched_on"] - day).days < SETTLING_DAYS:
        return True
    if fact["refresh_date"] is not None and fact["refresh_date"] < day:
        return True
    return has_rows and fact["row_count"] == 0 and day.weekday() < 5
