"""What disturbs the figures of Fjordvik kommune: other accounts, and people who come and go.

Each case is one that has made somebody's adoption figures wrong; none is large enough to hide a
planted unit.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from adoption.demo.habits import SILENT, Habit, chatter, regular
from adoption.demo.names import address
from adoption.demo.organisation import UNITS, UnitPlan, plans_of
from adoption.demo.residents import Register, Resident
from adoption.demo.world import Account
from adoption.settings import Exclusion

EXCLUDE = (
    Exclusion(upn="svc-*"),
    Exclusion(upn="rom-*"),
    Exclusion(job_title="Fellespostkasse"),
    Exclusion(employee_type="Test*", department="ikt"),
)

_DOMAIN = "fjordvik.kommune.no"
_SERVICES = ("svc-backup", "svc-skjema", "SVC-arkiv", "svc-bot", "svc-print", "svc-flyt")
_ROOMS = ("rom-formannskapet", "rom-fjorden", "rom-skagen", "rom-varden", "rom-holmen")
_MAILBOXES = ("postmottak", "innbyggertorget", "lonn", "byggesak")
_VENDORS = ("leverandor.no", "konsulent.example", "nabokommune.no")


def other_accounts(rng: random.Random, register: Register) -> list[Resident]:
    """Accounts that are no persons, guests, disabled accounts, and people nobody placed."""
    return [
        *_machines(rng, register),
        *(_guest(rng, register, n) for n in range(18)),
        *(_disabled(rng, register, n) for n in range(12)),
        *_placed_nowhere(rng, register),
        *_odd_licences(rng, register),
    ]


def _account(register: Register, name: str, department: str | None, sku: str | None) -> Account:
    upn = name if "@" in name else f"{name}@{_DOMAIN}"
    return Account(register.new_id(), upn, name, department, plans=plans_of(sku))


def _machines(rng: random.Random, register: Register) -> list[Resident]:
    busy = Habit(teams=0.9, sharepoint=0.95, voice=0.5, weekend=1.0)
    people = [
        register.resident(_account(register, name, "IKT", "E3"), busy, "E3") for name in _SERVICES
    ]
    people += [
        register.resident(_account(register, name, None, None), SILENT, None) for name in _ROOMS
    ]
    for name in _MAILBOXES:
        account = replace(_account(register, name, None, None), job_title="Fellespostkasse")
        people.append(register.resident(account, SILENT, None))
    for name in ("test.laerer", "test.elev"):
        account = replace(_account(register, name, "IKT ", "E1"), employee_type="Testbruker")
        people.append(register.resident(account, regular(rng, 0.06), "E1"))
    return people


def _guest(rng: random.Random, register: Register, n: int) -> Resident:
    """Every third guest works with the municipality's people every week."""
    habit = Habit(teams=0.4, sharepoint=0.3, voice=0.3) if n % 3 == 0 else SILENT
    host = register.person("Ekstern" if n % 4 == 0 else None, None, habit)
    account = host.states[0][1]
    local = account.upn.partition("@")[0]
    upn = f"{local}_{rng.choice(_VENDORS)}#EXT#@fjordvik.onmicrosoft.com"
    guest = replace(account, upn=upn, user_type="Guest", employee_type=None, job_title=None)
    return register.resident(guest, habit, None)


def _disabled(rng: random.Random, register: Register, n: int) -> Resident:
    """On leave, or gone while the licence stayed: HR knows, the directory forgot."""
    unit = rng.choice(_healthy_units(30))
    person = register.lapsed(register.person(unit.name, unit.sku if n % 3 else None, SILENT))
    return replace(
        person, states=tuple((day, replace(a, enabled=False)) for day, a in person.states)
    )


def _placed_nowhere(rng: random.Random, register: Register) -> list[Resident]:
    departments = ("Prosjekt fjordbrua", "prosjekt Fjordbrua ", "Kommunestyret", "Innleid", "8412")
    return [
        register.person(department, "E3", regular(rng, 0.06))
        for department in (*departments, None, "", "  ")
    ]


def _odd_licences(rng: random.Random, register: Register) -> list[Resident]:
    """Four ways in which a licence is not what it seems; all four people work in IKT or NAV."""
    unknown_plan = register.person("IKT", "VIVA", replace(regular(rng, 0.06), viva_engage=0.6))
    twice = register.person("NAV Fjordvik", "E3", regular(rng, 0.06))
    in_grace = register.person("NAV Fjordvik", "E3", regular(rng, 0.06))
    only_teams = register.person("NAV Fjordvik", "F3", chatter(rng, 0.06))
    teams, *others = plans_of("F3")
    suspended = (teams, *((plan, "Suspended") for plan, _ in others))
    return [
        unknown_plan,
        _with_plans(twice, plans_of("E3") + plans_of("E1") + plans_of("E1", "Deleted")),
        _with_plans(in_grace, plans_of("E3", "Warning")),
        _with_plans(only_teams, suspended),
    ]


