"""What is published of one window, and what each count of it says by itself.

Counts stand in a tree (a node covers everything below it, people placed directly on a node
included) and in columns (the funnel's steps, and four more for each channel).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from adoption.inference import FUNNEL, Counts, Layout, Mask

Cell = tuple[int, int]
"""A node and a column."""

STAFF, LICENSED = 0, 2
CODED_WIDTH = 2
"""A count of 0 to 2, or at most 2 short of licensed, is shown as that bound."""
SMALL_SPREAD = 2
"""From lowest to highest: a count of a small group keeps at least three possible values."""


@dataclass(slots=True)
class Publication:
    """What is published of one window: rows hidden by node and group, cells withheld by column."""

    layout: Layout
    counts: Counts
    min_group: int
    is_available: Mask
    is_there: Mask
    hidden: Mask
    withheld: Mask
    own_cells: dict[tuple[object, ...], list[Cell]] = field(default_factory=dict)
    """What `_own_cells` has found before: the same rows are read again and again."""

    @property
    def published(self) -> slice:
        return slice(0, self.layout.published_count)


def conduct_columns(layout: Layout) -> Iterator[tuple[slice, int]]:
    """Columns of conduct, with the column of the licensed people that they are counts of."""
    for number, columns in enumerate(layout.groups):
        licensed = LICENSED if number == 0 else columns.start
        yield slice(licensed + 1, columns.stop), licensed


def coded_cells(layout: Layout, counts: Counts) -> tuple[Mask, Mask]:
    """Counts of conduct that are shown as at most 2, and those as at least licensed less 2.

    A zero that follows from no licences tells nothing, and is shown; where both bounds fit, at most
    2 wins.
    """
    low, high = np.zeros(counts.shape, bool), np.zeros(counts.shape, bool)
    for conduct, licensed in conduct_columns(layout):
        has_licensed = counts[:, licensed, None] > 0
        low[:, conduct] = has_licensed & (counts[:, conduct] <= CODED_WIDTH)
        high[:, conduct] = has_licensed & (
            counts[:, conduct] >= counts[:, licensed, None] - CODED_WIDTH
        )
    return low, high & ~low


def has_few(publication: Publication) -> Mask:
    """Nodes of which a few people are licensed, and known."""
    licensed: Counts = publication.counts[:, LICENSED]
    return (licensed > 0) & (licensed < publication.min_group)


def few_cells(publication: Publication) -> Mask:
    """Conduct of a shown unit with few licensed: it would speak of known people."""
    few = np.zeros(publication.counts.shape, bool)
    few[:, LICENSED + 1 : len(FUNNEL)] = has_few(publication)[:, None]
    return few


def is_shown(publication: Publication, node: int, column: int) -> bool:
    number = next(n for n, g in enumerate(publication.layout.groups) if g.start <= column < g.stop)
    return not publication.hidden[node, number] and not publication.withheld[node, column]
