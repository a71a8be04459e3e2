"""How a published row may differ from the truth: only by hiding, and only within its bounds."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tests.truth.statistics import wilson

Row = Mapping[str, Any]


def contradictions(
    published: Iterable[Row], truth: Mapping[Any, Any], key: Sequence[str], counts: Sequence[str],
    share: tuple[str, str, str],
) -> list[tuple[Any, str]]:  # fmt: skip
    """Keys and columns in which a published row says what is not so.

    counts: the row's columns of people. share: the count that its rate is of, the count that it is
    a share of, and the rate's name before `_rate`, `_low` and `_high`.
    """
    rows = {tuple(row[name] for name in key): row for row in published}
    wrong = [(name, "row") for name in rows.keys() ^ truth.keys()]
    for name in rows.keys() & truth.keys():
        wrong += [(name, column) for column in _wrong(rows[name], truth[name], counts, share)]
    return wrong


def hidden_for_others(
    published: Iterable[Row], truth: Mapping[Any, Any], key: Sequence[str]
) -> int:
    """Rows that are hidden though their own group is large enough."""
    return sum(
        row["status"] == "suppressed"
        and truth[tuple(row[name] for name in key)].status not in ("suppressed", "no_data")
        for row in published
    )


def _wrong(row: Row, true: Any, counts: Sequence[str], share: tuple[str, str, str]) -> list[str]:
    hits, total, rate = share
    if row["status"] == "suppressed":
        return [column for column in (*counts, f"{rate}_rate") if row[column] is not None]
    if true.status in ("suppressed", "no_data") or row["status"] != true.status:
        return [] if row["status"] == true.status else ["status"]
    wrong = [column for column in counts if not _fits(row, column, getattr(true, column))]
    low, high = (None, None) if row[hits] is None else wilson(row[hits], row[total]) or (None, None)
    expected = {
        f"{rate}_rate": None if row[hits] is None else row[hits] / row[total],
        f"{rate}_low": low,
        f"{rate}_high": high,
    }
    return wrong + [name for name, value in expected.items() if not _near(row[name], value)]


def _fits(row: Row, column: str, true: int | None) -> bool:
    shown, licensed = row[column], row["licensed"]
    if column not in row["coded"]:
        return bool(shown == true)
    if shown is None or true is None:
        return shown is None
    return bool((shown == 2 and true <= 2) or (shown == licensed - 2 <= true))


def _near(value: float | None, expected: float | None) -> bool:
    if value is None or expected is None:
        return value is expected
    return abs(value - expected) < 1e-9
