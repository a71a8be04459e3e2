"""The figures of one window, unit by unit, counted person by person."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import product
from typing import NamedTuple

from adoption.demo.world import Account, Counters
from adoption.settings import Settings
from tests.truth.landing import Landed, Row, channels_of
from tests.truth.people import PSEUDO_UNITS, Directory, Tree
from tests.truth.statistics import wilson

WINDOW = 28
BEARABLE_GAP = 4
LEVELS = ("account", "licensed", "onboarded", "active", "reached", "contributing")
REASONS = {
    "account": "no_account",
    "licensed": "no_licence",
    "onboarded": "never_onboarded",
    "active": "dormant",
    "reached": "wrong_channel",
}

# The table of roles in definitions.md. What is in neither set is `other`.
RECEIVE = {
    "teams": {"Meetings Attended Count", "Has Other Action"},
    "viva_engage": {"Read Count"},
    "sharepoint": {"Visited Page Count", "Viewed Or Edited File Count"},
}
CONTRIBUTE = {
    "teams": {"Team Chat Message Count", "Post Messages", "Reply Messages"},
    "viva_engage": {"Posted Count", "Liked Count"},
    "sharepoint": {"Shared Internally File Count", "Shared Externally File Count"},
}
CONVERSATIONAL = {"teams", "viva_engage"}


class ReachRow(NamedTuple):
    """A row of `marts.unit_reach`."""

    status: str
    staff: int | None = None
    account: int | None = None
    licensed: int | None = None
    onboarded: int | None = None
    active: int | None = None
    reached: int | None = None
    contributing: int | None = None
    reach_rate: float | None = None
    reach_low: float | None = None
    reach_high: float | None = None
    reason: str | None = None


class ChannelRow(NamedTuple):
    """A row of `marts.unit_channel`."""

    status: str
    licensed: int | None = None
    active: int | None = None
    received: int | None = None
    contributed: int | None = None
    rate: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Deeds:
    """Who was active, received and contributed: object ids."""

    active: Set[str] = frozenset()
    received: Set[str] = frozenset()
    contributed: Set[str] = frozenset()


Diary = Mapping[str, Mapping[date, Deeds]]
"""Channel and day to what people did."""


def read_day(channel: str, day: date, report: Landed, directory: Directory) -> Deeds:
    """What the rows of one day's report say that people did."""
    did = [(directory.person_of(row, day), _kinds(channel, row.counters)) for row in report.rows]
    return Deeds(*({who for who, kinds in did if who and kinds[n]} for n in range(3)))


def _kinds(channel: str, counters: Counters) -> tuple[bool, bool, bool]:
    """(active, received, contributed)."""
    above = {heading for heading, value in counters.items() if value}
    contributed = bool(above & CONTRIBUTE[channel])
    answered = contributed and channel in CONVERSATIONAL
    return bool(above), answered or bool(above & RECEIVE[channel]), contributed


def first_seen(
    diary: Diary, dated_rows: Iterable[tuple[date, Row]], directory: Directory
) -> Mapping[str, date]:
    """Object id to the earliest day on which anything landed shows activity."""
    seen: dict[str, date] = {}
    for days in diary.values():
        for day, deeds in days.items():
            for id_ in deeds.active:
                seen[id_] = min(day, seen.get(id_, day))
    for day, row in dated_rows:
        who = directory.person_of(row, day) if row.last_activity else None
        if who and row.last_activity:
            seen[who] = min(row.last_activity, seen.get(who, row.last_activity))
    return seen


