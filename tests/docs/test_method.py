"""The worked examples of `docs/method.md`, each computed again, and asked of the product's SQL.

The page's own tables are the input. Their first columns are what is given; what follows must be
what statsmodels or a few plain lines here make of it, and what the SQL makes of it, to the last
digit that is printed.
"""

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Mapping, Set

import duckdb
import pytest
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
    proportions_ztest,
)

from adoption import texts
from adoption.exports.cells import HIDDEN, count
from adoption.settings import Flags, Privacy
from tests.docs.pages import METHOD
from tests.tables import drawn, given, new_warehouse, run_model

MIN_GROUP = Privacy().min_group
TARGET, FALL, FEWEST = Flags().target, Flags().fall_points / 100, Flags().min_not_reached
SUNDAY = "2026-02-01"
SUBJECT = "unit_id | window_end | reached | staff"
FIRST, WEEK = dt.date(2026, 9, 6), dt.timedelta(7)


@pytest.fixture
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    with new_warehouse() as connection:
        yield connection


def example(name: str) -> list[list[str]]:
    """The cells of the rows of the example called `name`, without its head."""
    page = METHOD.read_text(encoding="utf-8")
    table = page.split(f"<!-- example: {name} -->\n", 1)[1].split("\n\n", 1)[0]
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]
    ]


def numbers(cells: Iterable[str]) -> list[int]:
    return [int(cell) for cell in cells]


def percent(share: float) -> str:
    return f"{100 * share:.1f}"


def yes(holds: bool) -> str:
    return "yes" if holds else "no"


def asked(db: duckdb.DuckDBPyConnection, formula: str, *values: int) -> float:
    ((value,),) = db.execute(f"select {formula}", list(values)).fetchall()
    return float(value)


def test_wilsons_interval(db: duckdb.DuckDBPyConnection) -> None:
    for *shown, rate, low, high in example("wilson"):
        hits, total = numbers(shown)
        interval = proportion_confint(hits, total, 0.05, "wilson")

        assert [rate, low, high] == [percent(hits / total), *map(percent, interval)]
        assert [rate, low, high] == [
            percent(asked(db, f"{formula}(?, ?)", hits, total))
            for formula in ("share", "wilson_low", "wilson_high")
        ]


def test_too_few_are_reached(db: duckdb.DuckDBPyConnection) -> None:
    rows = example("not_reached")
    given_rows = [f"u{n} | {SUNDAY} | {row[0]} | {row[1]}" for n, row in enumerate(rows)]

    for *shown, high, missing, holds in rows:
        hits, total = numbers(shown)
        top = proportion_confint(hits, total, 0.05, "wilson")[1]
        is_held = top < TARGET and total - hits >= FEWEST
        assert [high, missing, holds] == [percent(top), str(total - hits), yes(is_held)]
    given(db, "core.flag_subject", "\n".join([SUBJECT, *given_rows]))
    assert held(db, "core.flag_not_reached") == [row[-1] for row in rows]


def held(db: duckdb.DuckDBPyConnection, flag: str) -> list[str]:
    found = run_model(db, flag).order("unit_id").select("is_held").fetchall()
    return [yes(is_held) for (is_held,) in found]


def test_newcombes_interval(db: duckdb.DuckDBPyConnection) -> None:
    rows = example("newcombe")
    lines = [SUBJECT]

    for n, (*shown, fall, low, high, holds) in enumerate(rows):
        before, now = numbers(shown[:2]), numbers(shown[2:])
        difference = before[0] / before[1] - now[0] / now[1]
        ends = confint_proportions_2indep(*before, *now, method="newcomb", compare="diff")
        is_held = difference >= FALL - 1e-9 and ends[0] > 0
        assert [fall, low, high, holds] == [*map(percent, (difference, *ends)), yes(is_held)]
        assert low == percent(asked(db, "newcombe_low(?, ?, ?, ?)", *before, *now))
        assert high == percent(-asked(db, "newcombe_low(?, ?, ?, ?)", *now, *before))
        lines.append(f"u{n} | 2026-01-04 | {before[0]} | {before[1]}")
        lines.append(f"u{n} | {SUNDAY} | {now[0]} | {now[1]}")
    given(db, "core.flag_subject", "\n".join(lines))
    assert held(db, "core.flag_falling") == [row[-1] for row in rows]


def test_a_family_of_five_units(db: duckdb.DuckDBPyConnection) -> None:
    rows = example("family")
    units = {row[0]: numbers(row[1:3]) for row in rows}
    reached, staff = (sum(column) for column in zip(*units.values(), strict=True))

    p_values = [
        proportions_ztest([hits, reached - hits], [n, staff - n], alternative="smaller")[1]
        for hits, n in units.values()
    ]
    rejected = multipletests(p_values, 0.05, "fdr_bh")[0]

    assert [row[3:] for row in rows] == [
        [f"{p:.4f}", str(rank), f"{0.05 * rank / len(rows):.2f}", yes(is_held)]
        for p, is_held in zip(p_values, rejected, strict=True)
        for rank in [1 + sum(other < p for other in p_values)]
    ]
    given_rows = [f"{unit} | {SUNDAY} | {hits} | {n}" for unit, (hits, n) in units.items()]
    header, root = (
        "unit_id | window_end | reached | staff",
        f"(organisation) | {SUNDAY} | {reached} | {staff}",
    )
    whole = f"(organisation) | {SUNDAY} | {reached} | {staff}"
    given(db, "core.flag_subject", "\n".join([SUBJECT, whole, *given_rows]))
    given(db, "core.unit_funnel", "\n".join([header, root]))
    found = run_model(db, "core.flag_behind").select("unit_id, p_value, is_held").fetchall()
    assert sorted((unit, f"{p:.4f}", yes(is_held)) for unit, p, is_held in found) == sorted(
        (row[0], row[3], row[6]) for row in rows
    )


