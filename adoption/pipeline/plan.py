"""What to ask Graph for tonight: what is missing, and what can still change."""

import datetime as dt
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from adoption.catalog import Report
from adoption.lake import CUT_SIZES

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
        return 1 if self.day else int((self.report.period or "D0").removeprefix("D"))


def asked_reports(catalog: Mapping[str, Report], channels: Collection[str]) -> list[Report]:
    """What a night asks Graph for: the reports of the channels in use."""
    return [
        report for report in catalog.values() if report.is_pulled and report.channel in channels
    ]


def plan_requests(
    reports: Collection[Report],
    snapshots: Sequence[Mapping[str, Any]],
    *,
    as_of: dt.date,
    since: dt.date | None = None,
    until: dt.date | None = None,
    lost: Mapping[str, Collection[dt.date]] = MappingProxyType({}),
) -> Mapping[str, list[Request]]:
    """Downloads by report name, oldest day first (it is the first that Graph forgets).

    With `since` or `until` every day between them is asked for again, as far as Graph reaches.
    Days in `lost`, by report name, are never asked for.
    """
    by_report = _by_report(snapshots)
    forced = since is not None or until is not None
    first = max(as_of - dt.timedelta(REACH_DAYS), since or dt.date.min)
    last = min(as_of - dt.timedelta(1), until or dt.date.max)
    return {
        report.name: [
            request
            for request in _requests(
                report, by_report.get(report.name, {}), as_of, first, last, forced
            )
            if request.day not in lost.get(report.name, ())
        ]
        for report in reports
    }


def first_open_day(
    reports: Collection[Report],
    snapshots: Sequence[Mapping[str, Any]],
    *,
    as_of: dt.date,
    lost: Mapping[str, Collection[dt.date]] = MappingProxyType({}),
) -> dt.date:
    """The first day that a night would still ask for: no later one changes what lies before."""
    unknown = unknown_channels(snapshots)
    persons = [r for r in reports if r.grain == "person_day" and r.channel not in unknown]
    plan = plan_requests(persons, snapshots, as_of=as_of, lost=lost)
    days = [request.day for requests in plan.values() for request in requests if request.day]
    return min(days, default=dt.date.min)


def days_out_of_reach(
    reports: Collection[Report], snapshots: Sequence[Mapping[str, Any]], *, as_of: dt.date
) -> Mapping[str, list[dt.date]]:
    """Days that Graph no longer serves and that never landed, by person report, oldest first.

    They begin with the first day that landed of any report. A channel that Graph does not know has
    lost nothing.
    """
    by_report = _by_report(snapshots)
    days = [s["day"] for s in snapshots if s["period_days"] == 1 and s["grain"] == "person_day"]
    first = min(days, default=as_of)
    span = range((as_of - first).days, REACH_DAYS, -1)
    unknown = unknown_channels(snapshots)
    return {
        report.name: [
            day
            for age in span
            if (1, day := as_of - dt.timedelta(age)) not in by_report.get(report.name, {})
        ]
        for report in reports
        if report.grain == "person_day" and report.channel not in unknown
    }


def unknown_channels(snapshots: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Channels that Graph said it does not know, and of which no row ever landed."""
    said = {s["channel"] for s in snapshots if s["is_unknown"]}
    return frozenset(said - channels_with_rows(snapshots))


def channels_with_rows(snapshots: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Channels of which any row ever landed."""
    return frozenset(s["channel"] for s in snapshots if s["channel"] and s["row_count"])


def _by_report(
    snapshots: Sequence[Mapping[str, Any]],
) -> Mapping[str, Mapping[tuple[int, dt.date], Mapping[str, Any]]]:
    by_report: dict[str, dict[tuple[int, dt.date], Mapping[str, Any]]] = {}
    for fact in snapshots:
        by_report.setdefault(fact["report"], {})[fact["period_days"], fact["day"]] = fact
    return by_report


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
    fetched = [
        fact["fetched_on"]
        for (period, _), fact in landed.items()
        if period > 1 and not fact["is_unknown"]
    ]
    return not fetched or (as_of - max(fetched)).days >= HISTORY_EVERY_DAYS


def _can_change(fact: Mapping[str, Any] | None, day: dt.date, has_rows: bool) -> bool:
    """Missing, not settled, not whole, or an empty weekday of a report with rows on other days."""
    if fact is None or (fact["fetched_on"] - day).days < SETTLING_DAYS:
        return True
    if fact["refresh_date"] is not None and fact["refresh_date"] < day:
        return True
    if fact["refused_count"] or fact["concealed_count"] * 2 > fact["row_count"]:
        return True
    if fact["row_count"] in CUT_SIZES or _has_blank_column(fact):
        return True
    return has_rows and fact["row_count"] == 0 and day.weekday() < 5


def _has_blank_column(fact: Mapping[str, Any]) -> bool:
    """Whether a counter is blank in all rows, as the lake's footers tell it."""
    counters = json.loads(fact.get("counters") or "{}").values()
    return any(0 < counter["blank"] == fact["row_count"] for counter in counters)
