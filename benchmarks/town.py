"""Simulated towns: people with stable habits, seen through overlapping windows of four weeks.

What makes it lifelike is that the same people stand in every window. A person takes something in
on a working day with a chance that is that person's own and never changes. People are away at
times (sick, on leave: two weeks on average, six of a hundred at any time), and weeks differ, for
the town and for each unit. A window that ends on a Sunday is four whole weeks, so that a week in
which a person took something in at all is all there is to remember.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

Habit = Literal["regular", "mixed", "casual"]
"""How the people of a unit share its reach.

regular: each reads several times a week, or never. mixed: some daily, some once a month, some
never, as reports mostly show. casual: everybody now and then, so that who is reached is a draw
anew each month: as much noise as there can be.
"""
Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

UNITS, SECTORS = 24, 5
SMALLEST, MEDIAN_SIZE, LARGEST = 5, 32, 120
WINDOW_WEEKS, WORKING_DAYS = 4, 5
LEAVES, RETURNS = 0.03, 0.5
"""Chance to be away from the next week on, and to be back."""
WEEK_SPREAD = 0.15
"""Of a week's factor on everybody's chance, for the town and for each unit (of its logarithm)."""
SHAPE = {"regular": (6.0, 9.0), "mixed": (0.7, 1.3)}
"""Of the beta distribution of chances among those who read at all."""
ROOT = "(organisation)"
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(15)
_FACTORS = np.exp(_NODES * WEEK_SPREAD * np.sqrt(2))
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True, slots=True)
class Town:
    """Everybody on the staff: in which unit, with a licence or not, with which chance a day.

    `sectors` holds the sector of each unit; `rates` the reach of the many people that each unit's
    people are, so to say, a sample of.
    """

    sectors: npt.NDArray[np.int64]
    rates: Numbers
    unit: npt.NDArray[np.int64]
    is_licensed: Flags
    chance: Numbers

    @property
    def nodes(self) -> Sequence[str]:
        """The names of the units, then of the sectors, then of the whole."""
        units = [f"unit {n:02d}" for n in range(len(self.sectors))]
        return [*units, *(f"sector {n}" for n in range(SECTORS)), ROOT]

    def total(self, values: Numbers | Flags) -> Numbers:
        """The sum of people's values in every node; people on the last axis, nodes in its place."""
        units: Numbers = values @ np.eye(len(self.sectors))[self.unit]
        sectors = units @ np.eye(SECTORS)[self.sectors]
        return np.concatenate([units, sectors, units.sum(axis=-1, keepdims=True)], axis=-1)


def make_town(random: np.random.Generator, habit: Habit) -> Town:
    """A town of units of 5 to 120 people, whose reach differs by unit and by sector."""
    sectors = random.integers(SECTORS, size=UNITS)
    sizes = np.exp(random.normal(np.log(MEDIAN_SIZE), 0.8, UNITS))
    unit = np.repeat(np.arange(UNITS), sizes.round().clip(SMALLEST, LARGEST).astype(int))
    leaning = random.normal(1.2, 0.4, SECTORS)[sectors] + random.normal(0, 0.5, UNITS)
    licensed_share = random.beta(30, 1.5, UNITS)
    follower = follower_reach(habit)
    engaged = np.minimum(1, 1 / (1 + np.exp(-leaning)) / licensed_share / follower)
    is_licensed = random.random(len(unit)) < licensed_share[unit]
    if habit == "casual":
        chance = chance_for(engaged * follower)[unit]
    else:
        chance = random.beta(*SHAPE[habit], len(unit))
        chance[random.random(len(unit)) >= engaged[unit]] = 0
    chance[~is_licensed] = 0
    return Town(sectors, engaged * follower * licensed_share, unit, is_licensed, chance)


