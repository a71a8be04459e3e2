"""An attacker who has read every published cell of a window and knows the rules.

All counts, those of people placed directly on inner nodes too, are unknown whole numbers. Published
cells pin or bound them, sums over siblings, the funnel and the channels tie them together. Integer
programming (HiGHS, through scipy) then finds for each protected count the values that it may have.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from tests.privacy.municipality import CHANNEL, CHANNELS, FUNNEL, LEADERSHIP

Cell = tuple[str, str]
"""A node (a unit, or 'unit: direct') and a column ('staff', 'teams active')."""
Row = Mapping[str, object]

COLUMNS = (*FUNNEL, *(f"{channel} {part}" for channel in CHANNELS for part in CHANNEL))
_LARGEST = 5000.0


@dataclass(slots=True)
class Attacker:
    """Unknown counts with bounds, and the ties between them."""

    nodes: Sequence[str]
    lowest: dict[Cell, float] = field(default_factory=dict)
    highest: dict[Cell, float] = field(default_factory=dict)
    ties: list[tuple[dict[Cell, int], float, float]] = field(default_factory=list)
    values: dict[Cell, set[int]] = field(default_factory=dict)

    def _index(self) -> dict[Cell, int]:
        return {cell: n for n, cell in enumerate(itertools.product(self.nodes, COLUMNS))}

    def learn(self, wanted: Mapping[Cell, int], *, seed: int) -> None:
        """Finds values that the wanted cells may have, until each has as many as it needs.

        Leaves in `values` what was found; a cell that then has too few has no more.
        """
        index = self._index()
        solve = self._solver(index)
        draw = np.random.default_rng(seed)
        self.values = {cell: set() for cell in wanted}
        for _ in range(12):
            weights = np.zeros(len(index))
            for cell in wanted:
                weights[index[cell]] = draw.choice([-1.0, 1.0])
            self._note(solve(weights, {}), index)
        for cell, need in wanted.items():
            for sign in (1.0, -1.0):
                if len(self.values[cell]) < need:
                    weights = np.zeros(len(index))
                    weights[index[cell]] = sign
                    self._note(solve(weights, {}), index)
            if (
                len(self.values[cell]) == 2 < need
                and max(self.values[cell]) - min(self.values[cell]) > 1
            ):
                middle = min(self.values[cell]) + 1
                self._note(
                    solve(
                        np.zeros(len(index)), {index[cell]: (middle, max(self.values[cell]) - 1)}
                    ),
                    index,
                )

    def _note(self, solution: np.ndarray | None, index: Mapping[Cell, int]) -> None:
        if solution is not None:
            for cell, seen in self.values.items():
                seen.add(round(float(solution[index[cell]])))

    def _solver(self, index: Mapping[Cell, int]):  # type: ignore[no-untyped-def]
        low = np.array([self.lowest.get(cell, 0.0) for cell in index])
        high = np.array([self.highest.get(cell, _LARGEST) for cell in index])
        rows = [(n, index[cell], factor) for n, (terms, _, _) in enumerate(self.ties)
                for cell, factor in terms.items()]  # fmt: skip
        row, column, factor = (np.array(part) for part in zip(*rows, strict=True))
        matrix = csr_array((factor, (row, column)), shape=(len(self.ties), len(index)))
        ties = LinearConstraint(matrix, [t[1] for t in self.ties], [t[2] for t in self.ties])

        def solve(
            weights: np.ndarray, extra: Mapping[int, tuple[float, float]]
        ) -> np.ndarray | None:
            bottom, top = low.copy(), high.copy()
            for place, (lowest, highest) in extra.items():
                bottom[place], top[place] = lowest, highest
            found = milp(
                weights,
                constraints=ties,
                bounds=Bounds(bottom, top),
                integrality=np.ones(len(low), np.int64),
            )
            if found.x is None and not extra:
                raise AssertionError(f"the published cells contradict each other: {found.message}")
            return found.x

        return solve


def attack(
    parents: Mapping[str, str | None], direct: Mapping[str, int], reach: Sequence[Row],
    channel: Sequence[Row], *, min_group: int,
) -> Attacker:  # fmt: skip
    """What the rows of marts.unit_reach and marts.unit_channel of one window tell.

    direct: people placed directly on each inner node; only whether there are any is known.
    """
    inner = {parent for parent in parents.values() if parent}
    extra = [f"{unit}: direct" for unit in sorted(inner) if direct[unit]]
    attacker = Attacker([*parents, *extra])
    for node in inner:
        below = [child for child, parent in parents.items() if parent == node]
        below += [f"{node}: direct"] if direct[node] else []
        for column in COLUMNS:
            sums = {(node, column): 1, **{(child, column): -1 for child in below}}
            attacker.ties.append((sums, 0, 0))
    for node in attacker.nodes:
        for terms in _in_order(node):
            attacker.ties.append((terms, 0, np.inf))
    for row in reach:
        _read(attacker, str(row["unit_id"]), row, FUNNEL, "")
        if row["licensed"] is None and row["status"] != "suppressed":
            cell = (str(row["unit_id"]), "licensed")
            attacker.lowest[cell], attacker.highest[cell] = 1, min_group - 1
    for row in channel:
        _read(attacker, str(row["unit_id"]), row, CHANNEL, f"{row['channel']} ")
    return attacker


def _in_order(node: str) -> Iterator[dict[Cell, int]]:
    """Sums that are never below zero: what the definitions say of any group of people."""
    for larger, smaller in itertools.pairwise(FUNNEL):
        yield {(node, larger): 1, (node, smaller): -1}
    for channel in CHANNELS:
        licensed, active, received, contributed = (f"{channel} {part}" for part in CHANNEL)
        for larger, smaller in ((licensed, active), (active, received), (active, contributed)):
            yield {(node, larger): 1, (node, smaller): -1}
        yield {(node, "account"): 1, (node, licensed): -1}
    for channel in LEADERSHIP:
        for step, part in (("licensed", "licensed"), ("active", "active"), ("reached", "received")):
            yield {(node, step): 1, (node, f"{channel} {part}"): -1}
    for step, part, covering in (
        ("active", "active", CHANNELS),
        ("reached", "received", LEADERSHIP),
        ("contributing", "contributed", CHANNELS),
    ):
        yield {(node, step): -1, **{(node, f"{channel} {part}"): 1 for channel in covering}}


def _read(attacker: Attacker, unit: str, row: Row, columns: Sequence[str], prefix: str) -> None:
    if row["status"] == "suppressed":
        return
    licensed = row["licensed"]
    coded = row["coded"]
    assert isinstance(coded, list)
    for column in columns:
        value, cell = row[column], (unit, f"{prefix}{column}")
        if value is None:
            assert column in coded
            continue
        assert isinstance(value, int)
        low, high = value, value
        if column in coded:
            assert isinstance(licensed, int)
            low, high = (0, 2) if value == 2 else (licensed - 2, licensed)
        attacker.lowest[cell], attacker.highest[cell] = low, high


def small_groups(
    parents: Mapping[str, str | None], funnel: Mapping[str, Sequence[int]],
    channel: Mapping[tuple[str, str], Sequence[int]], direct: Mapping[str, Sequence[int]],
    *, min_group: int,
) -> Iterator[Cell]:  # fmt: skip
    """Every count of a group under the minimum: units, people placed directly, units in a channel.

    A large unit without a licence says so; its channels hold no secret.
    """
    for unit in parents:
        if funnel[unit][0] < min_group:
            yield from itertools.product([unit], COLUMNS)
            continue
        for name in CHANNELS:
            if channel[unit, name][0] < min_group and funnel[unit][2] > 0:
                yield from ((unit, f"{name} {part}") for part in CHANNEL)
    for unit, counts in direct.items():
        if 0 < counts[0] < min_group:
            yield from itertools.product([f"{unit}: direct"], COLUMNS)
