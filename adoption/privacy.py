"""What may be shown of a window, so that nothing gives a small group or a single person away.

Counts of a window stand in a tree (a node covers everything below it, people placed directly on a
node included) and in columns (the funnel's steps, and four more for each channel). Hidden are the
rows of small groups; coded, as a bound, are counts of conduct near nobody or near everybody. Then
we read what is left as an attacker would: every sum over siblings, every step of the funnel, every
channel beside the funnel, and these rules. Where that still narrows a protected count down too far,
the next smallest sibling is hidden as well (its one column, where that column is conduct), until it
does not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from adoption.inference import FUNNEL, UNKNOWN, Counts, Layout, Mask, narrow

_STAFF, _LICENSED = 0, 2
_CODED_WIDTH = 2
"""A count of 0 to 2, or at most 2 short of licensed, is shown as that bound."""
_SMALL_SPREAD = 2
"""From lowest to highest: a count of a small group keeps at least three possible values."""


@dataclass(slots=True)
class _Publication:
    """What is published of one window: rows hidden by node and group, cells withheld by column."""

    layout: Layout
    counts: Counts
    min_group: int
    is_available: Mask
    is_there: Mask
    hidden: Mask
    withheld: Mask

    @property
    def published(self) -> slice:
        return slice(0, self.layout.published_count)


def protect(
    layout: Layout,
    counts: Counts,
    *,
    min_group: int,
    is_available: Mask,
    is_there: Mask,
    sticky: Mask,
) -> tuple[Mask, Mask, Mask, Mask]:
    """What to hide of one window: rows, rows on their own account, bounds, withheld cells.

    counts: nodes by columns, true, in the layout's order. is_available: groups of columns that have
    figures at all in this window. is_there: nodes that exist in it. sticky: rows (nodes by groups)
    hidden in a window that this one overlaps.

    Returned are rows hidden; of these, rows hidden not only because they were; cells shown as at
    most 2; cells withheld (named as coded, without a number). Cells shown as at least licensed
    less 2 are the rest of `coded_cells`.
    """
    small = _small(layout, counts, min_group) & is_there[:, None]
    publication = _Publication(
        layout,
        counts,
        min_group,
        is_available,
        is_there,
        small | sticky | ~is_there[:, None],
        np.zeros(counts.shape, bool),
    )
    needed = _needed(publication, small)
    added: list[tuple[int, int]] = []
    while (cells := _next_to_hide(publication, needed)) != []:
        for cell in cells:
            _hide(publication, cell)
        added += cells
    _spare(publication, needed, added, small | sticky | ~is_there[:, None])
    own = publication.hidden & (small | ~sticky)
    low, _ = coded_cells(layout, counts)
    return publication.hidden, own, low, publication.withheld | _few(publication)


def _small(layout: Layout, counts: Counts, min_group: int) -> Mask:
    """Rows of groups under the minimum; a small unit's channels too. Directly placed: all."""
    bases = [counts[:, columns.start] for columns in layout.groups]
    small: Mask = np.column_stack([base < min_group for base in bases])
    small |= small[:, :1]
    small[layout.published_count :] = True
    return small


def _conduct(layout: Layout) -> Iterator[tuple[slice, int]]:
    """Columns of conduct, with the column of the licensed people that they are counts of."""
    for number, columns in enumerate(layout.groups):
        licensed = _LICENSED if number == 0 else columns.start
        yield slice(licensed + 1, columns.stop), licensed


def _numbers(columns: slice) -> range:
    return range(columns.start, columns.stop)


def coded_cells(layout: Layout, counts: Counts) -> tuple[Mask, Mask]:
    """Counts of conduct that are shown as at most 2, and those as at least licensed less 2.

    A zero that follows from no licences tells nothing, and is shown; where both bounds fit, at most
    2 wins.
    """
    low, high = np.zeros(counts.shape, bool), np.zeros(counts.shape, bool)
    for conduct, licensed in _conduct(layout):
        has_licensed = counts[:, licensed, None] > 0
        low[:, conduct] = has_licensed & (counts[:, conduct] <= _CODED_WIDTH)
        high[:, conduct] = has_licensed & (
            counts[:, conduct] >= counts[:, licensed, None] - _CODED_WIDTH
        )
    return low, high & ~low


def _has_few(publication: _Publication) -> Mask:
    """Nodes of which a few people are licensed, and known."""
    licensed: Counts = publication.counts[:, _LICENSED]
    return (licensed > 0) & (licensed < publication.min_group)


def _few(publication: _Publication) -> Mask:
    """Conduct of a shown unit with few licensed: it would speak of known people."""
    few = np.zeros(publication.counts.shape, bool)
    few[:, _LICENSED + 1 : len(FUNNEL)] = _has_few(publication)[:, None]
    return few


