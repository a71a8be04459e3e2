"""The formulas of definitions.md in plain arithmetic, each written out from its source."""

import math
from collections.abc import Mapping
from fractions import Fraction

Z = 1.959963984540054
FALSE_DISCOVERY_RATE = 0.05


def wilson(hits: int, total: int) -> tuple[float, float] | None:
    """The 95 % score interval of hits / total (Wilson 1927); None for a share of nobody."""
    if total == 0:
        return None
    share = hits / total
    scale = 1 + Z**2 / total
    centre = (share + Z**2 / (2 * total)) / scale
    half = Z * math.sqrt(share * (1 - share) / total + Z**2 / (4 * total**2)) / scale
    low = 0.0 if hits == 0 else max(0.0, centre - half)
    high = 1.0 if hits == total else min(1.0, centre + half)
    return low, high


def newcombe(first: tuple[int, int], second: tuple[int, int]) -> tuple[float, float] | None:
    """The 95 % interval of share(first) - share(second), each (hits, total).

    R. G. Newcombe 1998, method 10: unpaired, without continuity correction.
    """
    of_first, of_second = wilson(*first), wilson(*second)
    if of_first is None or of_second is None:
        return None
    share_1, share_2 = first[0] / first[1], second[0] / second[1]
    (low_1, high_1), (low_2, high_2) = of_first, of_second
    difference = share_1 - share_2
    return (
        difference - math.hypot(share_1 - low_1, high_2 - share_2),
        difference + math.hypot(high_1 - share_1, share_2 - low_2),
    )


def has_fallen(before: tuple[int, int], now: tuple[int, int], points: float) -> bool:
    """Whether (hits, total) fell by at least `points` per cent points, and not by mere chance.

    In fractions, so that a fall of exactly ten points is one whatever a float makes of it.
    """
    interval = newcombe(now, before)
    if interval is None:
        return False
    fall = Fraction(*before) - Fraction(*now)
    return fall >= Fraction(str(points)) / 100 and interval[1] < 0


def p_below(part: tuple[int, int], rest: tuple[int, int]) -> float:
    """One-sided p of share(part) < share(rest): two proportions, pooled; 1 without a test."""
    (hits_1, total_1), (hits_2, total_2) = part, rest
    if total_1 == 0 or total_2 == 0:
        return 1.0
    pooled = (hits_1 + hits_2) / (total_1 + total_2)
    variance = pooled * (1 - pooled) * (1 / total_1 + 1 / total_2)
    if variance == 0:
        return 1.0
    z = (hits_1 / total_1 - hits_2 / total_2) / math.sqrt(variance)
    return 0.5 * math.erfc(-z / math.sqrt(2))


def discoveries(p_values: Mapping[str, float], rate: float = FALSE_DISCOVERY_RATE) -> set[str]:
    """The names that Benjamini and Hochberg (1995) reject, all of `p_values` being one family."""
    ranked = sorted(p_values.values())
    passed = [p for rank, p in enumerate(ranked, 1) if p <= rate * rank / len(ranked)]
    return {name for name, p in p_values.items() if passed and p <= passed[-1]}