def _with_plans(person: Resident, plans: tuple[tuple[str, str], ...]) -> Resident:
    return replace(
        person, states=tuple((day, replace(account, plans=plans)) for day, account in person.states)
    )


def _healthy_units(people: int) -> list[UnitPlan]:
    return [unit for unit in UNITS if unit.story == "healthy" and unit.people >= people]


@dataclass(slots=True)
class Events:
    """Changes a population in place; `pulls` are the nights whose snapshots see the changes."""

    rng: random.Random
    register: Register
    pulls: Sequence[date]
    people: list[Resident]

    def happen(self) -> None:
        """Everything that happens between the first pull and the last, and one thing before."""
        candidates = self._steady_people()
        for gap in range(len(self.pulls) - 1):
            self._move(candidates.pop(), gap)
            self._move(candidates.pop(), gap)
            self._leave(candidates.pop(), self._day(gap))
            self._leave(candidates.pop(), self._day(gap))
            self._join(self._day(gap))
            self._join(self._day(gap))
        self._disable_and_leave(candidates.pop())
        self._rename(candidates.pop(), self._day(1))
        self._rename(candidates.pop(), self.pulls[3] - timedelta(days=1))
        self._delete_and_create_again(candidates.pop(), self._day(2))
        self._leave(candidates.pop(), self.pulls[0] - timedelta(days=12))
        self._pass_by(self.pulls[1])

    def _steady_people(self) -> list[int]:
        """Indices of people who are reached as a rule, of units that can spare one."""
        names = {unit.name for unit in _healthy_units(40)}
        indices = [
            n
            for n, person in enumerate(self.people)
            if person.habit.sharepoint and not person.habit.sync_only
            if (person.states[0][1].department or "").strip() in names
        ]
        self.rng.shuffle(indices)
        return indices

    def _day(self, gap: int) -> date:
        return self.pulls[gap] + timedelta(days=self.rng.randint(3, 17))

    def _move(self, index: int, gap: int) -> None:
        person = self.people[index]
        account = person.states[-1][1]
        targets = [u.name for u in _healthy_units(40) if u.name != account.department]
        moved = replace(account, department=self.rng.choice(targets))
        self.people[index] = person.changed(self._day(gap), moved)

    def _leave(self, index: int, day: date) -> None:
        self.people[index] = replace(self.people[index], left=day)

    def _join(self, day: date) -> None:
        unit = self.rng.choice(_healthy_units(40))
        person = self.register.person(unit.name, unit.sku, regular(self.rng, unit.weekend))
        self.people.append(_since(person, day))

    def _disable_and_leave(self, index: int) -> None:
        person, last_day = self.people[index], self._day(1)
        disabled = replace(person.states[-1][1], enabled=False)
        gone = self.pulls[2] + timedelta(days=9)
        self.people[index] = replace(person.changed(last_day, disabled), left=gone)

    def _rename(self, index: int, day: date) -> None:
        """A wedding: a new surname and a new UPN, and the object id stays."""
        person = self.people[index]
        account = person.states[-1][1]
        first = account.display_name.split()[0]
        married = replace(
            account,
            upn=f"{address(first, 'Nygård Berg')}{index}@{_DOMAIN}",
            display_name=f"{first} Nygård Berg",
        )
        self.people[index] = person.changed(day, married)

    def _delete_and_create_again(self, index: int, day: date) -> None:
        """Deleted by mistake and made anew: the same UPN, another object id."""
        person = self.people[index]
        again = replace(person.states[-1][1], id=self.register.new_id())
        self.people[index] = replace(person, left=day)
        self.people.append(Resident(((day + timedelta(days=1), again),), person.habit, person.sku))

    def _pass_by(self, pull: date) -> None:
        """Comes and goes between two pulls: in the reports, and in no snapshot."""
        person = self.register.person("Sentrum skole", "E1", regular(self.rng, 0.06))
        comes, goes = pull + timedelta(days=2), pull + timedelta(days=15)
        self.people.append(replace(_since(person, comes), left=goes))


def _since(person: Resident, day: date) -> Resident:
    return replace(person, states=((day, person.states[0][1]),), before={})