def test_the_reason_is_the_step_with_the_largest_excess(db: duckdb.DuckDBPyConnection) -> None:
    rows = example("reason")
    excess = {}

    for step, *counts, expected, beyond in rows:
        entering, lost, unit_entering, unit_lost = numbers(counts)
        usual = unit_entering * lost / entering
        excess[step] = unit_lost - usual
        assert [expected, beyond] == [f"{usual:.2f}", f"{unit_lost - usual:.2f}"]

    assert list(excess) == [f"`{code}`" for code in texts.REASONS]
    name = max(excess, key=excess.__getitem__)
    page = METHOD.read_text(encoding="utf-8")
    organisation, unit = (funnel_of(rows, at) for at in (1, 3))
    assert f"as {name} than it would at the usual rate" in " ".join(page.split())
    header = "unit_id | window_end | staff | account | licensed | onboarded | active | reached"
    counts = [f"(organisation) | {SUNDAY} | {organisation}", f"north | {SUNDAY} | {unit}"]
    given(db, "core.unit_window", "\n".join([header, *counts]))
    shown = [f"{row} | ok" for row in counts]
    given(db, "core.unit_shown", "\n".join([f"{header} | status", *shown]))
    assert drawn(run_model(db, "core.unit_reason"), "unit_id, reason") == [
        f"north | {name.strip('`')}"
    ]


def funnel_of(rows: list[list[str]], at: int) -> str:
    """The funnel whose entering and lost people stand in the columns `at` and after it."""
    entering = numbers(row[at] for row in rows)
    lost = numbers(row[at + 1] for row in rows)
    left = [before - gone for before, gone in zip(entering, lost, strict=True)]
    assert left[:-1] == entering[1:], "each step is entered by those whom the one before leaves"
    return " | ".join(map(str, [*entering, left[-1]]))


def test_a_flag_opens_and_closes_on_the_second_sunday_in_a_row(
    db: duckdb.DuckDBPyConnection,
) -> None:
    rows = example("sundays")
    judged = [
        f"north | not_reached | {row[0]} | {row[2] == 'yes'}" for row in rows if row[1] == "ok"
    ]
    given(db, "core.flag_sunday", "\n".join(["unit_id | flag | window_end | is_held", *judged]))

    assert [row[0] for row in rows] == [f"{FIRST + n * WEEK}" for n in range(len(rows))]
    assert [row[1] in texts.STATUSES and (row[1] != "ok") == (row[2] == "–") for row in rows] == [
        True
    ] * len(rows)
    changes = [row[0] for row in rows if row[3] in ("opens", "closes")]
    assert [row[3] for row in rows] == list(shown_flag(rows))
    assert drawn(run_model(db, "core.flag_episode"), "opened_on, closed_on") == [
        " | ".join(changes)
    ]


def shown_flag(rows: list[list[str]]) -> Iterator[str]:
    """What is shown on each Sunday: that the flag opens, is open, closes, or nothing."""
    is_open, last = False, ""
    for _, status, holds, _ in rows:
        is_second = status == "ok" and holds == last
        if is_second and is_open != (holds == "yes"):
            is_open = not is_open
            yield "opens" if is_open else "closes"
        else:
            yield "open" if is_open else "–"
        last = holds if status == "ok" else last


def test_a_count_near_nobody_or_everybody_is_shown_as_a_bound() -> None:
    for *shown, value, is_coded, cell in example("coding"):
        licensed, true = numbers(shown)
        known, is_bound = coded(true, licensed)
        row = {"active": known, "coded": ["active"] if is_bound else []}

        assert [value, is_coded] == ["null" if known is None else str(known), yes(is_bound)]
        assert cell == count("active", row, "en")


def coded(true: int, licensed: int) -> tuple[int | None, bool]:
    """What is shown of a count of conduct, and whether it is not the count itself."""
    if licensed == 0:
        return true, False
    if licensed < MIN_GROUP:
        return None, True
    if true <= 2:
        return 2, True
    if true >= licensed - 2:
        return licensed - 2, True
    return true, False


def test_the_next_smallest_unit_is_hidden_with_one_that_is_too_small() -> None:
    rows = example("family of three")
    staff = {row[0]: int(row[1]) for row in rows}
    small = {unit for unit, heads in staff.items() if heads < MIN_GROUP}
    hidden = {*small, min(staff.keys() - small, key=staff.__getitem__)}

    assert [row[2:] for row in rows] == [
        [yes(unit in small), HIDDEN if unit in hidden else str(heads)]
        for unit, heads in staff.items()
    ]
    assert example("attack") == [
        [", ".join(unit for unit in staff if unit in some), spans(possible(staff, some))]
        for some in (small, hidden)
    ]


def possible(staff: Mapping[str, int], hidden: Set[str]) -> list[int]:
    """What the first hidden unit can be to one who knows the sum, the shown units and the rules.

    One of two hidden units is too small; the other is too, or hidden as the smallest of the rest.
    """
    shown = [heads for unit, heads in staff.items() if unit not in hidden]
    left = sum(staff.values()) - sum(shown)
    if len(hidden) == 1:
        return [left]
    return [
        first
        for first in range(left + 1)
        if min(first, left - first) < MIN_GROUP and max(first, left - first) <= min(shown)
    ]


def spans(values: list[int]) -> str:
    groups = itertools.groupby(enumerate(values), key=lambda pair: pair[1] - pair[0])
    runs = [[value for _, value in group] for _, group in groups]
    return ", ".join(str(r[0]) if len(r) == 1 else f"{r[0]} to {r[-1]}" for r in runs)
