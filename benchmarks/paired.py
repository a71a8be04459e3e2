"""What `falling` would be if it followed people: the paired interval beside the unpaired one.

Run it with `python -m benchmarks.paired`. The towns and falls of `simulate.py`, judged twice by
formulas of its own: by Newcombe's unpaired interval, which the product uses, and by his paired one
(1998, method 10 for paired data, without continuity correction), which would have to know of each
person whether they were reached in both windows.
"""

import argparse
from typing import NamedTuple, get_args

import numpy as np
from statsmodels.stats.proportion import proportion_confint

from benchmarks.simulate import (
    PLANTED,
    QUARTER,
    RUN_IN,
    STABLE,
    STARTS,
    TOWNS,
    VARIABLES,
    WITHIN,
    generators,
)
from benchmarks.town import (
    WINDOW_WEEKS,
    Flags,
    Habit,
    Numbers,
    Town,
    live,
    make_town,
    plant_units,
    stop,
)

FORMS = ("unpaired", "paired")
SIZE, POINTS = 30, 20


class Windows(NamedTuple):
    """Of every pair of windows four weeks apart and every node: people reached, and staff."""

    before: Numbers
    now: Numbers
    both: Numbers
    staff: Numbers
    is_coded: Flags


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.paired", description=__doc__)
    parser.add_argument("--towns", type=int, default=TOWNS, help="for each kind of habit")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(f"`falling`: wrong in unit-quarters; falls of {POINTS} points in {SIZE} people found")
    print("habit     form       wrong   found ", *(f"{f'from {s:.0%}':>9s}" for s in STARTS))
    for habit in get_args(Habit):
        wrong = wrong_shares(habit, options.towns, options.seed)
        found = found_shares(habit, options.towns, options.seed)
        for form, share, shares in zip(FORMS, wrong, found, strict=True):
            cells = (f"{each:9.0%}" for each in shares)
            print(f"{habit:8s}  {form:8s} {share:7.2%} {np.mean(shares):7.0%} ", *cells)


def wrong_shares(habit: Habit, towns: int, seed: int) -> Numbers:
    """Of the unit-quarters without any change, those with `falling` open, for both forms."""
    shown, wrong = 0, np.zeros(len(FORMS))
    for random in generators(habit, towns, seed, 1):
        town = make_town(random, habit)
        windows = count(town, live(random, (town, RUN_IN + QUARTER + WINDOW_WEEKS - 1)))
        is_shown = windows.staff >= VARIABLES["min_group"]
        shown += is_shown.sum()
        first = RUN_IN - WINDOW_WEEKS  # pairs of windows begin four weeks later
        wrong += [(opened(form, windows)[0][first:].any(axis=0) & is_shown).sum() for form in FORMS]
    return wrong / shown


def found_shares(habit: Habit, towns: int, seed: int) -> Numbers:
    """Of the planted falls, those on which `falling` opens in time: forms by starting reach."""
    found = np.zeros((len(FORMS), len(STARTS)))
    cases = np.zeros(len(STARTS))
    for number, random in enumerate(generators(habit, towns, seed, 2)):
        places = [(number * PLANTED + n) % len(STARTS) for n in range(PLANTED)]
        starts = [STARTS[place] for place in places]
        before = plant_units(random, habit, make_town(random, habit), starts, SIZE)
        after = before
        for unit in range(PLANTED):
            after = stop(random, after, unit, SIZE * POINTS / 100)
        reached = live(random, (before, STABLE + WINDOW_WEEKS - 1), (after, WITHIN))
        opens = [opened(form, count(before, reached))[1][-WITHIN:] for form in FORMS]
        cases[places] += 1
        found[:, places] += [each[:, :PLANTED].any(axis=0) for each in opens]
    return found / cases


def count(town: Town, reached: Flags) -> Windows:
    """As flags know them: a coded count is the middle of its range, as in core.flag_subject."""
    staff, licensed = town.total(town.unit >= 0), town.total(town.is_licensed)
    before, now = reached[:-WINDOW_WEEKS], reached[WINDOW_WEEKS:]
    both = town.total(before & now)
    true = np.stack([town.total(before), town.total(now)])
    has_few = licensed < VARIABLES["min_group"]
    is_low, is_high = true <= 2, true >= licensed - 2
    known = np.select([has_few, is_low, is_high], [licensed // 2, 1, licensed - 1], true)
    is_coded = np.logical_or(*(has_few | is_low | is_high))
    return Windows(known[0], known[1], both, staff, is_coded)


def opened(form: str, windows: Windows) -> tuple[Flags, Flags]:
    """On which Sundays the flag is open, and on which it opens, for each node."""
    held = has_fallen(form, windows)
    is_open, opens = np.zeros_like(held), np.zeros_like(held)
    for n in range(1, len(held)):
        is_open[n] = np.where(held[n] == held[n - 1], held[n], is_open[n - 1])
        opens[n] = is_open[n] & ~is_open[n - 1]
    return is_open, opens


def has_fallen(form: str, windows: Windows) -> Flags:
    """By enough and beyond chance; a coded count tells of nobody, so it is never paired."""
    before, now, staff = windows.before, windows.now, windows.staff
    fall = (before - now) / np.maximum(staff, 1)
    lower = before / np.maximum(staff, 1) - wilson(before, staff)[0]
    upper = wilson(now, staff)[1] - now / np.maximum(staff, 1)
    phi = np.where(windows.is_coded | (form == "unpaired"), 0, correlation(windows))
    low = fall - np.sqrt(np.maximum(lower**2 - 2 * phi * lower * upper + upper**2, 0))
    return np.asarray((fall >= VARIABLES["fall_points"] / 100 - 1e-9) & (low > 0))


def wilson(hits: Numbers, total: Numbers) -> tuple[Numbers, Numbers]:
    low, high = proportion_confint(hits, np.maximum(total, 1), method="wilson")
    return low, high


def correlation(windows: Windows) -> Numbers:
    """Phi of being reached before and being reached now; 0 where either does not vary."""
    before, now, both, staff = windows[:4]
    spread = np.sqrt(np.maximum(before * (staff - before) * now * (staff - now), 0))
    return np.asarray((both * staff - before * now) / np.where(spread > 0, spread, np.inf))


if __name__ == "__main__":
    main()
