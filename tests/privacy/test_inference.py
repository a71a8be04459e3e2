"""What is worked out anew only in part comes out as if it were worked out whole."""

import random

import numpy as np
import pytest

from adoption.inference import UNKNOWN, Bounds, Knowledge, Layout, narrow
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


def _same(one: Knowledge, other: Knowledge) -> bool:
    rows, sums = one.by_row == other.by_row, one.by_sums == other.by_sums
    return bool(rows.all() and sums.all())