def plant_units(
    random: np.random.Generator, habit: Habit, town: Town, starts: Sequence[float], size: int
) -> Town:
    """`town` with units of `size`, all licensed, of the reach `starts` in place of its first."""
    others = town.unit >= len(starts)
    chances = [_draw_unit(random, habit, start, size) for start in starts]
    rates = town.rates.copy()
    rates[: len(starts)] = [reach(chance).mean() for chance in chances]
    return Town(
        town.sectors,
        rates,
        np.concatenate([np.repeat(np.arange(len(starts)), size), town.unit[others]]),
        np.concatenate([np.ones(size * len(starts), bool), town.is_licensed[others]]),
        np.concatenate([*chances, town.chance[others]]),
    )


def _draw_unit(random: np.random.Generator, habit: Habit, start: float, size: int) -> Numbers:
    """Chances of people whose expected reach is as near to `start` as such people get."""
    if habit == "casual":
        return np.full(size, chance_for(np.array([min(start, 0.99)]))[0])
    chances = random.beta(*SHAPE[habit], size)
    reached = np.concatenate([[0], np.cumsum(reach(chances))])
    chances[np.abs(reached - size * start).argmin() :] = 0
    return chances


def stop(random: np.random.Generator, town: Town, unit: int, people: float) -> Town:
    """`town` with so many of the unit's readers fallen away that reach falls by `people`."""
    readers = random.permutation(np.flatnonzero((town.unit == unit) & (town.chance > 0)))
    lost = np.concatenate([[0], np.cumsum(reach(town.chance[readers]))])
    chance = town.chance.copy()
    chance[readers[: np.abs(lost - people).argmin()]] = 0
    return replace(town, chance=chance)


def reach(chance: Numbers) -> Numbers:
    """The chance to be reached in a window of four weeks, in the long run."""
    silent_week = ((1 - np.minimum(1, np.outer(chance, _FACTORS))) ** WORKING_DAYS) @ _WEIGHTS
    away = np.full(len(chance), LEAVES / (LEAVES + RETURNS))
    here = 1 - away
    for _ in range(WINDOW_WEEKS):
        here = here * silent_week
        here, away = here * (1 - LEAVES) + away * RETURNS, here * LEAVES + away * (1 - RETURNS)
    return np.asarray(1 - here - away)


_GRID = 1 - (1 - np.linspace(0, 1, 4001)) ** (1 / 3)
_GRID_REACH = reach(_GRID)


def chance_for(wanted: Numbers) -> Numbers:
    """The chance a day that makes a person reached with the chance `wanted`."""
    return np.interp(wanted, _GRID_REACH, _GRID)


def follower_reach(habit: Habit) -> float:
    """The mean chance of those who read at all to be reached in a window."""
    if habit == "casual":
        return 0.97
    a, b = SHAPE[habit]
    return float(reach(np.random.default_rng(0).beta(a, b, 100_000)).mean())


def live(random: np.random.Generator, *phases: tuple[Town, int]) -> Flags:
    """Who was reached in each window: as many weeks of each town as it says, one after the other.

    The towns are one and the same but for their people's chances. Weeks and people are the axes,
    from the fourth week on: the first window ends with it.
    """
    town, weeks = phases[0][0], sum(length for _, length in phases)
    chance = np.concatenate([np.tile(t.chance, (length, 1)) for t, length in phases])
    town_week = random.normal(0, WEEK_SPREAD, (weeks, 1))
    unit_week = random.normal(0, WEEK_SPREAD, (weeks, len(town.sectors)))[:, town.unit]
    a_day = np.minimum(1, chance * np.exp(town_week + unit_week))
    heard = random.random(a_day.shape) < 1 - (1 - a_day) ** WORKING_DAYS
    heard &= _present(random, a_day.shape)
    windows = np.lib.stride_tricks.sliding_window_view(heard, WINDOW_WEEKS, axis=0)
    return np.asarray(windows.any(axis=-1))


def _present(random: np.random.Generator, shape: tuple[int, int]) -> Flags:
    present = np.empty(shape, bool)
    here = random.random(shape[1]) >= LEAVES / (LEAVES + RETURNS)
    for week in range(shape[0]):
        present[week] = here
        drawn = random.random(shape[1])
        here = np.where(here, drawn >= LEAVES, drawn < RETURNS)
    return present
