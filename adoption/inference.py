"""What follows for the counts of a window from all that is known: bounds, narrowed by each other.

Counts stand in a tree (a node covers all below it, people placed directly on it included) and in
columns (the steps of the funnel, and four more for each channel).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]
Bounds = npt.NDArray[np.int64]
"""Columns by 2 by nodes: the lowest that each count can be, and the highest with a minus before it,
so that whatever is learnt raises either.

Below a layout's columns may stand, for each tie, what it leaves over (licensed less active, say): a
count as well, never below zero, and over siblings it adds up, too.
"""
Mask = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]

FUNNEL = ("staff", "account", "licensed", "onboarded", "active", "reached", "contributing")
CHANNEL = ("licensed", "active", "received", "contributed")
_ACCOUNT, _LICENSED, _ACTIVE, _REACHED, _CONTRIBUTING = 1, 2, 4, 5, 6
UNKNOWN = 10**9
_PATIENCE = 50
"""Rounds of narrowing; bounds are right after any of them."""


@dataclass(frozen=True, slots=True)
class Ties:
    """Columns (the parts) whose sum is never below another one, in any group of people.

    smaller: that other column of each tie, in order. parts: the columns of all sums, one sum after
    the other, with the tie of each; `starts` tells where each sum begins, `order` sorts the parts.
    by_smaller, by_part: each of those columns once, and where it first stands in that order.
    """

    smaller: Places
    parts: Places
    tie_of: Places
    starts: Places
    order: Places
    by_smaller: tuple[Places, Places]
    by_part: tuple[Places, Places]

    @staticmethod
    def of(found: Iterable[tuple[int, tuple[int, ...]]]) -> "Ties":
        """From each smaller column with its parts."""
        columns, sums = zip(*sorted(found), strict=True)
        smaller, parts = np.array(columns, np.intp), np.concatenate(sums).astype(np.intp)
        sizes = [len(columns) for columns in sums]
        order = np.argsort(parts, kind="stable")
        return Ties(
            smaller,
            parts,
            np.repeat(np.arange(len(sizes)), sizes),
            np.cumsum([0, *sizes[:-1]]),
            order,
            np.unique(smaller, return_index=True),
            np.unique(parts[order], return_index=True),
        )


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
    def group_of(self) -> Places:
        """The number of each column's group."""
        return np.repeat(np.arange(len(self.groups)), [g.stop - g.start for g in self.groups])

    @cached_property
    def licensed_of(self) -> Places:
        """The column of the licensed in each column's group; those after it are of conduct."""
        starts = np.array([columns.start for columns in self.groups])[self.group_of]
        return np.where(self.group_of == 0, _LICENSED, starts)

    @cached_property
    def ties(self) -> Ties:
        """What the definitions say of any group: the funnel, the channels, and one by the other.

        A leadership channel's people are part of the funnel's; what the funnel counts was done in
        some channel.
        """
        starts = [columns.start for columns in self.groups[1:]]
        leading = [s for s, leads in zip(starts, self.is_leadership, strict=True) if leads]
        pairs = {(step, step + 1) for step in range(len(FUNNEL) - 1)}
        for start in starts:
            pairs |= {(start, start + 1), (start + 1, start + 2), (start + 1, start + 3)}
            pairs.add((_ACCOUNT, start))
        for start in leading:
            pairs |= {(_LICENSED, start), (_ACTIVE, start + 1), (_REACHED, start + 2)}
        ties = [(smaller, (larger,)) for larger, smaller in _closed(pairs)]
        ties += [(_REACHED, tuple(start + 2 for start in leading))] if leading else []
        ties += [(_ACTIVE, tuple(start + 1 for start in starts))] if starts else []
        ties += [(_CONTRIBUTING, tuple(start + 3 for start in starts))] if starts else []
        return Ties.of(ties)

    @cached_property
    def below(self) -> Places:
        """Nodes that have a parent, family by family."""
        below = np.flatnonzero(self.parents >= 0)
        return below[np.argsort(self.parents[below], kind="stable")]

    @cached_property
    def children(self) -> list[list[int]]:
        return [np.flatnonzero(self.parents == node).tolist() for node in range(len(self.parents))]

    @cached_property
    def is_inner(self) -> Mask:
        return np.array([len(children) > 0 for children in self.children])


