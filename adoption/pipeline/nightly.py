"""What a night needs besides pull, build and export; plain functions, no Prefect."""

import asyncio
import datetime as dt
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from pathlib import Path

from adoption.certainty import say_not_reached, say_rate
from adoption.graph.client import GraphClient
from adoption.graph.credential import make_credential
from adoption.pipeline.pull import Progress, PullResult, pull
from adoption.settings import Settings
from adoption.texts import label
from adoption.warehouse import open_warehouse


def pull_from_graph(
    settings: Settings,
    *,
    environ: Mapping[str, str],
    as_of: dt.date,
    since: dt.date | None = None,
    until: dt.date | None = None,
    names: Sequence[str] = (),
    progress: Progress = lambda *_: None,
    on_wait: Callable[[str], None] = lambda _: None,
) -> PullResult:
    """`adoption.pipeline.pull.pull` with the real Graph client, in an event loop of its own."""

    async def run() -> PullResult:
        credential = make_credential(settings.graph, environ)
        async with GraphClient(settings.graph, credential, on_wait=on_wait) as graph:
            return await pull(
                settings, graph, environ=environ, as_of=as_of, since=since, until=until,
                names=names, progress=progress,
            )  # fmt: skip

    return asyncio.run(run())


def prepare_prefect(home: Path, environ: MutableMapping[str, str]) -> None:
    """Lets Prefect run in this process: its files under `home`, no telemetry, no log of its own.

    Whoever has a Prefect server or other settings keeps them: nothing that is set is changed.
    Prefect makes its own folder, but not those above it, and then waits for a server in vain.
    """
    (home / "prefect").mkdir(parents=True, exist_ok=True)
    for name, value in {
        "PREFECT_HOME": str((home / "prefect").resolve()),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_SERVER_LEVEL": "CRITICAL",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        "PREFECT_CLI_PROMPT": "false",
    }.items():
        environ.setdefault(name, value)


def open_flags(home: Path) -> list[dict[str, object]]:
    """The open flags of the published warehouse, most people first: rows of `marts.unit_flag`."""
    with open_warehouse(home) as warehouse:
        result = warehouse.execute(
            "from marts.unit_flag where closed_on is null "
            "order by not_reached desc nulls last, unit, flag"
        )
        names = [column[0] for column in result.description or ()]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def flag_table(flags: Sequence[Mapping[str, object]]) -> list[dict[str, str]]:
    """Open flags as whoever runs the nights reads them: with bounds and intervals."""
    return [
        {
            "unit": str(flag["unit"]),
            "flag": label(str(flag["flag"]), "en"),
            "open since": str(flag["opened_on"]),
            "not reached": say_not_reached(flag, "en") or "hidden",
            "reach": say_rate(flag, "en") or "hidden",
            "reason": label(str(flag["reason"] or "none stands out"), "en"),
            "what to do": str(flag["advice"] or ""),
        }
        for flag in flags
    ]
