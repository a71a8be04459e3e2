"""Tells what is new since the last message, once, to a Teams channel and by mail.

What each of them has been told is kept under HOME/messages; a change counts as told when it was
sent, so what could not be sent is tried again in the next run. A message that fails is a warning:
the night has published its figures all the same.
"""

import datetime as dt
import json
import ssl
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adoption.errors import AdoptionError, PermanentError
from adoption.exports.delivery import make_mail, post_card, send_mail
from adoption.exports.message import Block, Flag, News, compose, render_card, render_text
from adoption.settings import Settings
from adoption.warehouse import open_warehouse

Row = Mapping[str, Any]
Send = Callable[[Sequence[Block]], Sequence[str]]

_WHOLE = """
    select unit_reach.* from marts.unit_reach
    inner join marts.build using (window_end)
    inner join (select unit_id from marts.unit where parent_id is null) using (unit_id)
    order by window_days = 28 desc limit 1
"""
_FLAGS = """
    select
        unit_id, unit, flag, opened_on, closed_on, staff, not_reached, reach_rate, reach_low,
        reach_high, coded, reason
    from marts.unit_flag
    order by not_reached desc nulls last, unit, flag, opened_on
"""
_FAILED = "from marts.data_quality where result = 'fail' order by check_name, scope, day"


@dataclass(frozen=True, slots=True)
class Told:
    """What a channel knows: since when each flag of a unit is open, and which checks fail."""

    flags: Mapping[tuple[str, str], dt.date] = field(default_factory=dict)
    failing: frozenset[tuple[str, str]] = frozenset()


def tell_news(
    settings: Settings,
    *,
    environ: Mapping[str, str],
    now: dt.datetime,
    tls: ssl.SSLContext | None = None,
) -> list[str]:
    """Sends what is new to every channel that is set up, and returns what went wrong as warnings.

    Teams: `ADOPTION_TEAMS_WEBHOOK` in `environ`; mail: `[message]` in the settings.
    """
    ways = _ways(settings, environ, now=now, tls=tls)
    if not ways:
        return []
    warnings: list[str] = []
    path = settings.home / "messages" / "sent.json"
    try:
        memory = _read_memory(path)
        whole, flags, failed = _read_marts(settings.home)
    except AdoptionError as error:
        return [f"No message was sent. {error}"]
    for name, send in ways.items() if whole else ():
        news, told = find_news(memory.get(name, Told()), flags, failed)
        blocks = compose(news, whole, settings.organisation.language) if news else []
        try:
            refused = _send_once(path, {**memory, name: told}, send, blocks)
        except (AdoptionError, OSError) as error:
            warnings.append(f"The message ({name}) was not sent; the next run tries again. {error}")
            continue
        memory[name] = told
        warnings += [f"The message ({name}) was refused for {address}." for address in refused]
    return warnings


def find_news(told: Told, flags: Sequence[Flag], failed: Sequence[Row]) -> tuple[News, Told]:
    """What `told` does not know of, and what it knows once that is told.

    A closing is news only where the opening was told. A flag that was told and is not there any
    more (its unit has become too small to show) has not closed: nothing is said of it. Figures
    that come late may move the day of an opening; that is no new opening.
    """
    opened, closed = [], []
    known = dict(told.flags)
    for flag in flags:
        key = (flag.unit_id, flag.flag)
        if flag.closed_on and key in told.flags and flag.closed_on >= told.flags[key]:
            closed.append(flag)
            known.pop(key, None)
    for flag in flags:
        key = (flag.unit_id, flag.flag)
        if flag.closed_on is None:
            if key not in known:
                opened.append(flag)
            known[key] = flag.opened_on
    failing = {(str(row["check_name"]), str(row["scope"])): row for row in failed}
    new = [row for key, row in failing.items() if key not in told.failing]
    return News(opened, closed, new), Told(known, frozenset(failing))


def _ways(
    settings: Settings,
    environ: Mapping[str, str],
    *,
    now: dt.datetime,
    tls: ssl.SSLContext | None,
) -> Mapping[str, Send]:
    def by_teams(blocks: Sequence[Block]) -> Sequence[str]:
        post_card(webhook, render_card(blocks), tls=tls)
        return ()

    def by_mail(blocks: Sequence[Block]) -> Sequence[str]:
        text = render_text(blocks)
        message = make_mail(settings.message, subject=blocks[0].lead, text=text, now=now)
        password = environ.get("ADOPTION_SMTP_PASSWORD", "")
        return send_mail(settings.message, message, password=password, tls=tls)

    webhook = environ.get("ADOPTION_TEAMS_WEBHOOK", "").strip()
    ways: dict[str, Send] = {}
    if webhook:
        ways["teams"] = by_teams
    if settings.message.host:
        ways["mail"] = by_mail
    return ways


def _send_once(
    path: Path, memory: Mapping[str, Told], send: Send, blocks: Sequence[Block]
) -> Sequence[str]:
    """Sends, and then remembers: the memory lies ready on the disk before anything goes out."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ready = path.with_name(f".{path.name}.tmp")
    ready.write_text(_render_memory(memory), encoding="utf-8")
    refused = send(blocks) if blocks else ()
    ready.replace(path)
    return refused


def _render_memory(memory: Mapping[str, Told]) -> str:
    content = {
        name: {
            "flags": [[*key, day.isoformat()] for key, day in sorted(told.flags.items())],
            "failing": sorted(told.failing),
        }
        for name, told in memory.items()
    }
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _read_memory(path: Path) -> dict[str, Told]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {name: _told(known["flags"], known["failing"]) for name, known in content.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise PermanentError(
            f"What has been told cannot be read from {path} ({type(error).__name__}: {error}). "
            "Remove the file, and the next run tells of all flags that are open."
        ) from error


def _told(flags: Iterable[Sequence[str]], failing: Iterable[Sequence[str]]) -> Told:
    return Told(
        {(unit_id, flag): dt.date.fromisoformat(day) for unit_id, flag, day in flags},
        frozenset((check, scope) for check, scope in failing),
    )


def _read_marts(home: Path) -> tuple[Row, list[Flag], list[Row]]:
    """The organisation's newest reach (empty without a window), all flags, what fails."""
    with open_warehouse(home) as warehouse:

        def rows(query: str) -> list[Row]:
            result = warehouse.execute(query)
            names = [column[0] for column in result.description or ()]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

        whole, flags, failed = rows(_WHOLE), rows(_FLAGS), rows(_FAILED)
    return (whole[0] if whole else {}), [Flag(**flag) for flag in flags], failed
