"""Trying again, in one place: the SDK's own retries give up on a Retry-After of 180 s or more.

They also read no decimals and no dates, and leave out 500, 502 and network errors (kiota-http 1.16,
measured). The reports service can ask for ten minutes.
"""

import asyncio
import email.utils
import math
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from adoption.graph.errors import Call, GraphUnavailable

T = TypeVar("T")

LONGEST_WAIT = 3600.0
"""Seconds; asked to wait longer, a run gives up and says when to come back."""


def _tell_nobody(_text: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Waiting:
    """How waiting is done: the clock, the sleep, who hears of it, and how long it is by itself.

    Without a word from Graph the n-th wait is `base_seconds` x 2^(n-1), give or take a half.
    """

    base_seconds: float = 2.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    on_wait: Callable[[str], None] = _tell_nobody


async def retried(
    attempt: Callable[[], Awaitable[T]],
    call: Call,
    *,
    waiting: Waiting,
    before_wait: Callable[[GraphUnavailable, float], Awaitable[None]],
) -> T:
    """The value of the first attempt that succeeds.

    `before_wait` hears of each failure and of the seconds that will follow it. Raises
    GraphUnavailable when the last attempt fails or Graph asks for too long a wait; what else an
    attempt raises is raised at once.
    """
    tried = 0
    while True:
        try:
            return await attempt()
        except GraphUnavailable as error:
            tried += 1
            seconds = _seconds_after(error, tried, waiting.base_seconds)
            if tried >= error.attempts or seconds > LONGEST_WAIT:
                raise _given_up(error, tried, seconds) from error
            await before_wait(error, seconds)
            waiting.on_wait(_announced(error, call, seconds, tried))
            await waiting.sleep(seconds)


def _seconds_after(error: GraphUnavailable, tried: int, base_seconds: float) -> float:
    told = None
    if error.reply is not None and error.reply.retry_after is not None:
        told = parse_retry_after(error.reply.retry_after, now=_server_time(error.reply.date))
    if told is not None:
        return told
    return base_seconds * 2.0 ** (tried - 1) * random.uniform(0.5, 1.5)


def _server_time(date: str | None) -> datetime:
    """The answer's own Date, since our clock and Graph's may differ."""
    return parse_http_date(date or "") or datetime.now(UTC)


def parse_retry_after(value: str, *, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for; None if it says nothing usable.

    Graph sends integers and decimals (`2.128`); HTTP allows a date, too (RFC 9110, 10.2.3). Zero
    or a time gone by is no wait at all, which would be hammering, so it counts as unusable.
    """
    try:
        seconds = float(value)
    except ValueError:
        date = parse_http_date(value)
        seconds = (date - now).total_seconds() if date else 0.0
    return seconds if math.isfinite(seconds) and seconds > 0 else None


def parse_http_date(text: str) -> datetime | None:
    """The instant that an HTTP date names; None where it names none."""
    try:
        date = email.utils.parsedate_to_datetime(text.strip())
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _announced(error: GraphUnavailable, call: Call, seconds: float, tried: int) -> str:
    if error.throttled:
        return f"Graph asks to wait {worded(seconds)} before {call.what} can be asked for again."
    return (
        f"Graph did not deliver {call.what} (attempt {tried} of {error.attempts}); trying again "
        f"in {worded(seconds)}."
    )


def worded(seconds: float) -> str:
    """`seconds` as a person says it."""
    return f"{seconds / 60:.0f} minutes" if seconds >= 120 else f"{math.ceil(seconds)} seconds"


def _given_up(error: GraphUnavailable, tried: int, seconds: float) -> GraphUnavailable:
    times = "once" if tried == 1 else f"{tried} times"
    too_long = f" Graph asks to wait {worded(seconds)}." if seconds > LONGEST_WAIT else ""
    return GraphUnavailable(
        f"{error} Tried {times}.{too_long}", attempts=error.attempts, reply=error.reply
    )
