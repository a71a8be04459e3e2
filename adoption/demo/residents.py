"""Everybody in the directory of Fjordvik kommune, with what befalls them in sixteen weeks.

All is drawn from one random stream in a fixed order, so a seed and a day give the same people.
"""

import random
import unicodedata
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from adoption.demo.habits import CHANNELS, SILENT, Habit, chatter, regular, syncer
from adoption.demo.names import address, shuffled_names
from adoption.demo.organisation import UNITS, UnitPlan, plans_of
from adoption.demo.world import Account

_DOMAIN = "fjordvik.kommune.no"


@dataclass(frozen=True, slots=True)
class Resident:
    """An object of the directory. Each state holds from its day on; from `left` on it is gone.

    `before` is the last activity by channel before the history begins.
    """

    states: tuple[tuple[date, Account], ...]
    habit: Habit
    sku: str | None
    left: date | None = None
    before: Mapping[str, date] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The object id, which never changes."""
        return self.states[0][1].id

    def account_on(self, day: date) -> Account | None:
        """The account as it stood that day; None when it did not exist."""
        if self.left and day >= self.left:
            return None
        return next((account for since, account in reversed(self.states) if since <= day), None)

    def changed(self, day: date, account: Account) -> "Resident":
        """The same resident, of whom `account` is true from `day` on."""
        return replace(self, states=(*self.states, (day, account)))


class Register:
    """Hands out people with names and ids nobody else has."""

    def __init__(self, rng: random.Random, begins: date) -> None:
        self._rng = rng
        self._begins = begins
        self._names: Iterator[tuple[str, str]] = iter(shuffled_names(rng))

    def new_id(self) -> str:
        """A GUID as Entra makes them."""
        return str(uuid.UUID(int=self._rng.getrandbits(128), version=4))

    def person(
        self, department: str | None, sku: str | None, habit: Habit, title: str = "Rådgiver"
    ) -> Resident:
        """Somebody with an ordinary account since before the history began."""
        first, last = next(self._names)
        account = Account(
            id=self.new_id(),
            upn=f"{address(first, last)}@{_DOMAIN}",
            display_name=f"{first} {last}",
            department=department,
            job_title=title,
            employee_type="Ansatt",
            plans=plans_of(sku),
        )
        return self.resident(account, habit, sku)

    def resident(self, account: Account, habit: Habit, sku: str | None) -> Resident:
        """`account` from before the history, with a past that suits the habit."""
        used = [channel for channel in CHANNELS if getattr(habit, channel) and not habit.since]
        before = {c: self._begins - timedelta(days=self._rng.randint(1, 12)) for c in used}
        return Resident(((date.min, account),), habit, sku, before=before)

    def lapsed(self, resident: Resident) -> Resident:
        """The same resident, who once tried Teams and Viva Engage, and then no more."""
        last = self._begins - timedelta(days=self._rng.randint(40, 300))
        return replace(resident, habit=SILENT, before={"teams": last, "viva_engage": last})


def staff(rng: random.Random, register: Register, as_of: date) -> list[Resident]:
    """The people of every unit, each unit living its story."""
    return [
        resident
        for unit in UNITS
        for resident in _STORIES.get(unit.story, _healthy)(unit, rng, register, as_of)
    ]


def _person(unit: UnitPlan, rng: random.Random, register: Register, habit: Habit) -> Resident:
    return register.person(_as_typed(unit, rng), unit.sku, habit, unit.title)


def _regulars(unit: UnitPlan, rng: random.Random, register: Register, n: int) -> list[Resident]:
    return [_person(unit, rng, register, regular(rng, unit.weekend)) for _ in range(n)]


def _silent(unit: UnitPlan, rng: random.Random, register: Register, n: int) -> list[Resident]:
    return [_person(unit, rng, register, SILENT) for _ in range(n)]


def _chatters(unit: UnitPlan, rng: random.Random, register: Register, n: int) -> list[Resident]:
    return [_person(unit, rng, register, chatter(rng, unit.weekend)) for _ in range(n)]


def _without_licence(people: Sequence[Resident]) -> list[Resident]:
    """What is left of a licence that was taken away: plans whose status is Deleted."""
    return [
        replace(
            person,
            sku=None,
            states=((date.min, replace(person.states[0][1], plans=_leftovers(person, n))),),
        )
        for n, person in enumerate(people)
    ]


def _leftovers(person: Resident, n: int) -> tuple[tuple[str, str], ...]:
    return plans_of(person.sku, "Deleted") if n % 3 == 0 else ()


def _healthy(
    unit: UnitPlan, rng: random.Random, register: Register, _as_of: date
) -> list[Resident]:
    """Shares by quota, not by chance, so that all healthy units are alike at any seed."""
    never, lapsed, chat = (round(unit.people * share) for share in (0.03, 0.04, 0.045))
    unlicensed, sync = round(unit.people * 0.012), int(unit.people * 0.015)
    rest = unit.people - never - lapsed - chat - unlicensed - sync
    return [
        *_regulars(unit, rng, register, rest),
        *_chatters(unit, rng, register, chat),
        *(_person(unit, rng, register, syncer(rng, unit.weekend)) for _ in range(sync)),
        *map(register.lapsed, _silent(unit, rng, register, lapsed)),
        *_silent(unit, rng, register, never),
        *_without_licence(_silent(unit, rng, register, unlicensed)),
    ]


def _small(unit: UnitPlan, rng: random.Random, register: Register, _as_of: date) -> list[Resident]:
    return _regulars(unit, rng, register, unit.people)


def _no_licence(
    unit: UnitPlan, rng: random.Random, register: Register, _as_of: date
) -> list[Resident]:
    used, lapsed = 14, 2
    return [
        *_regulars(unit, rng, register, used),
        *map(register.lapsed, _silent(unit, rng, register, lapsed)),
        *_without_licence(_silent(unit, rng, register, unit.people - used - lapsed)),
    ]


def _dormant(unit: UnitPlan, rng: random.Random, register: Register, as_of: date) -> list[Resident]:
    stays = 3
    people = _regulars(unit, rng, register, unit.people - 2)
    last_day = as_of - timedelta(days=75)
    return [
        *people[:stays],
        *(replace(p, habit=replace(p.habit, until=last_day)) for p in people[stays:]),
        *_silent(unit, rng, register, 2),
    ]


def _never_onboarded(
    unit: UnitPlan, rng: random.Random, register: Register, as_of: date
) -> list[Resident]:
    """The licences came five weeks ago; three curious people began at once."""
    bought, curious = as_of - timedelta(days=36), 3
    habits = [replace(regular(rng, unit.weekend), since=bought) for _ in range(curious)]
    people = [_person(unit, rng, register, habit) for habit in habits]
    people += _silent(unit, rng, register, unit.people - curious)
    return [_licensed_from(person, bought) for person in people]


def _licensed_from(person: Resident, bought: date) -> Resident:
    account = person.states[0][1]
    return replace(person, states=((date.min, replace(account, plans=())), (bought, account)))


def _wrong_channel(
    unit: UnitPlan, rng: random.Random, register: Register, _as_of: date
) -> list[Resident]:
    reads = 3
    return [
        *_regulars(unit, rng, register, reads),
        *_chatters(unit, rng, register, unit.people - reads),
    ]


def _falling(unit: UnitPlan, rng: random.Random, register: Register, as_of: date) -> list[Resident]:
    """Fourteen of those who read stop, one by one, between eight and five and a half weeks ago."""
    people = _healthy(unit, rng, register, as_of)
    stops = [as_of - timedelta(days=days) for days in range(53, 39, -1)]
    stopping = [
        replace(person, habit=replace(person.habit, until=day))
        for person, day in zip(people, stops, strict=False)
    ]
    return stopping + people[len(stops) :]


_STORIES = {
    "no_licence": _no_licence,
    "dormant": _dormant,
    "never_onboarded": _never_onboarded,
    "wrong_channel": _wrong_channel,
    "falling": _falling,
    "small": _small,
}


def _as_typed(unit: UnitPlan, rng: random.Random) -> str:
    """The unit's name as somebody typed it into the directory: mostly right."""
    spellings = (
        unit.name + " ",
        "  " + unit.name.replace(" ", "  "),
        unit.name.upper(),
        unit.name.lower(),
        unicodedata.normalize("NFD", unit.name),
        *unit.aliases,
    )
    return rng.choice(spellings) if rng.random() < 0.08 else unit.name
