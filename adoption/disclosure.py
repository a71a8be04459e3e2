"""What a reader who knows the rules can work out from what is published of a window.

Every sum over siblings, every step of the funnel, every channel beside the funnel, and the rules:
which codes stand for which counts, and in which order siblings are hidden.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from adoption.inference import UNKNOWN, Counts, Knowledge, Mask, narrow_rows, narrow_sums
from adoption.publication import (
    CODED_WIDTH,
    LICENSED,
    SMALL_SPREAD,
    Cell,
    Publication,
    coded_cells,
    conduct_columns,
    few_cells,
    has_few,
    is_shown,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What an attacker narrows down further than it may be, and how far all is still open.

    by_sums: cells given away by sums over siblings. by_row: cells given away by their own row, with
    the cells of it that would have to be withheld.
    """

    by_sums: Mask
    by_row: Mapping[Cell, Sequence[Cell]]
    width: Counts


def given_away(publication: Publication, needed: Counts) -> Mask:
    """Cells that an attacker narrows down further than they may be, and that hiding can open."""
    reading = read(publication, needed)
    given_away = reading.by_sums.copy()
    for cell in reading.by_row:
        given_away[cell] = True
    return given_away


def read(publication: Publication, needed: Counts) -> Reading:
    needed = needed.copy()
    needed[publication.withheld[:, LICENSED], LICENSED] = SMALL_SPREAD
    bounds = _bounds(publication)
    layout = publication.layout
    alone = narrow_rows(layout, Knowledge.of(layout, *bounds))
    low_alone, high_alone = alone.bounds(layout)
    low, high = narrow_sums(layout, alone).bounds(layout)
    is_by_row = high_alone - low_alone < needed
    by_sums = (np.minimum(high, _known_cap(publication, needed)) - low < needed) & ~is_by_row
    cells = [(int(node), int(column)) for node, column in zip(*np.nonzero(is_by_row), strict=True)]
    own = _own_cells(publication, cells, needed, bounds)
    return Reading(by_sums, {cell: own[cell] for cell in cells if own[cell]}, high - low)


def _own_cells(
    publication: Publication,
    cells: Sequence[Cell],
    needed: Counts,
    bounds: tuple[Counts, Counts],
) -> Mapping[Cell, Sequence[Cell]]:
    """For each cell, cells of its node's own rows to withhold, so that they no longer tell it.

    The cell itself, another one, or all that are shown; none where even that is in vain.
    """
    found = publication.own_cells
    keys = {cell: (*cell, *(bound[cell[0]].tobytes() for bound in bounds)) for cell in cells}
    tried = [
        (cell, choice)
        for cell in cells
        if keys[cell] not in found
        for choice in _choices(publication, *cell)
    ]
    for cell in cells:
        found.setdefault(keys[cell], [])
    low, high = (bound[[node for (node, _), _ in tried]] for bound in bounds)
    for row, (_, choice) in enumerate(tried):
        low[row, choice], high[row, choice] = 0, UNKNOWN
    layout = publication.layout
    low, high = narrow_rows(layout, Knowledge.of(layout, low, high)).bounds(layout)
    for ((node, column), choice), width in zip(tried, high - low, strict=True):
        own = found[keys[node, column]]
        if not own and width[column] >= needed[node, column]:
            own += [(node, number) for number in choice]
    return {cell: found[keys[cell]] for cell in cells}


def _choices(publication: Publication, node: int, column: int) -> Iterator[list[int]]:
    """Columns to withhold for the one at `column`, the cheapest first."""
    columns = [
        n
        for conduct, _ in conduct_columns(publication.layout)
        for n in range(conduct.start, conduct.stop)
    ]
    if has_few(publication)[node]:
        columns.append(LICENSED)
    shown = [number for number in columns if is_shown(publication, node, number)]
    yield from ([number] for number in sorted(shown, key=lambda n: (n != column, -n)))
    yield shown


def _bounds(publication: Publication) -> tuple[Counts, Counts]:
    """What each cell says by itself: a number, a bound, or nothing."""
    layout, counts = publication.layout, publication.counts
    lowest, highest = counts.copy(), counts.copy()
    at_most, at_least = coded_cells(layout, counts)
    lowest[at_most], highest[at_most] = 0, CODED_WIDTH
    for conduct, licensed in conduct_columns(layout):
        ends = np.broadcast_to(counts[:, licensed, None], counts[:, conduct].shape)
        chosen = at_least[:, conduct]
        lowest[:, conduct][chosen] = ends[chosen] - CODED_WIDTH
        highest[:, conduct][chosen] = ends[chosen]
    secret = publication.withheld | few_cells(publication)
    for number, columns in enumerate(layout.groups):
        secret[publication.hidden[:, number], columns] = True
        if not publication.is_available[number]:
            secret[:, columns] = True
    secret[~publication.is_there] = False
    lowest[secret], highest[secret] = 0, UNKNOWN
    is_few = publication.withheld[:, LICENSED] & ~publication.hidden[:, 0]
    lowest[is_few, LICENSED], highest[is_few, LICENSED] = 1, publication.min_group - 1
    _order_of_size(publication, highest)
    return lowest, highest


def _order_of_size(publication: Publication, highest: Counts) -> None:
    """Whoever knows the rules knows that no hidden leaf is larger than a shown sibling."""
    layout = publication.layout
    is_leaf = np.ones(len(layout.parents), bool)
    is_leaf[layout.parents[layout.parents >= 0]] = False
    is_leaf[layout.published_count :] = False
    for number, columns in enumerate(layout.groups):
        sizes = publication.counts[:, columns.start]
        hidden = publication.hidden[:, number]
        shown = is_leaf & ~hidden & (layout.parents >= 0)
        smallest = np.full(len(sizes), UNKNOWN)
        np.minimum.at(smallest, layout.parents[shown], sizes[shown])
        limits = np.maximum(smallest[layout.parents], sizes)
        chosen = is_leaf & hidden & (layout.parents >= 0)
        highest[chosen, columns.start] = limits[chosen]


def _known_cap(publication: Publication, needed: Counts) -> Counts:
    """A small unit's counts are known to be small, by whoever guesses which of the hidden it is."""
    cap = np.full(needed.shape, UNKNOWN)
    cap[publication.published][needed[publication.published] == SMALL_SPREAD] = (
        publication.min_group - 1
    )
    return cap
