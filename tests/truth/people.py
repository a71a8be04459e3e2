"""Who is a person, where they belong, and whom a report row speaks of: on paper, day by day."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase

from adoption.demo.world import Account, World
from adoption.settings import Exclusion, Settings
from tests.truth.landing import Row

UNMAPPED = "(unmapped)"
NO_DEPARTMENT = "(no department)"
PSEUDO_UNITS = (UNMAPPED, NO_DEPARTMENT)


@dataclass(frozen=True, slots=True)
class Tree:
    """The organisation: display names throughout; the root is the only one without a parent."""

    root: str
    parents: Mapping[str, str]
    names: Mapping[str, str]
    """Every spelling of a name or alias, folded, to the unit."""
    headcounts: Mapping[str, int]

    def place(self, department: str | None) -> str:
        """The unit of somebody with this department."""
        key = fold(department)
        return self.names.get(key, UNMAPPED) if key else NO_DEPARTMENT

    def and_above(self, unit: str) -> Sequence[str]:
        """The unit and all that it is part of, the root last."""
        path = [unit]
        while path[-1] != self.root:
            path.append(self.parents.get(path[-1], self.root))
        return path


def clean(text: str | None) -> str:
    """One spelling of a hand-typed text: NFC, trimmed, inner white space folded."""
    return " ".join(unicodedata.normalize("NFC", text or "").split())


def fold(text: str | None) -> str:
    """What two spellings of a name have in common."""
    return clean(text).casefold()


def read_tree(register: str, root: str) -> Tree:
    """The tree of a unit register (`unit,parent,aliases,headcount`)."""
    rows = list(csv.DictReader(io.StringIO(register)))
    display = {fold(row["unit"]): clean(row["unit"]) for row in rows}
    names = dict(display)
    for row in rows:
        for alias in filter(None, map(fold, (row["aliases"] or "").split("|"))):
            names[alias] = clean(row["unit"])
    return Tree(
        root=root,
        parents={clean(row["unit"]): display.get(fold(row["parent"]), root) for row in rows},
        names=names,
        headcounts={clean(row["unit"]): int(row["headcount"]) for row in rows if row["headcount"]},
    )


@dataclass(frozen=True, slots=True)
class Directory:
    """The snapshots by the night they were taken."""

    snapshots: Mapping[date, Sequence[Account]]
    by_upn: Mapping[date, Mapping[str, str]] = field(init=False)
    holders: Mapping[str, set[str]] = field(init=False)

    def __post_init__(self) -> None:
        by_upn = {
            day: {_upn(a.upn): a.id for a in accounts} for day, accounts in self.snapshots.items()
        }
        holders: dict[str, set[str]] = {}
        for names in by_upn.values():
            for upn, id_ in names.items():
                holders.setdefault(upn, set()).add(id_)
        object.__setattr__(self, "by_upn", by_upn)
        object.__setattr__(self, "holders", holders)

    def in_force(self, day: date) -> date:
        """The snapshot that counts on `day`: the latest until then, or else the first."""
        return max((d for d in self.snapshots if d <= day), default=min(self.snapshots))

    def person_of(self, row: Row, day: date) -> str | None:
        """The object id that a row of `day` speaks of; None where no snapshot knows."""
        if row.object_id:
            return row.object_id
        upn, now = _upn(row.upn), self.in_force(day)
        if upn in self.by_upn[now]:
            return self.by_upn[now][upn]
        if len(self.holders.get(upn, ())) > 1:
            return None
        later = sorted(d for d in self.snapshots if d > now)
        earlier = sorted((d for d in self.snapshots if d < now), reverse=True)
        return next((self.by_upn[d][upn] for d in later + earlier if upn in self.by_upn[d]), None)


def _upn(upn: str) -> str:
    return upn.strip().casefold()


def read_directory(world: World, pulls: Iterable[date]) -> Directory:
    """A snapshot for each pull."""
    return Directory({pull: tuple(world.accounts(pull)) for pull in pulls})


def persons(accounts: Iterable[Account], settings: Settings) -> list[Account]:
    """The accounts that stand for somebody who works here."""
    return [
        account
        for account in accounts
        if account.enabled
        and account.user_type == "Member"
        and not any(_matches(rule, account) for rule in settings.units.exclude)
    ]


def _matches(rule: Exclusion, account: Account) -> bool:
    asked = (
        (rule.upn, account.upn),
        (rule.department, clean(account.department)),
        (rule.employee_type, account.employee_type),
        (rule.job_title, account.job_title),
    )
    return all(
        fnmatchcase((value or "").strip().casefold(), glob.strip().casefold())
        for glob, value in asked
        if glob
    )
