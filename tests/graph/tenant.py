"""A small tenant behind the local Graph service, and a client of it that waits in no time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

import msgspec

from adoption.catalog import Report, load_catalog
from adoption.demo.service import GraphService, Request
from adoption.graph.client import GraphClient
from adoption.graph.credential import Credential, make_credential
from adoption.settings import Graph
from tests.demo.small_world import SmallWorld

T = TypeVar("T")

TODAY = date(2026, 11, 24)
DAY = date(2026, 11, 20)
REPORT: Report = load_catalog()["sharepoint_user_activity"]
FUNCTION = "getSharePointActivityUserDetail"
WHAT = f"{FUNCTION} of 2026-11-20"
GRAPH_PATH = f"/v1.0/reports/{FUNCTION}(date=2026-11-20)"
JSON = {"Content-Type": "application/json"}


@dataclass
class Clock:
    """Seconds that pass only when somebody sleeps; `waits` are the sleeps."""

    now: float = 0.0
    waits: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


@dataclass
class Tenant:
    """The service, the clock that it shares with its client, and what the client told of waits."""

    service: GraphService
    clock: Clock
    settings: Graph = Graph(requests_per_10_minutes=0)
    told: list[str] = field(default_factory=list)
    credential: Credential | None = None

    def ask(self, question: Callable[[GraphClient], Awaitable[T]]) -> T:
        """The client's answer to one question, in an event loop of its own."""
        settings = msgspec.structs.replace(self.settings, endpoint=self.service.endpoint)
        token = {"ADOPTION_ACCESS_TOKEN": self.service.token}
        credential = self.credential or make_credential(settings, token)

        async def run() -> T:
            async with GraphClient(
                settings,
                credential,
                on_wait=self.told.append,
                clock=self.clock,
                sleep=self.clock.sleep,
                base_delay=2.0,
            ) as graph:
                return await question(graph)

        return asyncio.run(run())

    def fetch(self, *, day: date | None = DAY, period: str | None = None) -> bytes:
        return self.ask(lambda graph: graph.fetch_report(REPORT, day=day, period=period))

    def with_settings(self, **changes: Any) -> "Tenant":
        return replace(self, settings=msgspec.structs.replace(self.settings, **changes))

    @property
    def asked(self) -> list[tuple[str, int | None]]:
        """Path, without query, and status of each request so far."""
        return [(_path(request), request.status) for request in self.service.requests]

    @property
    def statuses(self) -> list[int | None]:
        """The status of each request so far; None where the line was cut."""
        return [request.status for request in self.service.requests]


@contextmanager
def open_tenant(*, page_size: int = 999) -> Iterator[Tenant]:
    """A tenant where ann, bob and gus work, and ann visited three pages on the 20th."""
    clock = Clock()
    world = SmallWorld(done={("sharepoint", DAY): {"id-ann": {"Visited Page Count": 3}}})
    with GraphService(world, today=TODAY, clock=clock, page_size=page_size) as service:
        yield Tenant(service, clock)


def _path(request: Request) -> str:
    return request.path.partition("?")[0]
