"""The formulas, against statsmodels and plain arithmetic over a grid with the edges 0, 1 and n."""

import math
from collections.abc import Sequence
from itertools import product

import duckdb
import numpy as np
import pytest
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
    proportions_ztest,
)

from adoption.inference import CHANNEL, FUNNEL, Layout
from adoption.publication import coded_cells

TOTALS = (1, 2, 3, 10, 30, 400, 99_991)
SHARES = sorted({(hits, n) for n in TOTALS for hits in {0, 1, n // 3, n // 2, n - 1, n}})
WHOLE_RANGE = [(hits, n) for n in (*range(1, 31), 120) for hits in range(n + 1)]
PAIRS = list(product(SHARES, SHARES))
Z_VALUES = [n / 16 for n in range(-16 * 40, 16 * 40 + 1)]


def asked(
    db: duckdb.DuckDBPyConnection, formula: str, rows: Sequence[tuple[float, ...]]
) -> list[float]:
    """`formula` of a, b, c and d, the cells of each row."""
    cells = dict(zip("abcd", map(list, zip(*rows, strict=True)), strict=False))
    columns = ", ".join(f"unnest(${name}) as {name}" for name in cells)
    found = db.execute(f"select {formula} from (select {columns})", cells).fetchall()
    return [value for (value,) in found]


@pytest.mark.parametrize(("formula", "end"), [("wilson_low", 0), ("wilson_high", 1)])
def test_wilson_agrees_with_statsmodels(
    db: duckdb.DuckDBPyConnection, formula: str, end: int
) -> None:
    rows = [*SHARES, *WHOLE_RANGE]
    expected = [proportion_confint(hits, n, 0.05, "wilson")[end] for hits, n in rows]

    assert asked(db, f"{formula}(a, b)", rows) == pytest.approx(expected, abs=1e-12)


def test_wilsons_ends_are_exact_where_nobody_or_everybody_is_hit(
    db: duckdb.DuckDBPyConnection,
) -> None:
    assert asked(db, "wilson_low(0, a)", [(n,) for n in TOTALS]) == [0.0] * len(TOTALS)
    assert asked(db, "wilson_high(a, a)", [(n,) for n in TOTALS]) == [1.0] * len(TOTALS)


@pytest.mark.parametrize("arguments", ["0, 0", "null, 10", "null, null", "3, null"])
@pytest.mark.parametrize("formula", ["wilson_low", "wilson_high", "share"])
def test_a_share_of_nobody_or_of_unknown_hits_is_unknown(
    db: duckdb.DuckDBPyConnection, formula: str, arguments: str
) -> None:
    assert db.execute(f"select {formula}({arguments})").fetchall() == [(None,)]


@pytest.mark.parametrize(("formula", "end"), [("newcombe_low", 0), ("newcombe_high", 1)])
def test_newcombe_agrees_with_statsmodels(
    db: duckdb.DuckDBPyConnection, formula: str, end: int
) -> None:
    expected = [
        confint_proportions_2indep(*first, *second, method="newcomb", compare="diff")[end]
        for first, second in PAIRS
    ]

    found = asked(db, f"{formula}(a, b, c, d)", [(*a, *b) for a, b in PAIRS])

    assert found == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("arguments", ["3, 5, 0, 0", "null, 5, 3, 5", "3, 5, 3, null"])
@pytest.mark.parametrize("formula", ["newcombe_low", "newcombe_high"])
def test_the_difference_to_what_is_unknown_is_unknown(
    db: duckdb.DuckDBPyConnection, formula: str, arguments: str
) -> None:
    assert db.execute(f"select {formula}({arguments})").fetchall() == [(None,)]


def test_the_normal_distribution_agrees_with_the_error_function(
    db: duckdb.DuckDBPyConnection,
) -> None:
    expected = [0.5 * math.erfc(-z / math.sqrt(2)) for z in Z_VALUES]

    found = asked(db, "normal_cdf(a)", [(z,) for z in Z_VALUES])

    assert found == pytest.approx(expected, abs=1e-12, rel=1e-9)


def test_the_pooled_test_agrees_with_statsmodels(db: duckdb.DuckDBPyConnection) -> None:
    varying = [(a, b) for a, b in PAIRS if 0 < a[0] + b[0] < a[1] + b[1]]
    expected = [
        proportions_ztest([a[0], b[0]], [a[1], b[1]], alternative="smaller") for a, b in varying
    ]

    rows = [(*a, *b) for a, b in varying]

    z_scores = asked(db, "pooled_z(a, b, c, d)", rows)
    p_values = asked(db, "normal_cdf(pooled_z(a, b, c, d))", rows)
    assert z_scores == pytest.approx([z for z, _ in expected], rel=1e-10, abs=1e-12)
    assert p_values == pytest.approx([p for _, p in expected], abs=1e-12)


@pytest.mark.parametrize("arguments", ["0, 5, 0, 7", "5, 5, 7, 7", "3, 5, 0, 0"])
def test_where_nothing_varies_or_nobody_is_left_there_is_no_z(
    db: duckdb.DuckDBPyConnection, arguments: str
) -> None:
    assert db.execute(f"select pooled_z({arguments})").fetchall() == [(None,)]


@pytest.mark.parametrize(
    ("days", "window", "expected"),
    [
        ("0110", "0010", True),
        ("0110", "1001", False),
        (None, "1111", False),
        ("0000", "1111", False),
    ],
)
def test_days_of_which_nothing_is_known_lie_in_no_window(
    db: duckdb.DuckDBPyConnection, days: str | None, window: str, expected: bool
) -> None:
    found = db.execute("select any_day($1::bit, $2::bit)", [days, window]).fetchall()

    assert found == [(expected,)]


def test_a_days_counts_are_bounded_as_those_of_a_window_are(db: duckdb.DuckDBPyConnection) -> None:
    pairs = [(people, licensed) for licensed in range(5, 40) for people in range(licensed + 1)]
    layout = Layout(np.array([-1]), 1, np.array([True]))
    row = len(FUNNEL) + np.arange(len(CHANNEL))

    for people, licensed in pairs:
        counts = np.zeros((1, layout.column_count), np.int64)
        counts[0, row] = [licensed, people, people, people]
        low, high = (bool(mask[0, row[1]]) for mask in coded_cells(layout, counts))
        expected = (2 if low else licensed - 2 if high else people, low or high)
        shown = db.execute("select bounded($1, $2), is_bounded($1, $2)", [people, licensed])
        assert shown.fetchall() == [expected]
