"""Fjordvik kommune: the fictional municipality of the demo, with truths planted in it.

Everything is drawn at the start from the seed and the day, and then only looked up: the local Graph
service asks from several threads, in any order, and must always hear the same.
"""

import random
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from adoption.demo import organisation
from adoption.demo.events import EXCLUDE, Events, other_accounts
from adoption.demo.habits import CHANNELS, counters
from adoption.demo.residents import Register, Resident, staff
from adoption.demo.world import Account, Counters, Sku
from adoption.settings import Exclusion

NAME = organisation.NAME

# Three weeks apart: each pull still reaches the days that the one before saw unsettled.
_PULLED_BEFORE = (84, 63, 42, 21, 0)
_REACHES_BACK = 28
_SETTLES_AFTER = 3
_AHEAD = 7
_REPORTS_LAG = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class _Deed:
    """What somebody did on a day, and after how many days Graph knows of it."""

    counters: Counters
    known_after: int


class Municipality:
    """A tenant with a past (a `World`). Make one with `make_municipality`."""

    def __init__(self, as_of: date, people: Sequence[Resident], seed: int) -> None:
        self.as_of = as_of
        self.pull_days = _pull_days(as_of)
        self.exclude: tuple[Exclusion, ...] = EXCLUDE
        self._people = people
        self._by_id = {person.id: person for person in people}
        self._deeds = _deeds(people, seed, self.pull_days[0], as_of)
        self._active_days = _active_days(self._deeds)

    def register_csv(self) -> str:
        """The unit register, as `config/units.csv` holds it."""
        return organisation.register_csv()

    def accounts(self, day: date) -> Sequence[Account]:
        """The directory on that day."""
        found = (person.account_on(day) for person in self._people)
        return [account for account in found if account is not None]

    def skus(self, day: date) -> Sequence[Sku]:
        """What is bought, with a few licences to spare."""
        consumed = {sku: self._licences_in_use(sku, day) for sku in organisation.PRODUCTS}
        return [
            Sku(
                product.sku_id,
                product.part_number,
                consumed[sku],
                consumed[sku] + 10 - consumed[sku] % 10,
                tuple((plan, name) for name, plan in product.plans.items()),
            )
            for sku, product in organisation.PRODUCTS.items()
        ]

    def _licences_in_use(self, sku: str, day: date) -> int:
        owners = (person.account_on(day) for person in self._people if person.sku == sku)
        return sum(1 for account in owners if account and account.plans)

    def activity(self, channel: str, day: date, seen_on: date) -> Mapping[str, Counters]:
        """Account id to counters; what is not three days old is not all known yet."""
        age = (seen_on - day).days
        deeds = self._deeds.get((channel, day), {})
        return {id_: deed.counters for id_, deed in deeds.items() if deed.known_after <= age}

    def last_activity(self, channel: str, account_id: str, day: date) -> date | None:
        """All-time last activity on or before `day`."""
        days = self._active_days.get((channel, account_id), [])
        if known := bisect_right(days, day):
            return days[known - 1]
        person = self._by_id.get(account_id)
        return person.before.get(channel) if person else None

    def report_upn(self, account_id: str, day: date) -> str:
        """The UPN of two days before (reports learn of a new name late), in any case they like."""
        person = self._by_id[account_id]
        known = [account for since, account in person.states if since <= day - _REPORTS_LAG]
        upn = (known[-1] if known else person.states[0][1]).upn
        return upn.title() if account_id[0] in "07" and "#" not in upn else upn


def make_municipality(*, as_of: date, seed: int = 1) -> Municipality:
    """Fjordvik kommune as it stands on `as_of`, with sixteen weeks behind it."""
    rng = random.Random(f"people|{seed}")
    pulls = _pull_days(as_of)
    register = Register(rng, begins=_first_day(pulls[0]))
    people = [*staff(rng, register, as_of), *other_accounts(rng, register)]
    Events(rng, register, pulls, people).happen()
    return Municipality(as_of, tuple(people), seed)


def _pull_days(as_of: date) -> tuple[date, ...]:
    return tuple(as_of - timedelta(days=days) for days in _PULLED_BEFORE)


def _first_day(first_pull: date) -> date:
    return first_pull - timedelta(days=_REACHES_BACK)


def _deeds(
    people: Sequence[Resident], seed: int, first_pull: date, as_of: date
) -> Mapping[tuple[str, date], Mapping[str, _Deed]]:
    """Everybody's deeds by channel and day, some days past `as_of` too, for whoever pulls later."""
    first = _first_day(first_pull).toordinal()
    days = [date.fromordinal(n) for n in range(first, as_of.toordinal() + _AHEAD)]
    present = {day: [p for p in people if (a := p.account_on(day)) and a.enabled] for day in days}
    return {
        (channel, day): _deeds_of_day(channel, day, present[day], seed)
        for day in days
        for channel in CHANNELS
    }


def _deeds_of_day(
    channel: str, day: date, people: Sequence[Resident], seed: int
) -> Mapping[str, _Deed]:
    rng = random.Random(f"{channel}|{day}|{seed}")
    return {
        person.id: _Deed(counters(channel, person.habit, rng), _known_after(rng))
        for person in people
        if rng.random() < person.habit.chance(channel, day)
    }


def _known_after(rng: random.Random) -> int:
    return rng.choices((1, 2, _SETTLES_AFTER), (60, 25, 15))[0]


def _active_days(
    deeds: Mapping[tuple[str, date], Mapping[str, _Deed]],
) -> Mapping[tuple[str, str], list[date]]:
    """Each account's days of activity in each channel, in order."""
    days: dict[tuple[str, str], list[date]] = defaultdict(list)
    for (channel, day), people in sorted(deeds.items(), key=lambda item: item[0][1]):
        for id_ in people:
            days[channel, id_].append(day)
    return days
