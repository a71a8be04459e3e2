"""What is published of one window, and what each count of it says by itself.

Counts stand in a tree (a node covers everything below it, people placed directly on a node
included) and in columns (the funnel's steps, and four more for each channel).
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from adoption.inference import FUNNEL, UNKNOWN, Counts, Knowledge, Layout, Mask

Cell = tuple[int, int]
"""A node and a column."""

STAFF, LICENSED = 0, 2
CODED_WIDTH = 2
"""A count of 0 to 2, or at most 2 short of licensed, is shown as that bound."""
SMALL_SPREAD = 2
"""From lowest to highest: a count of a small group keeps at least three possible values."""


@dataclass
class Publication:
    """What is published of one window: rows hidden by node and group, cells withheld by column."""

    layout: Layout
    counts: Counts
    min_group: int
    is_available: Mask
    is_there: Mask
    hidden: Mask
    withheld: Mask
    knowledge: Knowledge | None = None
    """What the last reader has found."""
    own_cells: dict[tuple[object, ...], list[Cell]] = field(default_factory=dict)
    """What `_own_cells` has found before: the same rows are read again and again."""

    @property
    def published(self) -> slice:
        return slice(0, self.layout.published_count)

    @cached_property
    def bounds(self) -> tuple[Counts, Counts]:
        """What each cell says by itself where it is shown: the number, or a bound."""
        at_most, at_least = coded_cells(self.layout, self.counts)
        licensed = self.counts[:, self.layout.licensed_of]
        lowest = np.where(at_least, licensed - CODED_WIDTH, self.counts)
        highest = np.where(at_least, licensed, self.counts)
        lowest[at_most], highest[at_most] = 0, CODED_WIDTH
        secret = few_cells(self) | ~self.is_available[self.layout.group_of]
        secret[~self.is_there] = False
        lowest[secret], highest[secret] = 0, UNKNOWN
        return lowest, highest


def coded_cells(layout: Layout, counts: Counts) -> tuple[Mask, Mask]:
    """Counts of conduct that are shown as at most 2, and those as at least licensed less 2.

    A zero that follows from no licences tells nothing, and is shown; where both bounds fit, at most
    2 wins.
    """
    licensed = counts[:, layout.licensed_of]
    may_tell = (np.arange(layout.column_count) > layout.licensed_of) & (licensed > 0)
    low, high = counts <= CODED_WIDTH, counts >= licensed - CODED_WIDTH
    return may_tell & low, may_tell & high & ~low


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
    group = publication.layout.group_of[column]
    return not publication.hidden[node, group] and not publication.withheld[node, column]
