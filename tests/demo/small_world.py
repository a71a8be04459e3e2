"""A tenant of three people, made by hand, and how to ask the service that serves it."""

import csv
import http.client
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from adoption.demo.service import GraphService
from adoption.demo.world import Account, Counters, Sku

TODAY = date(2026, 11, 24)
TEAMS = "57ff2da0-773e-42df-b2af-ffb7a2317929"
ENGAGE = "7547a3fe-08ee-4ccb-b430-5077c5041653"
SHAREPOINT = "5dbe027f-2339-4123-9542-606e4d348a72"
ALL_PLANS = tuple((plan, "Enabled") for plan in (TEAMS, ENGAGE, SHAREPOINT))

ANN = Account("id-ann", "Ann@fjordvik.no", "Ann, Aas", "Skole", plans=ALL_PLANS)
BOB = Account("id-bob", "bob@fjordvik.no", "Bob Bø", None, plans=((ENGAGE, "Deleted"),))
GUS = Account(
    "id-gus", "gus_x.no#EXT#@fjordvik.no", "Gus", None, user_type="Guest", plans=ALL_PLANS
)

YAMMER_DETAIL = "/reports/getYammerActivityUserDetail"
YAMMER_DAY = f"{YAMMER_DETAIL}(date=2026-11-20)"


@dataclass
class SmallWorld:
    """A tenant by hand: (channel, day) to who did what."""

    people: tuple[Account, ...] = (ANN, BOB, GUS)
    done: dict[tuple[str, date], Mapping[str, Counters]] = field(default_factory=dict)
    last: dict[str, date] = field(default_factory=dict)
    leavers: tuple[str, ...] = ()

    def accounts(self, day: date) -> Sequence[Account]:
        return [a for a in self.people if day < TODAY or a.id not in self.leavers]

    def skus(self, day: date) -> Sequence[Sku]:  # noqa: ARG002
        return [Sku("sku-1", "ENTERPRISEPACK", 2, 10, ((ENGAGE, "YAMMER_ENTERPRISE"),))]

    def activity(self, channel: str, day: date, seen_on: date) -> Mapping[str, Counters]:
        return self.done.get((channel, day), {}) if day < seen_on else {}

    def last_activity(self, channel: str, account_id: str, day: date) -> date | None:  # noqa: ARG002
        last = self.last.get(account_id)
        return last if last and last <= day else None

    def report_upn(self, account_id: str, day: date) -> str:  # noqa: ARG002
        return next(a.upn for a in self.people if a.id == account_id)


class Reply(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes


def fetch(url: str, authorization: str | None) -> Reply:
    """One GET that follows nothing."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=5)
    headers = {"Authorization": authorization} if authorization else {}
    try:
        connection.request("GET", url.removeprefix(f"http://{parts.netloc}"), headers=headers)
        response = connection.getresponse()
        return Reply(response.status, dict(response.getheaders()), response.read())
    finally:
        connection.close()


def ask(graph: GraphService, path: str) -> Reply:
    return fetch(graph.endpoint + quote(path, safe="/?&=$(),'"), f"Bearer {graph.token}")


def download(graph: GraphService, path: str) -> bytes:
    return fetch(ask(graph, path).headers["Location"], None).body


def rows(graph: GraphService, path: str, *headings: str) -> list[tuple[str, ...]]:
    """The report's rows, sorted, in the columns named."""
    lines = download(graph, path).decode("utf-8-sig").splitlines()
    return sorted(tuple(row[name] for name in headings) for row in csv.DictReader(lines))


def error_of(reply: Reply) -> tuple[int, str, str]:
    error = json.loads(reply.body)["error"]
    return reply.status, error["code"], error["message"]


def on(day: int) -> date:
    return date(2026, 11, day)