@dataclass(frozen=True, slots=True)
class Lake:
    """Everything that a window is computed from; `people` are the persons of each snapshot."""

    settings: Settings
    tree: Tree
    directory: Directory
    people: Mapping[date, Sequence[Account]]
    diary: Diary
    complete: Mapping[str, Set[date]]
    seen: Mapping[str, date]

    def people_on(self, day: date) -> Sequence[Account]:
        """The persons of the organisation on that day."""
        return self.people[self.directory.in_force(day)]

    def missing(self, channel: str, window_end: date) -> int:
        """How many days of the window are not complete for the channel."""
        return sum(1 for day in window_days(window_end) if day not in self.complete[channel])

    def newest_complete_day(self) -> date | None:
        """The newest day complete for every leadership channel."""
        days = [set(self.complete[c]) for c in self.settings.channels.leadership]
        return max(set.intersection(*days), default=None)


def window_days(end: date) -> list[date]:
    """The 28 days that end on `end`."""
    return [end - timedelta(days=n) for n in range(WINDOW)]


def window_status(lake: Lake, end: date) -> str:
    """`ok`, `partial` or `no_data`, before privacy."""
    leadership = lake.settings.channels.leadership
    newest = lake.newest_complete_day()
    if newest is None or end > newest:
        return "no_data"
    if any(lake.missing(channel, end) > BEARABLE_GAP for channel in leadership):
        return "no_data"
    return "partial" if any(lake.missing(c, end) for c in lake.settings.channels.use) else "ok"


def _did_in_window(lake: Lake, channel: str, end: date) -> Deeds:
    days = lake.diary[channel]
    deeds = [days[day] for day in window_days(end) if day in days]
    return Deeds(
        frozenset().union(*(d.active for d in deeds)),
        frozenset().union(*(d.received for d in deeds)),
        frozenset().union(*(d.contributed for d in deeds)),
    )


def reach_rows(lake: Lake, end: date) -> dict[str, ReachRow]:
    """Unit to its row of the window that ends on `end`; the root is the organisation."""
    counts = _count_levels(lake, end)
    status = window_status(lake, end)
    return {unit: _reach_row(lake, counts, unit, status) for unit in counts}


def _count_levels(lake: Lake, end: date) -> dict[str, Counter[str]]:
    """Unit to how many of its subtree stand on each level, staff included."""
    deeds: dict[str, Deeds] = {
        channel: _did_in_window(lake, channel, end) for channel in lake.settings.channels.use
    }
    counts: dict[str, Counter[str]] = {
        unit: Counter() for unit in (lake.tree.root, *lake.tree.parents)
    }
    direct: Counter[str] = Counter()
    for person in lake.people_on(end):
        unit = lake.tree.place(person.department)
        direct[unit] += 1
        for node in lake.tree.and_above(unit):
            counts.setdefault(node, Counter()).update(_levels(lake, person, deeds, end))
    for unit in direct.keys() | lake.tree.headcounts.keys():
        staff = max(direct[unit], lake.tree.headcounts.get(unit, 0))
        for node in lake.tree.and_above(unit):
            counts[node]["staff"] += staff
    return counts


def _levels(lake: Lake, person: Account, deeds: Mapping[str, Deeds], end: date) -> Sequence[str]:
    """The levels of the funnel that one person stands on: a row of them without a gap."""
    id_, plans = person.id, channels_of(person)
    leadership = lake.settings.channels.leadership
    active_in = {channel for channel, did in deeds.items() if id_ in did.active}
    licensed = (
        not plans.isdisjoint(leadership)
        or not active_in.isdisjoint(leadership)
        or bool(active_in and not plans)
    )
    steps = (
        True,
        licensed,
        id_ in lake.seen and lake.seen[id_] <= end,
        bool(active_in),
        any(id_ in deeds[channel].received for channel in leadership),
        any(id_ in did.contributed for did in deeds.values()),
    )
    climbed = steps.index(False) if False in steps else len(steps)
    return LEVELS[:climbed]


