"""What a reader who knows the rules can work out from what is published of a window.

Every sum over siblings, every step of the funnel, every channel beside the funnel, and the rules:
which codes stand for which counts, and in which order siblings are hidden.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from adoption.inference import UNKNOWN, Bounds, Counts, Mask, narrow, narrow_rows, settled, width
from adoption.publication import (
    LICENSED,
    SMALL_SPREAD,
    Cell,
    Publication,
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
    known = narrow(publication.layout, _stated(publication), publication.knowledge)
    publication.knowledge = known
    columns = slice(0, publication.layout.column_count)
    is_by_row = width(known.by_row[columns]) < needed
    low, high = known.by_sums[columns, 0].T, -known.by_sums[columns, 1].T
    by_sums = (np.minimum(high, _known_cap(publication, needed)) - low < needed) & ~is_by_row
    cells = [(int(node), int(column)) for node, column in zip(*np.nonzero(is_by_row), strict=True)]
    own = _own_cells(publication, cells, needed, known.stated)
    return Reading(by_sums, {cell: own[cell] for cell in cells if own[cell]}, high - low)


def opened_by(publication: Publication, node: int, siblings: Sequence[int], column: int) -> Counts:
    """How far the count of `node` would be open if that of one sibling were withheld, for each.

    As far as the node's own row and one sum over all siblings tell: the next reading knows more.
    """
    layout, known = publication.layout, publication.knowledge
    assert known is not None  # whoever asks has read
    parent = layout.parents[node]
    withheld = known.stated[:, :, siblings]
    withheld[column, 0], withheld[column, 1] = 0, -UNKNOWN
    total = known.by_row[:, :, layout.children[parent]].sum(axis=2) - known.by_row[:, :, node]
    beside = total[:, :, None] - known.by_row[:, :, siblings] + narrow_rows(layout, withheld)
    by_sum = known.by_row[:, :, [parent]] + beside[:, ::-1]
    return width(settled(layout.ties, np.maximum(known.by_row[:, :, [node]], by_sum)))[:, column]


def _own_cells(
    publication: Publication, cells: Sequence[Cell], needed: Counts, stated: Bounds
) -> Mapping[Cell, Sequence[Cell]]:
    """For each cell, cells of its node's own rows to withhold, so that they no longer tell it.

    The cell itself, another one, or all that are shown; none where even that is in vain.
    """
    found = publication.own_cells
    keys = {cell: (*cell, stated[:, :, cell[0]].tobytes()) for cell in cells}
    tried = [
        (cell, choice)
        for cell in cells
        if keys[cell] not in found
        for choice in _choices(publication, *cell)
    ]
    for cell in cells:
        found.setdefault(keys[cell], [])
    rows = stated[:, :, [node for (node, _), _ in tried]]
    for number, (_, choice) in enumerate(tried):
        rows[choice, 0, number], rows[choice, 1, number] = 0, -UNKNOWN
    spread = width(narrow_rows(publication.layout, rows))
    for ((node, column), choice), open_by in zip(tried, spread, strict=True):
        own = found[keys[node, column]]
        if not own and open_by[column] >= needed[node, column]:
            own += [(node, number) for number in choice]
    return {cell: found[keys[cell]] for cell in cells}


def _choices(publication: Publication, node: int, column: int) -> Iterator[list[int]]:
    """Columns to withhold for the one at `column`, the cheapest first."""
    columns = [n for n, licensed in enumerate(publication.layout.licensed_of) if n > licensed]
    if has_few(publication)[node]:
        columns.append(LICENSED)
    shown = [number for number in columns if is_shown(publication, node, number)]
    yield from ([number] for number in sorted(shown, key=lambda n: (n != column, -n)))
    yield shown


def _stated(publication: Publication) -> Bounds:
    """What each cell says by itself: a number, a bound, or nothing."""
    lowest, highest = (bound.copy() for bound in publication.bounds)
    secret = publication.withheld | publication.hidden[:, publication.layout.group_of]
    secret[~publication.is_there] = False
    lowest[secret], highest[secret] = 0, UNKNOWN
    is_few = publication.withheld[:, LICENSED] & ~publication.hidden[:, 0]
    lowest[is_few, LICENSED], highest[is_few, LICENSED] = 1, publication.min_group - 1
    _order_of_size(publication, highest)
    return np.stack([lowest.T, -highest.T], axis=1)


def _order_of_size(publication: Publication, highest: Counts) -> None:
    """Whoever knows the rules knows that no hidden leaf is larger than a shown sibling."""
    layout = publication.layout
    leaves = np.flatnonzero(~layout.is_inner & (layout.parents >= 0))
    leaves = leaves[leaves < layout.published_count]
    cells = np.ix_(leaves, [columns.start for columns in layout.groups])
    sizes, hidden = publication.counts[cells], publication.hidden[leaves]
    smallest = np.full(publication.hidden.shape, UNKNOWN)
    np.minimum.at(smallest, layout.parents[leaves], np.where(hidden, UNKNOWN, sizes))
    limits = np.maximum(smallest[layout.parents[leaves]], sizes)
    highest[cells] = np.where(hidden, limits, highest[cells])


def _known_cap(publication: Publication, needed: Counts) -> Counts:
    """A small unit's counts are known to be small, by whoever guesses which of the hidden it is."""
    cap = np.full(needed.shape, UNKNOWN)
    cap[publication.published][needed[publication.published] == SMALL_SPREAD] = (
        publication.min_group - 1
    )
    return cap