def _needed(publication: _Publication, small: Mask) -> Counts:
    """From lowest to highest possible value, how far each count must stay open."""
    layout, counts = publication.layout, publication.counts
    low, high = coded_cells(layout, counts)
    needed = np.where(low | high, 1, 0).astype(np.int64)
    needed[_few(publication)] = _SMALL_SPREAD
    is_small = small.copy()
    is_small[layout.published_count :] &= (
        counts[layout.published_count :, _STAFF, None] < publication.min_group
    )
    for number, columns in enumerate(layout.groups):
        needed[is_small[:, number], columns] = _SMALL_SPREAD
        needed[:, columns] *= publication.is_available[number]
    return needed


def _hide(publication: _Publication, cell: tuple[int, int]) -> None:
    """A column of conduct is withheld by itself; any other takes its row along, staff all rows.

    So is the number of licensed people where they are few: they are what is to be protected, and
    the row without it still tells that they are few.
    """
    node, column = cell
    if column == _LICENSED and _has_few(publication)[node]:
        publication.withheld[cell] = True
        return
    for number, columns in enumerate(publication.layout.groups):
        licensed = _LICENSED if number == 0 else columns.start
        if columns.start <= column < columns.stop:
            if column > licensed:
                publication.withheld[node, column] = True
            elif number == 0:
                publication.hidden[node] = True
            else:
                publication.hidden[node, number] = True


def _spare(
    publication: _Publication, needed: Counts, added: Sequence[tuple[int, int]], fixed: Mask
) -> None:
    """Shows again what was hidden on the way, but is not needed in the end."""
    in_vain = _given_away(publication, needed)
    for cell in reversed(added[:-1]):
        hidden, withheld = publication.hidden.copy(), publication.withheld.copy()
        publication.hidden[cell[0]] = fixed[cell[0]]
        publication.withheld[cell] = False
        if (_given_away(publication, needed) & ~in_vain).any():
            publication.hidden, publication.withheld = hidden, withheld


# What an attacker can work out


def _given_away(publication: _Publication, needed: Counts) -> Mask:
    """Cells that an attacker narrows down further than they may be, and that hiding can open."""
    by_sums, by_row, _ = _readings(publication, needed)
    return by_sums | by_row


def _readings(publication: _Publication, needed: Counts) -> tuple[Mask, Mask, Counts]:
    """Cells given away by sums over siblings, and by their own row; how far all are still open."""
    needed = needed.copy()
    needed[publication.withheld[:, _LICENSED], _LICENSED] = _SMALL_SPREAD
    low, high = _bounds(publication)
    low_alone, high_alone = narrow(publication.layout, low, high, with_sums=False)
    low, high = narrow(publication.layout, low_alone, high_alone, with_sums=True)
    by_row = high_alone - low_alone < needed
    by_sums = (np.minimum(high, _known_cap(publication, needed)) - low < needed) & ~by_row
    for node, column in zip(*np.nonzero(by_row), strict=True):
        by_row[node, column] = bool(_own_cells(publication, int(node), int(column), needed))
    return by_sums, by_row, high - low


def _own_cells(
    publication: _Publication, node: int, column: int, needed: Counts
) -> list[tuple[int, int]]:
    """Cells of the node's own rows to withhold, so that they no longer tell the one at `column`.

    The cell itself, another one, or all that are shown; none where even that is in vain.
    """
    columns = [n for conduct, _ in _conduct(publication.layout) for n in _numbers(conduct)]
    if _has_few(publication)[node]:
        columns.append(_LICENSED)
    shown = [number for number in columns if _is_shown(publication, node, number)]
    low, high = (bounds[[node]] for bounds in _bounds(publication))
    ordered = sorted(shown, key=lambda number: (number != column, -number))
    for choice in (*([number] for number in ordered), shown):
        lowest, highest = low.copy(), high.copy()
        lowest[0, choice], highest[0, choice] = 0, UNKNOWN
        lowest, highest = narrow(publication.layout, lowest, highest, with_sums=False)
        if highest[0, column] - lowest[0, column] >= needed[node, column]:
            return [(node, number) for number in choice]
    return []


def _bounds(publication: _Publication) -> tuple[Counts, Counts]:
    """What each cell says by itself: a number, a bound, or nothing."""
    layout, counts = publication.layout, publication.counts
    lowest, highest = counts.copy(), counts.copy()
    at_most, at_least = coded_cells(layout, counts)
    lowest[at_most], highest[at_most] = 0, _CODED_WIDTH
    for conduct, licensed in _conduct(layout):
        ends = np.broadcast_to(counts[:, licensed, None], counts[:, conduct].shape)
        chosen = at_least[:, conduct]
        lowest[:, conduct][chosen] = ends[chosen] - _CODED_WIDTH
        highest[:, conduct][chosen] = ends[chosen]
    secret = publication.withheld | _few(publication)
    for number, columns in enumerate(layout.groups):
        secret[publication.hidden[:, number], columns] = True
        if not publication.is_available[number]:
            secret[:, columns] = True
    secret[~publication.is_there] = False
    lowest[secret], highest[secret] = 0, UNKNOWN
    is_few = publication.withheld[:, _LICENSED] & ~publication.hidden[:, 0]
    lowest[is_few, _LICENSED], highest[is_few, _LICENSED] = 1, publication.min_group - 1
    _order_of_size(publication, highest)
    return lowest, highest


