"""Pacing of calls: a sliding window per key, so that Graph never has to throttle us.

The reports service takes 14 CSV calls per report function, app and tenant in 10 minutes and counts
the refused ones too (Graph throttling page, "Microsoft 365 reports"); the window slides, so a
counter reset every 10 minutes would let up to twice as many through.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable


def _tell_nobody(_seconds: float) -> None:
    pass


class Limiter:
    """At most `calls` calls per key in any `seconds`; keys never wait for each other.

    `calls=0` means no pacing. `clock` tells seconds that only ever grow; `sleep` waits for seconds.
    """

    def __init__(
        self,
        calls: int,
        seconds: float,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]],
    ) -> None:
        self._calls = calls
        self._seconds = seconds
        self._clock = clock
        self._sleep = sleep
        self._granted: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=calls))
        self._held_until: dict[str, float] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def acquire(self, key: str, on_wait: Callable[[float], None] = _tell_nobody) -> None:
        """Returns when a call under `key` may go out, and counts it.

        `on_wait` hears how many seconds that takes, if any.
        """
        async with self._turns[key]:
            while (free_at := self._free_at(key)) > (now := self._clock()):
                on_wait(free_at - now)
                await self._sleep(free_at - now)
            self._granted[key].append(now)

    def hold(self, key: str, seconds: float) -> None:
        """No call under `key` for so long: Graph counts calls made while it throttles."""
        until = self._clock() + seconds
        self._held_until[key] = max(until, self._held_until.get(key, until))

    def _free_at(self, key: str) -> float:
        held_until = self._held_until.get(key, float("-inf"))
        granted = self._granted[key]
        if self._calls == 0 or len(granted) < self._calls:
            return held_until
        return max(held_until, granted[0] + self._seconds)
