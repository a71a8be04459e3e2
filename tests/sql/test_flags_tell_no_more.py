"""Flags of units whose published rows are the same are the same, whatever lies beneath the codes.

They are judged by the real models, from the true funnel on, in an organisation of 1000 people of
whom 700 are reached.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import product

import duckdb
import pytest

from adoption.inference import FUNNEL
from tests.tables import drawn, given, run_chain

FIRST = dt.date(2026, 1, 4)


def flags(
    db: duckdb.DuckDBPyConnection, staff: int, licensed: int, cases: Iterable[tuple[int, int]]
) -> Sequence[str]:
    """Which flags hold on the unit in each case of (reached before, reached now).

    The cases lie on Sundays so far apart that they have nothing to do with each other.
    """
    windows: dict[dt.date, int] = {}
    for number, (before, now) in enumerate(cases):
        sunday = FIRST + dt.timedelta(weeks=8 * number)
        windows |= {sunday: before, sunday + dt.timedelta(weeks=4): now}
    funnel = [
        line
        for day, reached in windows.items()
        for line in (
            f"(organisation) | {day} | 1000 | 950 | 900 | 850 | 800 | 700 | 300",
            f"north | {day} | {staff} | {staff} | {licensed} | {licensed} | {licensed} | {reached}"
            " | 0",
        )
    ]
    given(
        db,
        "core.unit",
        "unit_id | parent_id | is_pseudo\n(organisation) | | false\nnorth | (organisation) | false",
    )
    given(
        db,
        "core.evaluation_day",
        "\n".join(
            [
                "window_end | window_start",
                *(f"{day} | {day - dt.timedelta(27)}" for day in windows),
            ]
        ),
    )
    given(db, "core.channel")
    given(db, "core.unit_channel")
    given(
        db,
        "core.evaluation_window",
        "\n".join(["window_end | status", *(f"{day} | ok" for day in windows)]),
    )
    given(
        db,
        "core.unit_funnel",
        "\n".join([f"unit_id | window_end | {' | '.join(FUNNEL)}", *funnel]),
    )
    held = run_chain(db, "core.flag_sunday").filter("is_held and unit_id = 'north'")
    return [
        ", ".join(drawn(held.filter(f"window_end = '{day}'"), "flag")) for day in [*windows][1::2]
    ]


@pytest.mark.parametrize(
    ("staff", "licensed", "before", "now", "held"),
    [
        # Ten of ten not reached would be enough for not_reached; nine are known.
        (10, 10, range(3), range(3), "behind"),
        (11, 11, range(3), range(3), "behind, not_reached"),
        # From 28 to 23 is no fall beyond chance, from 30 it would be; 29 is known.
        (30, 30, range(28, 31), [24], ""),
        (30, 30, range(28, 31), [23], "falling"),
        # To none it would be one beyond chance, to one it is, to two it is not.
        (30, 30, [7], range(3), "behind, falling, not_reached"),
        (30, 30, range(28, 31), range(28, 31), ""),
        # Of fewer licensed than the minimum group nothing is told.
        (40, 9, [0, 5, 9], [0, 5, 9], "behind, not_reached"),
        (12, 9, [0, 5, 9], [0, 5, 9], "behind"),
    ],
)
def test_a_flag_never_tells_which_of_the_coded_counts_it_is(
    db: duckdb.DuckDBPyConnection,
    staff: int,
    licensed: int,
    before: Iterable[int],
    now: Iterable[int],
    held: str,
) -> None:
    cases = list(product(before, now))

    assert flags(db, staff, licensed, cases) == [held] * len(cases)
