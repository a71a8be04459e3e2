"""What can go wrong with one answer of Graph, and a municipality small enough to try it all on."""

import csv
import functools
import io
import json
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from adoption.demo.render import BOM
from adoption.demo.service import Fault, error_fault, unknown_tenant
from adoption.demo.world import Account, Counters, Sku
from tests.demo.small_world import ALL_PLANS, ENGAGE

AS_OF = date(2026, 11, 25)
"""A Wednesday: the Sunday before it is the newest day that can be settled."""
NIGHTS = tuple(AS_OF - timedelta(days) for days in (50, 29, 8))
FAULTY_DAYS = 7
"""None of these days had landed before: what a fault lets in has nothing better to give way to."""
UNITS = ("Skole", "Helse", "Plan", "Park", "Havn", "Brann", "Kultur", "Bibliotek")
REGISTER = "unit,parent\nOppvekst,\nTeknisk,\n" + "".join(
    f"{unit},{'Oppvekst' if number < 4 else 'Teknisk'}\n" for number, unit in enumerate(UNITS)
)
_PER_UNIT = 18
_WORDS = (
    ("viva_engage", "Read Count", 0.03),
    ("sharepoint", "Visited Page Count", 0.03),
    ("teams", "Call Count", 0.1),
)

Table = tuple[list[str], list[list[str]]]
Change = Callable[[list[str], list[list[str]]], Table]