def _reach_row(lake: Lake, counts: Mapping[str, Counter[str]], unit: str, status: str) -> ReachRow:
    funnel = counts[unit]
    staff, reached = funnel["staff"], funnel["reached"]
    if status == "no_data":
        return ReachRow(status)
    minimum = lake.settings.privacy.min_group
    if staff < minimum:
        return ReachRow("suppressed")
    low, high = wilson(reached, staff) or (None, None)
    reason = None if unit == lake.tree.root else _reason(funnel, counts[lake.tree.root], minimum)
    return ReachRow(
        status,
        staff,
        account=funnel["account"],
        licensed=funnel["licensed"],
        onboarded=funnel["onboarded"],
        active=funnel["active"],
        reached=reached,
        contributing=funnel["contributing"],
        reach_rate=reached / staff,
        reach_low=low,
        reach_high=high,
        reason=reason,
    )


def shown(row: ReachRow, settings: Settings) -> ReachRow:
    """`row` without what it would say of a few known people: those who hold a unit's few licences.

    Flags and reasons are decided before this.
    """
    if row.licensed is None or not 1 <= row.licensed < settings.privacy.min_group:
        return row
    return ReachRow(row.status, row.staff, row.account, row.licensed, reason=row.reason)


def left_open(people: int, licensed: int, minimum: int) -> Sequence[int]:
    """Every count of conduct that a reader of the published row must think possible."""
    everyone = range(licensed + 1)
    if licensed < minimum:
        return everyone
    ends = (everyone[:3], everyone[-3:])
    return next((coded for coded in ends if people in coded), [people])


def _reason(unit: Counter[str], organisation: Counter[str], minimum: int) -> str | None:
    """The step that loses most in excess of what it loses in the organisation as a whole.

    None unless it is the same for every count that the published codes leave open.
    """
    conduct = ("onboarded", "active", "reached")
    licensed = unit["licensed"]
    possible = [left_open(unit[level], licensed, minimum) for level in conduct]
    found = {
        _worst_step({**unit, **dict(zip(conduct, counts, strict=True))}, organisation)
        for counts in product(*possible)
        if sorted(counts, reverse=True) == list(counts)
    }
    return found.pop() if len(found) == 1 else None


def _worst_step(unit: Mapping[str, int], organisation: Counter[str]) -> str | None:
    worst, reason = Fraction(0), None
    entering = "staff"
    for level, name in REASONS.items():
        lost = unit.get(entering, 0) - unit.get(level, 0)
        lost_all = organisation[entering] - organisation[level]
        excess = lost - unit.get(entering, 0) * Fraction(lost_all, organisation[entering] or 1)
        if excess > worst:
            worst, reason = excess, name
        entering = level
    return reason


def channel_rows(lake: Lake, channel: str, end: date) -> dict[str, ChannelRow]:
    """Unit to its row in one channel."""
    deeds = _did_in_window(lake, channel, end)
    counts: dict[str, Counter[str]] = defaultdict(
        Counter, {unit: Counter() for unit in (lake.tree.root, *lake.tree.parents)}
    )
    for person in lake.people_on(end):
        active = person.id in deeds.active
        row = Counter(
            licensed=active or channel in channels_of(person),
            active=active,
            received=person.id in deeds.received,
            contributed=person.id in deeds.contributed,
        )
        for node in lake.tree.and_above(lake.tree.place(person.department)):
            counts[node].update(row)
    missing = lake.missing(channel, end)
    return {unit: _channel_row(lake, count, missing) for unit, count in counts.items()}


def _channel_row(lake: Lake, count: Counter[str], missing: int) -> ChannelRow:
    if missing > BEARABLE_GAP:
        return ChannelRow("no_data")
    licensed, active = count["licensed"], count["active"]
    if licensed < lake.settings.privacy.min_group:
        return ChannelRow("suppressed")
    low, high = wilson(active, licensed) or (None, None)
    return ChannelRow(
        "partial" if missing else "ok",
        licensed,
        active,
        count["received"],
        count["contributed"],
        active / licensed,
        low,
        high,
    )


def is_pseudo(unit: str) -> bool:
    """Whether the unit is a drawer for people whom the register does not place."""
    return unit in PSEUDO_UNITS