def _order_of_size(publication: _Publication, highest: Counts) -> None:
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


def _known_cap(publication: _Publication, needed: Counts) -> Counts:
    """A small unit's counts are known to be small, by whoever guesses which of the hidden it is."""
    cap = np.full(needed.shape, UNKNOWN)
    cap[publication.published][needed[publication.published] == _SMALL_SPREAD] = (
        publication.min_group - 1
    )
    return cap


# Which sibling is hidden next


def _next_to_hide(publication: _Publication, needed: Counts) -> list[tuple[int, int]]:
    """Cells for each node whose own row tells too much; else one for each family that does.

    The leftmost column first, since a row takes all its columns along.
    """
    by_sums, by_row, width = _readings(publication, needed)
    if by_row.any():
        first = {int(n): int(c) for c, n in zip(*np.nonzero(by_row.T), strict=True)}
        return sorted(
            cell
            for node, column in first.items()
            for cell in _own_cells(publication, node, column, needed)
        )
    chosen: dict[int, tuple[int, int]] = {}
    for column, node in zip(*np.nonzero(by_sums.T), strict=True):
        family = int(publication.layout.parents[node])
        if family not in chosen and (cell := _cover(publication, int(node), int(column), width)):
            chosen[family] = cell
    return sorted(set(chosen.values()))


def _cover(
    publication: _Publication, node: int, column: int, width: Counts
) -> tuple[int, int] | None:
    """The next cell whose hiding opens `node` again; None where nothing is left to hide."""
    layout = publication.layout
    if _has_few(publication)[node] and (own := _own_few(publication, node, column)):
        return own
    while (parent := int(layout.parents[node])) >= 0:
        siblings = [s for s in layout.children(parent) if s != node]
        given_away = [
            s for s in siblings
            if not _is_shown(publication, s, column) and layout.is_inner(s) and not width[s, column]
        ]  # fmt: skip
        for sibling in given_away:
            if cell := _below(publication, sibling, column, width):
                return cell
        if shown := [s for s in siblings if _is_shown(publication, s, column)]:
            return _smallest(publication, shown, column)
        if _is_shown(publication, parent, column):
            return parent, column
        node = parent
    return None


def _own_few(publication: _Publication, node: int, column: int) -> tuple[int, int] | None:
    """What to hide of a unit with few licensed, for the few licensed in a channel.

    Where everybody licensed has the channel, the few of the funnel tell the few of the channel; and
    where no leaf can stand in for a node that is told by sums, it is hidden before a sector is.
    """
    layout = publication.layout
    if column not in [_LICENSED, *(columns.start for columns in layout.groups[1:])]:
        return None
    if _is_shown(publication, node, _LICENSED):
        return node, _LICENSED
    siblings = layout.children(int(layout.parents[node]))
    can_stand_in = any(
        _is_shown(publication, s, _STAFF) and s != node and not layout.is_inner(s) for s in siblings
    )
    is_in_the_way = _is_shown(publication, node, _STAFF) and not can_stand_in
    return (node, _STAFF) if is_in_the_way and layout.parents[node] >= 0 else None


def _below(
    publication: _Publication, node: int, column: int, width: Counts
) -> tuple[int, int] | None:
    """A cell under `node`, which is hidden in vain as long as all below it is known."""
    children = publication.layout.children(node)
    shown = [child for child in children if _is_shown(publication, child, column)]
    if shown:
        return _smallest(publication, shown, column)
    cells = (_below(publication, child, column, width) for child in children)
    return next((cell for cell in cells if cell), None)


def _smallest(publication: _Publication, nodes: Sequence[int], column: int) -> tuple[int, int]:
    """The smallest, leaves before inner nodes: those take fewer figures along."""
    groups = publication.layout.groups
    start = next(g.start for g in groups if g.start <= column < g.stop)
    sizes = publication.counts[:, start]
    layout = publication.layout
    return min(nodes, key=lambda node: (layout.is_inner(node), sizes[node], node)), column


def _is_shown(publication: _Publication, node: int, column: int) -> bool:
    number = next(n for n, g in enumerate(publication.layout.groups) if g.start <= column < g.stop)
    return not publication.hidden[node, number] and not publication.withheld[node, column]