def _closed(pairs: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Parts of parts are parts, too: over siblings, each such difference adds up by itself."""
    while more := {(a, d) for a, b in pairs for c, d in pairs if b == c} - pairs:
        pairs = pairs | more
    return pairs


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Bounds as each cell states them, narrowed row by row, and narrowed by sums over siblings."""

    stated: Bounds
    by_row: Bounds
    by_sums: Bounds


def narrow(layout: Layout, stated: Bounds, before: Knowledge | None) -> Knowledge:
    """What follows from `stated`: worked out anew only where that is not as it was before.

    What was found before holds on where more is stated now; where less is, it is forgotten as far
    as it may have come from there.
    """
    if before is None:
        by_row = narrow_rows(layout, stated)
        nodes = np.arange(len(layout.parents))
        return Knowledge(stated, by_row, _narrow_sums(layout, by_row.copy(), nodes))
    changed = np.flatnonzero((stated != before.stated).any(axis=(0, 1)))
    by_row, by_sums = before.by_row.copy(), before.by_sums.copy()
    by_row[:, :, changed] = narrow_rows(layout, stated[:, :, changed])
    if (stated >= before.stated).all():
        raised = np.maximum(by_row[:, :, changed], by_sums[:, :, changed])
        by_sums[:, :, changed] = settled(layout.ties, raised)
    else:
        changed = _in_reach(layout.parents, changed, (before.by_row != by_sums).any(axis=(0, 1)))
        by_sums[:, :, changed] = by_row[:, :, changed]
    return Knowledge(stated, by_row, _narrow_sums(layout, by_sums, changed))


def _in_reach(parents: Places, changed: Places, is_open: Mask) -> Places:
    """Nodes of which something may be known from nodes that changed.

    What is known of one family tells of another only through the node that both share, and only
    where sums tell more of that node than its own row does (it is open).
    """
    is_open[changed] = True
    top = np.where(is_open & (parents >= 0), parents, np.arange(len(parents)))
    while ((higher := top[top]) != top).any():
        top = higher
    is_touched = np.zeros(len(parents), bool)
    is_touched[top[changed]] = True
    has_family = is_touched[top]
    return np.flatnonzero(has_family | (has_family[parents] & (parents >= 0)))


def width(known: Bounds) -> Counts:
    """How far each count is open, from lowest to highest: nodes by columns."""
    return -(known[:, 0] + known[:, 1]).T


def narrow_rows(layout: Layout, stated: Bounds) -> Bounds:
    """What follows from each row by itself; rows may be any."""
    rest = np.zeros((len(layout.ties.smaller), *stated.shape[1:]), np.int64)
    rest[:, 1] = -UNKNOWN
    return settled(layout.ties, np.concatenate([stated, rest]))


def _narrow_sums(layout: Layout, known: Bounds, stirred: Places) -> Bounds:
    """Settled rows, one for each node, narrowed by each other, as far as stirred ones reach."""
    for _ in range(_PATIENCE):
        stirred = _over_siblings(layout, known, stirred)
        if not len(stirred):
            break
        known[:, :, stirred] = settled(layout.ties, known[:, :, stirred])
    return known


def settled(ties: Ties, known: Bounds) -> Bounds:
    """Rows, narrowed each by itself until nothing follows any more."""
    stirred = np.arange(known.shape[2])
    for _ in range(_PATIENCE):
        if not len(stirred):
            break
        before = known[:, :, stirred]
        known[:, :, stirred] = after = _along_ties(ties, before)
        stirred = stirred[(after != before).any(axis=(0, 1))]
    return known


def _along_ties(ties: Ties, known: Bounds) -> Bounds:
    """The parts add up to the smaller one and what is left over; each is bounded by the others."""
    known = known.copy()
    rest, parts = known[-len(ties.smaller) :], known.take(ties.parts, axis=0)[:, ::-1]
    sums = rest + known.take(ties.smaller, axis=0) + np.add.reduceat(parts, ties.starts, axis=0)
    _raise(known, ties.by_part, (sums.take(ties.tie_of, axis=0) - parts).take(ties.order, axis=0))
    total = np.add.reduceat(known.take(ties.parts, axis=0), ties.starts, axis=0)
    _raise(known, ties.by_smaller, total + rest[:, ::-1])
    np.maximum(rest, total + known.take(ties.smaller, axis=0)[:, ::-1], out=rest)
    return known


def _raise(known: Bounds, found: tuple[Places, Places], least: Bounds) -> None:
    """Columns by the highest of some bounds each; found: the columns, and where theirs begin."""
    columns, starts = found
    known[columns] = np.maximum(known[columns], np.maximum.reduceat(least, starts, axis=0))


def _over_siblings(layout: Layout, known: Bounds, stirred: Places) -> Places:
    """A node is the sum of its children and of the people placed directly on it.

    Narrows the families of stirred nodes, and returns the nodes of which more is known then.
    """
    has_family = np.zeros(len(layout.parents) + 1, bool)
    has_family[stirred] = has_family[layout.parents[stirred]] = True
    below = layout.below[has_family[layout.parents[layout.below]]]
    if not len(below):
        return below
    starts = np.flatnonzero(np.diff(layout.parents[below], prepend=-1))
    above, sizes = layout.parents[below[starts]], np.diff(starts, append=len(below))
    children, parents = known[:, :, below], known[:, :, above]
    total = np.add.reduceat(children, starts, axis=2)
    sums = np.maximum(parents, total)
    beside = np.repeat(sums + total[:, ::-1], sizes, axis=2) - children[:, ::-1]
    known[:, :, below] = raised = np.maximum(children, beside)
    known[:, :, above] = np.maximum(known[:, :, above], sums)
    is_moved = np.zeros(len(layout.parents), bool)
    is_moved[below] = (raised != children).any(axis=(0, 1))
    is_moved[above] |= (sums != parents).any(axis=(0, 1))
    return np.flatnonzero(is_moved)
