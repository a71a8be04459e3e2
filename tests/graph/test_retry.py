"""Every form of Retry-After is understood, and what says nothing usable is told from it."""

from datetime import UTC, datetime

import pytest

from adoption.graph.retry import parse_retry_after

NOW = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("340", 340.0),
        ("600", 600.0),
        ("2.128", 2.128),
        (" 7 ", 7.0),
        ("Tue, 24 Nov 2026 12:05:40 GMT", 340.0),
        ("Tue, 24 Nov 2026 13:00:10 +0100", 10.0),
        ("Tue, 24 Nov 2026 11:59:00 GMT", None),
        ("0", None),
        ("-5", None),
        ("nan", None),
        ("inf", None),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_read_in_every_form(value: str, seconds: float | None) -> None:
    assert parse_retry_after(value, now=NOW) == seconds
