"""What may be shown of a window, so that nothing gives a small group or a single person away.

Counts of a window stand in a tree (a node covers everything below it, people placed directly on a
node included) and in columns (the funnel's steps, and four more for each channel). Hidden are the
rows of small groups; coded, as a bound, are counts of conduct near nobody or near everybody. Then
we read what is left as an attacker would: every sum over siblings, every step of the funnel, every
channel beside the funnel, and these rules. Where that still narrows a protected count down too far,
the next smallest sibling is hidden as well, until it does not; in a column of conduct only that
count, of the smallest sibling that helps.
"""

from collections.abc import Sequence

import numpy as np

from adoption.disclosure import given_away, opened_by, read
from adoption.inference import Counts, Layout, Mask
from adoption.publication import (
    LICENSED,
    SMALL_SPREAD,
    STAFF,
    Cell,
    Publication,
    coded_cells,
    few_cells,
    has_few,
    is_shown,
)


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
    publication = Publication(
        layout,
        counts,
        min_group,
        is_available,
        is_there,
        small | sticky | ~is_there[:, None],
        np.zeros(counts.shape, bool),
    )
    needed = _needed(publication, small)
    added: list[Cell] = []
    while (cells := _next_to_hide(publication, needed)) != []:
        for cell in cells:
            _hide(publication, cell)
        added += cells
    _spare(publication, needed, added, small | sticky | ~is_there[:, None])
    own = publication.hidden & (small | ~sticky)
    low, _ = coded_cells(layout, counts)
    return publication.hidden, own, low, publication.withheld | few_cells(publication)


def _small(layout: Layout, counts: Counts, min_group: int) -> Mask:
    """Rows of groups under the minimum; a small unit's channels too. Directly placed: all."""
    bases = [counts[:, columns.start] for columns in layout.groups]
    small: Mask = np.column_stack([base < min_group for base in bases])
    small |= small[:, :1]
    small[layout.published_count :] = True
    return small


def _needed(publication: Publication, small: Mask) -> Counts:
    """From lowest to highest possible value, how far each count must stay open."""
    layout, counts = publication.layout, publication.counts
    low, high = coded_cells(layout, counts)
    needed = np.where(low | high, 1, 0).astype(np.int64)
    needed[few_cells(publication)] = SMALL_SPREAD
    is_small = small.copy()
    is_small[layout.published_count :] &= (
        counts[layout.published_count :, STAFF, None] < publication.min_group
    )
    needed[is_small[:, layout.group_of]] = SMALL_SPREAD
    needed[:, ~publication.is_available[layout.group_of]] = 0
    return needed


def _hide(publication: Publication, cell: Cell) -> None:
    """A column of conduct is withheld by itself; any other takes its row along, staff all rows.

    So is the number of licensed people where they are few: they are what is to be protected, and
    the row without it still tells that they are few.
    """
    node, column = cell
    layout = publication.layout
    is_few = column == LICENSED and has_few(publication)[node]
    if is_few or column > layout.licensed_of[column]:
        publication.withheld[cell] = True
    elif layout.group_of[column] == 0:
        publication.hidden[node] = True
    else:
        publication.hidden[node, layout.group_of[column]] = True


def _spare(publication: Publication, needed: Counts, added: Sequence[Cell], fixed: Mask) -> None:
    """Shows again what was hidden on the way, but is not needed in the end.

    Figures of many units first, each by itself; then one leaf of each family at a time.
    """
    in_vain = given_away(publication, needed)
    inner = [cell for cell in reversed(added) if publication.layout.is_inner[cell[0]]]
    for cell in inner:
        _show_again(publication, needed, in_vain, [cell], fixed)
    waiting = [cell for cell in reversed(added) if cell not in inner]
    while waiting:
        chosen = {int(publication.layout.parents[cell[0]]): cell for cell in reversed(waiting)}
        waiting = [cell for cell in waiting if cell not in chosen.values()]
        _show_again(publication, needed, in_vain, list(chosen.values()), fixed)