class Town:
    """Eight units of 18 people who are all licensed, and do something so seldom that a day counts.

    Where everybody is reached several times in four weeks, a few lost days would change nothing.
    """

    def __init__(self) -> None:
        self._people = tuple(
            Account(
                f"00000000-0000-4000-8000-{number:012}",
                f"p{number}@fjordvik.no",
                f"Person {number}",
                UNITS[number // _PER_UNIT],
                plans=ALL_PLANS,
            )
            for number in range(len(UNITS) * _PER_UNIT)
        )
        self._upns = {person.id: person.upn for person in self._people}

    def accounts(self, day: date) -> Sequence[Account]:  # noqa: ARG002
        return self._people

    def skus(self, day: date) -> Sequence[Sku]:  # noqa: ARG002
        return [Sku("sku-1", "ENTERPRISEPACK", 144, 150, ((ENGAGE, "YAMMER_ENTERPRISE"),))]

    def activity(self, channel: str, day: date, seen_on: date) -> Mapping[str, Counters]:
        """A third of the deeds of a day is known on each of the three days after it."""
        age = (seen_on - day).days
        done = self._done(channel, day)
        return {id_: done[id_] for number, id_ in enumerate(done) if number % 3 < age}

    @functools.cache  # noqa: B019 (one town for all tests)
    def _done(self, channel: str, day: date) -> Mapping[str, Counters]:
        rng = random.Random(f"{channel}|{day}")
        ((counter, share),) = [(word, share) for name, word, share in _WORDS if name == channel]
        share *= 0.3 if day.weekday() > 4 else 1.0
        return {p.id: {counter: 1 + rng.randrange(5)} for p in self._people if rng.random() < share}

    def last_activity(self, channel: str, account_id: str, day: date) -> date | None:
        days = (day - timedelta(age) for age in range(30))
        return next((day for day in days if account_id in self._done(channel, day)), None)

    def report_upn(self, account_id: str, day: date) -> str:  # noqa: ARG002
        return self._upns[account_id]


@dataclass(frozen=True, slots=True)
class Target:
    """What a fault hits: a report's newest days or its totals, the user list or the products."""

    name: str
    match: str
    counter: str = ""
    """A counter column that the report cannot do without."""

    @property
    def is_person_report(self) -> bool:
        return self.name.endswith("_user_activity")

    @property
    def reports(self) -> tuple[str, ...]:
        """What the fault may hit, by its name in the lake: the channel's two reports."""
        if not self.counter:
            return ("directory", "plan_set", "subscribed_sku")
        channel = self.name.partition("_user_")[0]
        return (f"{channel}_user_activity", f"{channel}_user_counts")

    @property
    def asked(self) -> tuple[str, ...]:
        """The names by which a pull is asked for them."""
        return self.reports if self.counter else ("directory",)


def _days() -> str:
    days = (AS_OF - timedelta(age) for age in range(FAULTY_DAYS, 0, -1))
    return rf"\(date=({'|'.join(str(day) for day in days)})\)"


REPORTS = (
    Target("teams_user_activity", f"getTeamsUserActivityUserDetail{_days()}", "Call Count"),
    Target("viva_engage_user_activity", f"getYammerActivityUserDetail{_days()}", "Read Count"),
    Target(
        "sharepoint_user_activity",
        f"getSharePointActivityUserDetail{_days()}",
        "Visited Page Count",
    ),
    Target("teams_user_counts", "getTeamsUserActivityUserCounts", "Calls"),
    Target("viva_engage_user_counts", "getYammerActivityUserCounts", "Read"),
    Target("sharepoint_user_counts", "getSharePointActivityUserCounts", "Visited Page"),
)
USERS = Target("directory", "/v1.0/users")
PRODUCTS = Target("subscribed_sku", "/v1.0/subscribedSkus")


def refusals(match: str) -> Mapping[str, Fault]:
    """Answers that are no answer, to whatever is asked."""
    lost = "Valid Authorization header is needed."
    busy = {"Content-Type": "application/json", "Retry-After": "2.128"}
    return {
        "403": Fault(match, status=403),
        "403 MissingCredentials": error_fault(match, 403, "MissingCredentials", lost),
        "404 UnknownTenantId": unknown_tenant(match),
        "400": error_fault(match, 400, "BadRequest", "No."),
        "429": Fault(match, status=429, headers=busy, body=b'{"error":{"code":"429"}}'),
        "500": Fault(match, status=500),
        "503": Fault(match, status=503),
        "dropped connection": Fault(match, drop=True),
    }


def broken_bodies(match: str, stage: str) -> Mapping[str, Fault]:
    """Bodies that are no table, with status 200."""
    error = b'{"error":{"code":"InternalServerError","message":"Oh."}}'
    hit = functools.partial(Fault, match, stage=stage)  # type: ignore[arg-type]
    return {
        "cut body": hit(cut=400),
        "cut body without length": hit(cut=400, with_length=False),
        "zero bytes": hit(body=b""),
        "BOM only": hit(body=BOM),
        "JSON with 200": hit(body=error),
        "HTML with 200": hit(body=b"<html><body>Sign in</body></html>"),
    }


def bad_tables(target: Target) -> Mapping[str, Fault]:
    """Files that look like the report, and are not what it should be."""
    changes: dict[str, Change] = {
        "header only": lambda header, _rows: (header, []),
        "first half of the rows": lambda header, rows: (header, rows[: len(rows) // 2]),
        "required column renamed": lambda header, rows: (_renamed(header, target.counter), rows),
        "blank counter column": functools.partial(_filled, names=(target.counter,), value=""),
        "cells shifted": lambda header, rows: (header, [[row[-1], *row[:-1]] for row in rows]),
        "refresh date stands still": functools.partial(
            _filled, names=("Report Refresh Date",), value=str(AS_OF - timedelta(12))
        ),
    }
    if target.is_person_report:
        changes |= {
            "first 100 rows": lambda header, rows: (header, rows[:100]),
            "concealed rows": _concealed,
            "names of another domain": _elsewhere,
        }
    return {
        name: Fault(target.match, stage="download", body=functools.partial(_changed, change=change))
        for name, change in changes.items()
    }


def bad_users() -> Mapping[str, Fault]:
    """User lists that look like one, and are not what it should be."""
    changes: Mapping[str, Callable[[list[dict[str, object]]], Iterable[dict[str, object]]]] = {
        "no account": lambda _users: [],
        "first half of the rows": lambda users: users[: len(users) // 2],
        "first 100 rows": lambda users: users[:100],
        "blank department": lambda users: [{**user, "department": None} for user in users],
        "plans left out": lambda users: [_without(user, "assignedPlans") for user in users],
        "names left out": lambda users: [_without(user, "userPrincipalName") for user in users],
        "names of another domain": lambda users: [
            {**user, "userPrincipalName": f"{user['id']}@elsewhere.example"} for user in users
        ],
        "ids left out": lambda users: [_without(user, "id") for user in users],
    }

    def fault(change: Callable[[list[dict[str, object]]], Iterable[dict[str, object]]]) -> Fault:
        def body(true: bytes) -> bytes:
            page = json.loads(true)
            return json.dumps({**page, "value": list(change(page["value"]))}).encode()

        return Fault(USERS.match, body=body)

    return {name: fault(change) for name, change in changes.items()}


def _without(user: Mapping[str, object], key: str) -> dict[str, object]:
    return {name: value for name, value in user.items() if name != key}


def _changed(body: bytes, change: Change) -> bytes:
    header, *rows = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""))
    header, rows = change(header, rows)
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([header, *rows])
    return BOM + text.getvalue().encode()


def _renamed(header: Sequence[str], name: str) -> list[str]:
    return [f"{heading} (new)" if heading == name else heading for heading in header]


def _filled(header: list[str], rows: list[list[str]], *, names: Sequence[str], value: str) -> Table:
    at = {header.index(name) for name in names}
    return header, [[value if n in at else cell for n, cell in enumerate(row)] for row in rows]


def _concealed(header: list[str], rows: list[list[str]]) -> Table:
    zeros = "00000000-0000-0000-0000-000000000000"
    masked = [[f"{number:032X}" if "@" in cell else cell for cell in row]
              for number, row in enumerate(rows)]  # fmt: skip
    return header, [[zeros if cell.count("-") == 4 else cell for cell in row] for row in masked]


def _elsewhere(header: list[str], rows: list[list[str]]) -> Table:
    return header, [
        [
            cell.replace("@fjordvik.no", "@elsewhere.example").replace("-4000-", "-4999-")
            for cell in row
        ]
        for row in rows
    ]
