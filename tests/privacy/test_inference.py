"""What is worked out anew only in part comes out as if it were worked out whole."""

import random

import numpy as np
import pytest

from adoption.disclosure import opened_by, read
from adoption.inference import UNKNOWN, Bounds, Counts, Knowledge, Layout, narrow
from adoption.publication import Publication
from tests.privacy.municipality import CHANNELS, FUNNEL, LEADERSHIP, Municipality, make


def _stated(town: Municipality) -> tuple[Layout, Bounds]:
    """All counts as they are; nobody is placed directly on an inner node."""
    units = list(town.parents)
    parents = np.array([units.index(parent) if parent else -1 for parent in town.parents.values()])
    layout = Layout(parents, len(units), np.array([c in LEADERSHIP for c in CHANNELS]))
    rows = [[*town.funnel[u], *(n for c in CHANNELS for n in town.channel[u, c])] for u in units]
    counts = np.array(rows).T
    for node in reversed(range(len(units))):
        counts[:, node] = counts[:, layout.children[node] or [node]].sum(axis=1)
    return layout, np.stack([counts, -counts], axis=1)


@pytest.mark.parametrize("seed", range(4))
def test_after_any_change_as_much_is_known_as_if_nothing_had_been_known_before(seed: int) -> None:
    draw = random.Random(seed)
    layout, truth = _stated(make(seed))
    stated, known = truth, None

    for _ in range(40):
        node = draw.randrange(len(layout.parents))
        columns = slice(draw.randrange(len(FUNNEL)), None)
        stated = stated.copy()
        if draw.random() < 0.4:
            stated[columns, :, node] = truth[columns, :, node]
        else:
            stated[columns, :, node] = 0, -UNKNOWN
        known, whole = narrow(layout, stated, known), narrow(layout, stated, None)

        assert _same(known, whole)


def _published(layout: Layout, counts: Counts) -> Publication:
    rows = (len(layout.parents), len(layout.groups))
    return Publication(
        layout, counts, 10, np.ones(rows[1], bool), np.ones(rows[0], bool), np.zeros(rows, bool),
        np.zeros(counts.shape, bool),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_what_withholding_a_siblings_count_would_open_is_never_foretold_too_little(
    seed: int,
) -> None:
    layout, truth = _stated(make(seed))
    publication = _published(layout, truth[:, 0].T)
    needed = np.ones(publication.counts.shape, np.int64)
    told, before = read(publication, needed).by_sums, publication.knowledge
    foretold, found = [], []

    is_conduct = np.arange(layout.column_count) > layout.licensed_of
    for node, column in zip(*np.nonzero(told & is_conduct), strict=True):
        siblings = [s for s in layout.children[layout.parents[node]] if s != node]
        foretold += opened_by(publication, node, siblings, column).tolist()
        for sibling in siblings:
            publication.withheld[sibling, column] = True
            found.append(int(read(publication, needed).width[node, column]))
            publication.withheld[sibling, column] = False
            publication.knowledge = before

    assert all(least <= most for least, most in zip(found, foretold, strict=True))
    assert max(found) > 0


def test_a_sibling_whose_row_tells_as_much_without_its_count_opens_nothing() -> None:
    """Of 20 licensed 18 are active, which may be more only where elsewhere fewer may be."""
    coded = [40, 40, 40, 30, 30, 25, 10, 20, 18, 13, 5, 40, 25, 20, 8]
    all_received = [30, 30, 30, 25, 25, 22, 10, 25, 20, 20, 5, 30, 15, 12, 5]
    few_received = [40, 40, 40, 30, 30, 25, 10, 30, 20, 12, 5, 40, 25, 20, 8]
    counts = np.array([coded, all_received, few_received])
    layout = Layout(np.array([-1, 0, 0, 0]), 4, np.array([True, True]))
    publication = _published(layout, np.vstack([counts.sum(axis=0), counts]))
    needed = np.zeros(publication.counts.shape, np.int64)
    active = len(FUNNEL) + 1

    reading = read(publication, needed)

    assert reading.width[1, active] == 0
    assert opened_by(publication, 1, [2, 3], active).tolist() == [0, 2]


def _same(one: Knowledge, other: Knowledge) -> bool:
    rows, sums = one.by_row == other.by_row, one.by_sums == other.by_sums
    return bool(rows.all() and sums.all())
