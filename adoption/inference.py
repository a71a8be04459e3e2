"""What follows for the counts of a window from all that is known: bounds, narrowed by each other.

Counts stand in a tree (a node covers all below it, people placed directly on it included) and in
columns (the steps of the funnel, and four more for each channel).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]

FUNNEL = ("staff", "account", "licensed", "onboarded", "active", "reached", "contributing")
CHANNEL = ("licensed", "active", "received", "contributed")
_ACCOUNT, _LICENSED, _ACTIVE, _REACHED, _CONTRIBUTING = 1, 2, 4, 5, 6
UNKNOWN = 10**9
_PATIENCE = 50
"""Rounds of narrowing; bounds are right after any of them."""


@dataclass(frozen=True, slots=True)
class Tie:
    """Columns whose sum is never below that of others, in any group of people."""

    larger: tuple[int, ...]
    smaller: tuple[int, ...]


@dataclass(frozen=True)
class Layout:
    """The tree and the columns, the same in all windows.

    parents: each node's parent, -1 for the root; then one node for the people placed directly on
    each inner node, which is never published. is_leadership tells of each channel, in the order of
    their columns, whether leadership uses it.
    """

    parents: Places
    published_count: int
    is_leadership: Mask

    @cached_property
    def groups(self) -> tuple[slice, ...]:
        """Columns that are hidden together: the funnel, then each channel."""
        funnel = len(FUNNEL)
        starts = range(funnel, funnel + len(CHANNEL) * len(self.is_leadership), len(CHANNEL))
        return (slice(0, funnel), *(slice(start, start + len(CHANNEL)) for start in starts))

    @cached_property
    def column_count(self) -> int:
        return int(self.groups[-1].stop)

    @cached_property
    def ties(self) -> tuple[Tie, ...]:
        """What the definitions say of any group: the funnel, the channels, and one by the other.

        A leadership channel's people are part of the funnel's; what the funnel counts was done in
        some channel.
        """
        starts = [columns.start for columns in self.groups[1:]]
        leading = [s for s, leads in zip(starts, self.is_leadership, strict=True) if leads]
        parts = {(step, step + 1) for step in range(len(FUNNEL) - 1)}
        for start in starts:
            parts |= {(start, start + 1), (start + 1, start + 2), (start + 1, start + 3)}
            parts.add((_ACCOUNT, start))
        for start in leading:
            parts |= {(_LICENSED, start), (_ACTIVE, start + 1), (_REACHED, start + 2)}
        ties = [Tie((larger,), (smaller,)) for larger, smaller in sorted(_closed(parts))]
        ties.append(Tie(tuple(start + 2 for start in leading), (_REACHED,)))
        ties.append(Tie(tuple(start + 1 for start in starts), (_ACTIVE,)))
        ties.append(Tie(tuple(start + 3 for start in starts), (_CONTRIBUTING,)))
        return tuple(tie for tie in ties if tie.larger)

    @cached_property
    def pairs(self) -> tuple[Places, Places, Places]:
        """Ties of two columns, in the order of the larger: larger, smaller, what is left over."""
        found = [
            (tie.larger[0], tie.smaller[0], self.column_count + number)
            for number, tie in enumerate(self.ties)
            if len(tie.larger) == len(tie.smaller) == 1
        ]
        larger, smaller, rest = np.array(sorted(found), np.intp).T
        return larger, smaller, rest

    @cached_property
    def steps(self) -> tuple[tuple[int, list[int], list[int]], ...]:
        """For each member of every other tie, what stands beside it and what on the other side."""
        steps = []
        for number, tie in enumerate(self.ties):
            if len(tie.larger) == len(tie.smaller) == 1:
                continue
            smaller = [*tie.smaller, self.column_count + number]
            for side, other in ((list(tie.larger), smaller), (smaller, list(tie.larger))):
                steps += [(c, [b for b in side if b != c], other) for c in side]
        return tuple(steps)

    @cached_property
    def families(self) -> tuple[Places, Places, Places]:
        """Nodes below others, ordered by parent; where each family begins; whose family it is."""
        below = np.flatnonzero(self.parents >= 0)
        below = below[np.argsort(self.parents[below], kind="stable")]
        parents, starts = np.unique(self.parents[below], return_index=True)
        return below, starts, parents

    def children(self, node: int) -> list[int]:
        return [int(child) for child in np.flatnonzero(self.parents == node)]

    def is_inner(self, node: int) -> bool:
        return bool((self.parents[: self.published_count] == node).any())


def _closed(parts: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Parts of parts are parts, too: over siblings, each such difference adds up by itself."""
    while more := {(a, d) for a, b in parts for c, d in parts if b == c} - parts:
        parts = parts | more
    return parts


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The lowest and the highest that each count can be: columns by nodes.

    Below a layout's columns stands, for each tie, what it leaves over (licensed less active, say):
    a count as well, never below zero, and over siblings it adds up, too.
    """

    low: Counts
    high: Counts

    @staticmethod
    def of(layout: Layout, lowest: Counts, highest: Counts) -> "Knowledge":
        """From bounds of nodes by columns, with nothing known of what is left over."""
        rest = (len(layout.ties), len(lowest))
        return Knowledge(
            np.concatenate([lowest.T, np.zeros(rest, np.int64)]),
            np.concatenate([highest.T, np.full(rest, UNKNOWN)]),
        )

    def bounds(self, layout: Layout) -> tuple[Counts, Counts]:
        """Lowest and highest of each cell, nodes by columns."""
        columns = slice(0, layout.column_count)
        return self.low[columns].T, self.high[columns].T


def narrow_rows(layout: Layout, known: Knowledge) -> Knowledge:
    """Each row narrowed by itself until nothing follows any more; rows may be any."""
    return _narrow(layout, known, np.arange(known.low.shape[1]), with_sums=False)


def narrow_sums(layout: Layout, known: Knowledge) -> Knowledge:
    """Rows that are narrowed already, narrowed by all others: one row for each node."""
    return _narrow(layout, known, np.arange(0), with_sums=True)


def _narrow(layout: Layout, known: Knowledge, stirred: Places, *, with_sums: bool) -> Knowledge:
    low, high = known.low.copy(), known.high.copy()
    for _ in range(_PATIENCE):
        width = high - low
        if len(stirred):
            low[:, stirred], high[:, stirred] = _along_ties(
                layout, low[:, stirred], high[:, stirred]
            )
        if with_sums:
            _over_siblings(layout, low, high)
        stirred = np.flatnonzero((high - low != width).any(axis=0))
        if not len(stirred):
            break
    return Knowledge(low, high)


def _along_ties(layout: Layout, low: Counts, high: Counts) -> tuple[Counts, Counts]:
    """The larger side is the sum of the smaller one; each member is bounded by all others."""
    larger, smaller, rest = layout.pairs
    _tighten(low, high, larger, low[smaller] + low[rest], high[smaller] + high[rest])
    by_smaller = np.argsort(smaller, kind="stable")
    least, most = (low[larger] - high[rest])[by_smaller], (high[larger] - low[rest])[by_smaller]
    _tighten(low, high, smaller[by_smaller], least, most)
    _tighten(low, high, rest, low[larger] - high[smaller], high[larger] - low[smaller])
    for column, beside, other in layout.steps:
        most, least = _total(high, other), _total(low, other)
        if beside:
            most, least = most - _total(low, beside), least - _total(high, beside)
        np.minimum(high[column], most, out=high[column])
        np.maximum(low[column], least, out=low[column])
    return low, high


def _tighten(low: Counts, high: Counts, columns: Places, least: Counts, most: Counts) -> None:
    """Bounds of columns, which stand in order and may come several times, by bounds for each."""
    starts = np.flatnonzero(np.diff(columns, prepend=-1))
    chosen = columns[starts]
    low[chosen] = np.maximum(low[chosen], np.maximum.reduceat(least, starts, axis=0))
    high[chosen] = np.minimum(high[chosen], np.minimum.reduceat(most, starts, axis=0))


def _total(bounds: Counts, columns: Sequence[int]) -> Counts:
    return reduce(np.add, [bounds[column] for column in columns])


def _over_siblings(layout: Layout, low: Counts, high: Counts) -> None:
    """A node is the sum of its children and of the people placed directly on it."""
    below, starts, parents = layout.families
    family = np.searchsorted(parents, layout.parents[below])
    least = np.add.reduceat(low[:, below], starts, axis=1)
    most = np.add.reduceat(high[:, below], starts, axis=1)
    low[:, parents] = np.maximum(low[:, parents], least)
    high[:, parents] = np.minimum(high[:, parents], most)
    rest_least, rest_most = least[:, family] - low[:, below], most[:, family] - high[:, below]
    above, under = high[:, parents][:, family], low[:, parents][:, family]
    high[:, below] = np.minimum(high[:, below], above - rest_least)
    low[:, below] = np.maximum(low[:, below], under - rest_most)
