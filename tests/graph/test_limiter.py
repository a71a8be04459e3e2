"""Pacing: never too many in a window, and nobody waits for somebody else's report."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from adoption.graph.limiter import Limiter
from tests.graph.tenant import Clock

SECONDS = st.floats(0.01, 1e5)


@given(
    calls=st.integers(1, 5),
    seconds=SECONDS,
    start=st.floats(0, 1e9),
    pauses=st.lists(st.floats(0, 1e4), max_size=30),
)
def test_no_window_ever_holds_more_than_the_calls_allowed(
    calls: int, seconds: float, start: float, pauses: list[float]
) -> None:
    clock = Clock(start)
    limiter = Limiter(calls, seconds, clock, clock.sleep)
    granted = []

    async def run() -> None:
        for pause in pauses:
            clock.now += pause
            await limiter.acquire("report")
            granted.append(clock.now)

    asyncio.run(run())

    later = granted[calls:]
    assert [b >= a + seconds for a, b in zip(granted, later, strict=False)] == [True] * len(later)


def test_a_call_waits_until_the_oldest_one_has_left_the_window() -> None:
    clock = Clock()
    limiter = Limiter(2, 600.0, clock, clock.sleep)
    heard: list[float] = []

    async def run() -> None:
        for pause in (0, 100, 0, 0):
            clock.now += pause
            await limiter.acquire("report", heard.append)

    asyncio.run(run())

    assert (clock.waits, heard) == ([500.0, 100.0], [500.0, 100.0])


def test_callers_that_come_at_once_take_turns() -> None:
    clock = Clock()
    limiter = Limiter(1, 10.0, clock, clock.sleep)
    granted = []

    async def call(name: str) -> None:
        await limiter.acquire("report")
        granted.append((name, clock.now))

    async def run() -> None:
        await asyncio.gather(*(call(name) for name in "abc"))

    asyncio.run(run())

    assert granted == [("a", 0.0), ("b", 10.0), ("c", 20.0)]


def test_a_report_that_must_wait_holds_up_no_other_report() -> None:
    async def run() -> bool:
        never = asyncio.Event()

        async def sleep(_seconds: float) -> None:
            await never.wait()

        limiter = Limiter(1, 600.0, lambda: 0.0, sleep)
        await limiter.acquire("teams")
        stuck = asyncio.create_task(limiter.acquire("teams"))
        await asyncio.wait_for(limiter.acquire("yammer"), 1)
        stuck.cancel()
        return stuck.done()

    assert asyncio.run(run()) is False


def test_zero_calls_means_no_pacing() -> None:
    clock = Clock()
    limiter = Limiter(0, 600.0, clock, clock.sleep)

    async def run() -> None:
        for _ in range(50):
            await limiter.acquire("report")

    asyncio.run(run())

    assert clock.waits == []


def test_a_hold_stops_that_report_until_it_is_over_and_a_shorter_one_does_not_end_it() -> None:
    clock = Clock()
    limiter = Limiter(0, 600.0, clock, clock.sleep)

    async def run() -> None:
        limiter.hold("teams", 340.0)
        limiter.hold("teams", 5.0)
        await limiter.acquire("yammer")
        await limiter.acquire("teams")

    asyncio.run(run())

    assert clock.waits == [340.0]