def _show_again(
    publication: Publication, needed: Counts, in_vain: Mask, cells: list[Cell],
    fixed: Mask,
) -> None:  # fmt: skip
    """Shows the cells (at most one of each family) of which nothing is given away again.

    All at once; where that gives something away, those that have nothing to do with it.
    """
    before = publication.hidden.copy(), publication.withheld.copy(), publication.knowledge
    for cell in cells:
        publication.hidden[cell[0]] = fixed[cell[0]]
        publication.withheld[cell] = False
    again = (given_away(publication, needed) & ~in_vain).any(axis=1)
    if again.any():
        publication.hidden, publication.withheld, publication.knowledge = before
        parents = publication.layout.parents
        disturbed = {int(family) for family in parents[again]}
        calm = [cell for cell in cells if not disturbed & {int(parents[cell[0]]), cell[0]}]
        if calm and len(calm) < len(cells):
            _show_again(publication, needed, in_vain, calm, fixed)


def _next_to_hide(publication: Publication, needed: Counts) -> list[Cell]:
    """Cells for each node whose own row tells too much; else one for each family that does.

    The leftmost column first, since a row takes all its columns along.
    """
    reading = read(publication, needed)
    if reading.by_row:
        last = {node: own for (node, _), own in sorted(reading.by_row.items())}
        return sorted(cell for own in last.values() for cell in own)
    chosen: dict[int, tuple[int, int]] = {}
    for column, node in zip(*np.nonzero(reading.by_sums.T), strict=True):
        family = int(publication.layout.parents[node])
        if family not in chosen and (
            cell := _cover(publication, int(node), int(column), reading.width, needed)
        ):
            chosen[family] = cell
    return sorted(set(chosen.values()))


def _cover(
    publication: Publication, node: int, column: int, width: Counts, needed: Counts
) -> Cell | None:
    """The next cell whose hiding opens `node` again; None where nothing is left to hide."""
    layout, least = publication.layout, int(needed[node, column])
    if has_few(publication)[node] and (own := _own_few(publication, node, column)):
        return own
    while (parent := int(layout.parents[node])) >= 0:
        siblings = [s for s in layout.children[parent] if s != node]
        given_away = [
            s for s in siblings
            if not is_shown(publication, s, column) and layout.is_inner[s] and not width[s, column]
        ]  # fmt: skip
        for sibling in given_away:
            if cell := _below(publication, sibling, column, width):
                return cell
        if shown := [s for s in siblings if is_shown(publication, s, column)]:
            return _smallest(publication, _openers(publication, node, shown, column, least), column)
        if is_shown(publication, parent, column):
            return parent, column
        node = parent
    return None


def _openers(
    publication: Publication, node: int, siblings: list[int], column: int, least: int
) -> list[int]:
    """Those of the siblings that, one of them withheld, would open `node`; all where none would.

    Leaves where any are left. Only in columns of conduct: rows are hidden in the order of size.
    """
    layout = publication.layout
    siblings = [s for s in siblings if not layout.is_inner[s]] or siblings
    if column <= layout.licensed_of[column]:
        return siblings
    opens = opened_by(publication, node, siblings, column) >= least
    return [s for s, does_open in zip(siblings, opens, strict=True) if does_open] or siblings


def _own_few(publication: Publication, node: int, column: int) -> Cell | None:
    """What to hide of a unit with few licensed, for the few licensed in a channel.

    Where everybody licensed has the channel, the few of the funnel tell the few of the channel; and
    where no leaf can stand in for a node that is told by sums, it is hidden before a sector is.
    """
    layout = publication.layout
    if column not in [LICENSED, *(columns.start for columns in layout.groups[1:])]:
        return None
    if is_shown(publication, node, LICENSED):
        return node, LICENSED
    siblings = layout.children[layout.parents[node]]
    can_stand_in = any(
        is_shown(publication, s, STAFF) and s != node and not layout.is_inner[s] for s in siblings
    )
    is_in_the_way = is_shown(publication, node, STAFF) and not can_stand_in
    return (node, STAFF) if is_in_the_way and layout.parents[node] >= 0 else None


def _below(publication: Publication, node: int, column: int, width: Counts) -> Cell | None:
    """A cell under `node`, which is hidden in vain as long as all below it is known."""
    children = publication.layout.children[node]
    shown = [child for child in children if is_shown(publication, child, column)]
    if shown:
        return _smallest(publication, shown, column)
    cells = (_below(publication, child, column, width) for child in children)
    return next((cell for cell in cells if cell), None)


def _smallest(publication: Publication, nodes: Sequence[int], column: int) -> tuple[int, int]:
    """The smallest, leaves before inner nodes: those take fewer figures along."""
    layout = publication.layout
    sizes = publication.counts[:, layout.groups[layout.group_of[column]].start]
    return min(nodes, key=lambda node: (layout.is_inner[node], sizes[node], node)), column
