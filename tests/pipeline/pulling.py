"""How a test pulls from the small tenant behind the local service, and what then lies in a home."""

import asyncio
import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from adoption.demo.service import GraphService
from adoption.graph.client import GraphClient
from adoption.graph.credential import make_credential
from adoption.identity import pseudonym
from adoption.pipeline.nightly import pull_from_graph
from adoption.pipeline.pull import PullResult, pull
from adoption.settings import Settings, parse_settings
from adoption.warehouse import read_snapshots
from tests.demo.small_world import TODAY, SmallWorld, on
from tests.graph.tenant import Clock

KEY, TOKEN = "0123456789abcdef", "token-of-the-first-night"
ENGAGE, SHAREPOINT, TEAMS = (
    "viva_engage_user_activity",
    "sharepoint_user_activity",
    "teams_user_activity",
)
PEOPLE = [TEAMS, ENGAGE, SHAREPOINT]
TOTALS = ["teams_user_counts", "viva_engage_user_counts", "sharepoint_user_counts"]
DIRECTORY = ["directory", "plan_set", "subscribed_sku"]


def busy_world() -> SmallWorld:
    world = SmallWorld()
    world.done["viva_engage", on(20)] = {"id-ann": {"Read Count": 3, "Liked Count": 1}}
    world.done["viva_engage", on(18)] = {"id-bob": {"Posted Count": 2}}
    world.last["id-ann"] = on(20)
    return world


def settings_for(graph: GraphService, home: Path, more: str = "") -> Settings:
    return parse_settings(
        f'[organisation]\nname = "Fjordvik"\n[graph]\nendpoint = "{graph.endpoint}"\n'
        f"requests_per_10_minutes = 0\n{more}",
        home=str(home),
    )


def environ(graph: GraphService) -> dict[str, str]:
    return {"ADOPTION_ACCESS_TOKEN": graph.token, "ADOPTION_PSEUDONYM_KEY": KEY}


def pulled(
    graph: GraphService,
    home: Path,
    *names: str,
    since: dt.date | None = None,
    until: dt.date | None = None,
    as_of: dt.date = TODAY,
) -> PullResult:
    return pull_from_graph(
        settings_for(graph, home),
        environ=environ(graph),
        as_of=as_of,
        since=since,
        until=until,
        names=names,
    )


def pulled_patiently(
    graph: GraphService, home: Path, *names: str, as_of: dt.date = TODAY
) -> PullResult:
    """As `pulled`, but the waits between tries take no time."""
    settings, clock = settings_for(graph, home), Clock()

    async def run() -> PullResult:
        credential = make_credential(settings.graph, environ(graph))
        async with GraphClient(
            settings.graph, credential, clock=clock, sleep=clock.sleep
        ) as client:
            return await pull(settings, client, environ=environ(graph), as_of=as_of, names=names)

    return asyncio.run(run())


def files(home: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(home)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in home.rglob("*")
        if path.is_file()
    }


def rows(home: Path, report: str, day: dt.date, period: int = 1) -> list[dict[str, Any]]:
    path = home / "lake" / report / f"day={day}" / f"D{period}.parquet"
    found: list[dict[str, Any]] = pq.ParquetFile(path).read().to_pylist()
    return found


def days_landed(home: Path, report: str) -> list[dt.date]:
    return [
        fact["day"]
        for fact in read_snapshots(home)
        if fact["report"] == report and fact["period_days"] == 1
    ]


def header_alone(body: bytes) -> bytes:
    return body.partition(b"\n")[0] + b"\n"


def upn_id(upn: str) -> int:
    return pseudonym(KEY.encode(), "upn", upn)
