"""What follows for the counts of a window from all that is known: bounds, narrowed by each other.

Counts stand in a tree (a node covers all below it, people placed directly on it included) and in
columns (the steps of the funnel, and four more for each channel).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]
Bounds = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]
Pairs = tuple[Places, Places, Places]

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
    def members(self) -> tuple[Bounds, Bounds]:
        """Ties by columns: which are on the larger side, and which on the smaller one.

        What a tie leaves over (licensed less active, say) is a column more, on the smaller side. It
        is a count as well: never below zero, and over siblings it adds up, too.
        """
        shape = (len(self.ties), self.column_count + len(self.ties))
        larger, smaller = np.zeros(shape), np.zeros(shape)
        for number, tie in enumerate(self.ties):
            larger[number, list(tie.larger)] = 1
            smaller[number, [*tie.smaller, self.column_count + number]] = 1
        return larger, smaller

    @cached_property
    def families(self) -> tuple[Places, Places, Places]:
        """Nodes below others, ordered by parent; where each family begins; whose family it is."""
        below = np.flatnonzero(self.parents >= 0)
        below = below[np.argsort(self.parents[below], kind="stable")]
        parents, starts = np.unique(self.parents[below], return_index=True)
        return below, starts, parents

    @cached_property
    def pairs(self) -> tuple[Pairs, Pairs]:
        """Ties, columns and where each column begins, of the larger and of the smaller side."""
        larger, smaller = (np.nonzero(side.T) for side in self.members)
        return (
            (larger[1], larger[0], np.flatnonzero(np.diff(larger[0], prepend=-1))),
            (smaller[1], smaller[0], np.flatnonzero(np.diff(smaller[0], prepend=-1))),
        )

    def children(self, node: int) -> list[int]:
        return [int(child) for child in np.flatnonzero(self.parents == node)]

    def is_inner(self, node: int) -> bool:
        return bool((self.parents[: self.published_count] == node).any())


def _closed(parts: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Parts of parts are parts, too: over siblings, each such difference adds up by itself."""
    while more := {(a, d) for a, b in parts for c, d in parts if b == c} - parts:
        parts = parts | more
    return parts


def narrow(
    layout: Layout, lowest: Counts, highest: Counts, *, with_sums: bool
) -> tuple[Counts, Counts]:
    """Each cell's bounds, narrowed by all others until nothing follows any more."""
    rest = (len(lowest), len(layout.ties))
    low = np.concatenate([lowest, np.zeros(rest)], axis=1)
    high = np.concatenate([highest, np.full(rest, UNKNOWN)], axis=1)
    for _ in range(_PATIENCE):
        before = (high - low).sum()
        _along_ties(layout, low, high)
        if with_sums:
            _over_siblings(layout, low, high)
        if (high - low).sum() == before:
            break
    columns = slice(0, layout.column_count)
    return low[:, columns].astype(np.int64), high[:, columns].astype(np.int64)


def _along_ties(layout: Layout, low: Bounds, high: Bounds) -> None:
    """The larger side is the sum of the smaller one; each member is bounded by all others."""
    larger, smaller = layout.members
    least = low @ larger.T - high @ smaller.T
    most = high @ larger.T - low @ smaller.T
    sides = zip(layout.pairs, (-least, most), (-most, least), strict=True)
    for (tie, column, starts), below, above in sides:
        chosen = column[starts]
        limits = np.minimum.reduceat(low[:, column] + below[:, tie], starts, axis=1)
        floors = np.maximum.reduceat(high[:, column] + above[:, tie], starts, axis=1)
        high[:, chosen] = np.minimum(high[:, chosen], limits)
        low[:, chosen] = np.maximum(low[:, chosen], floors)


def _over_siblings(layout: Layout, low: Bounds, high: Bounds) -> None:
    """A node is the sum of its children and of the people placed directly on it."""
    below, starts, parents = layout.families
    least = np.add.reduceat(low[below], starts, axis=0)
    most = np.add.reduceat(high[below], starts, axis=0)
    low[parents] = np.maximum(low[parents], least)
    high[parents] = np.minimum(high[parents], most)
    family = np.searchsorted(parents, layout.parents[below])
    rest_least, rest_most = least[family] - low[below], most[family] - high[below]
    above, under = high[parents][family], low[parents][family]
    high[below] = np.minimum(high[below], above - rest_least)
    low[below] = np.maximum(low[below], under - rest_most)
