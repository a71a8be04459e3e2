"""The way to Graph: its name, the line, TLS, and whether both sides agree on the time."""

import datetime as dt
from collections.abc import Callable, Iterator

from adoption.errors import PermanentError
from adoption.graph.reach import fetch_endpoint_time
from adoption.pipeline.doctor.finding import Finding, failed, passed, skipped, told, warned

_WARN_BEYOND = dt.timedelta(minutes=5)
"""Entra's own tolerance: certificates and tokens are refused beyond it."""
_FAIL_BEYOND = dt.timedelta(days=1)


def look_at_connection(endpoint: str, *, clock: Callable[[], dt.datetime]) -> Iterator[Finding]:
    """Findings on the connection to `endpoint` and on this machine's clock; no token is sent."""
    try:
        theirs = fetch_endpoint_time(endpoint)
    except PermanentError as error:
        yield told("connection", error)
        yield skipped("clock", "Graph cannot be reached.")
        return
    yield passed("connection", f"{endpoint} can be reached.")
    yield clock_finding(clock(), theirs)


def clock_finding(ours: dt.datetime, theirs: dt.datetime | None) -> Finding:
    """Whether this machine's clock agrees with Graph's."""
    if theirs is None:
        return skipped("clock", "Graph's answer carries no time to compare with.")
    apart = abs(ours - theirs)
    if apart <= _WARN_BEYOND:
        return passed("clock", "This machine's clock agrees with Graph's.")
    message = (
        f"This machine's clock is {_worded(apart)} {'ahead of' if ours > theirs else 'behind'} "
        "Graph's."
    )
    advice = "Set it, and keep it right with a time service (NTP)."
    if apart <= _FAIL_BEYOND:
        return warned("clock", message, advice=advice)
    return failed("clock", message, advice=advice)


def _worded(apart: dt.timedelta) -> str:
    if apart < dt.timedelta(hours=2):
        return f"{apart // dt.timedelta(minutes=1)} minutes"
    if apart < dt.timedelta(days=2):
        return f"{apart // dt.timedelta(hours=1)} hours"
    return f"{apart.days} days"
