"""From true counts to published ones, window by window: `privacy` over whole tables.

SQL calls `publish` as a function on lists of rows, since what may be shown of one unit depends on
all others, and of one window on those that it overlaps.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from adoption.inference import CHANNEL, FUNNEL, Counts, Layout, Mask
from adoption.privacy import protect
from adoption.publication import coded_cells

_COUNTS = "{} BIGINT"
FUNNEL_ROWS = (
    "STRUCT(unit_id VARCHAR, parent_id VARCHAR, window_start DATE, window_end DATE, "
    f"is_available BOOLEAN, {', '.join(map(_COUNTS.format, FUNNEL))})[]"
)
CHANNEL_ROWS = (
    "STRUCT(unit_id VARCHAR, channel VARCHAR, window_end DATE, is_available BOOLEAN, "
    f"{', '.join(map(_COUNTS.format, CHANNEL))})[]"
)
HIDDEN_ROWS = "STRUCT(unit_id VARCHAR, channel VARCHAR, window_end DATE)[]"
PUBLISHED_ROWS = (
    "STRUCT(unit_id VARCHAR, channel VARCHAR, window_end DATE, is_hidden BOOLEAN, is_own BOOLEAN, "
    "shown BIGINT[], coded VARCHAR[])[]"
)
"""One row for the funnel (channel is blank) and one for each channel, per unit and window. `shown`
are the counts in the order of FUNNEL or CHANNEL: null where hidden, the bound where coded. `is_own`
rows are hidden not only because an earlier window hid them."""


def publish(
    funnels: pa.ChunkedArray, channels: pa.ChunkedArray, min_group: pa.ChunkedArray,
    leadership: pa.ChunkedArray, hidden_before: pa.ChunkedArray,
) -> pa.Array:  # fmt: skip
    """One list of PUBLISHED_ROWS for one list of FUNNEL_ROWS and one of CHANNEL_ROWS.

    A unit without a row in a window did not exist then. Rows that are not available (no data, not
    trusted) come back hidden: whoever calls knows their status. hidden_before are HIDDEN_ROWS of
    windows that are not given any more, hidden there on their own account.
    """
    funnel, channel = _rows(funnels), _rows(channels)
    if not len(funnel):
        return _as_list(_none())
    units, unit_of = _indexed(funnel.field("unit_id"))
    windows, window_of = _indexed(funnel.field("window_end"))
    names, name_of = _indexed(channel.field("channel"))
    counts = np.zeros((len(windows), len(units), len(FUNNEL) + len(CHANNEL) * len(names)), np.int64)
    is_available = np.zeros((len(windows), 1 + len(names)), bool)
    is_there = np.zeros((len(windows), len(units)), bool)
    is_there[window_of, unit_of] = True
    counts[window_of, unit_of, : len(FUNNEL)] = _columns(funnel, FUNNEL)
    is_available[window_of, 0] = _flags(funnel)
    if len(channel):
        rows = (
            _places(channel.field("window_end"), windows),
            _places(channel.field("unit_id"), units),
        )
        for number, name in enumerate(CHANNEL):
            column = len(FUNNEL) + len(CHANNEL) * name_of + number
            counts[(*rows, column)] = _columns(channel, (name,))[:, 0]
        is_available[rows[0], 1 + name_of] = _flags(channel)
    parents = _parents(funnel, units)
    leads = set(leadership.to_pylist()[0] or ())
    layout, counts = _with_direct(parents, counts, np.array([n in leads for n in names], bool))
    starts = dict(
        zip(
            funnel.field("window_end").to_pylist(),
            funnel.field("window_start").to_pylist(),
            strict=True,
        )
    )
    hidden, own, shown, coded = _all_windows(
        layout, counts, is_available,
        np.concatenate([is_there, counts[:, len(units) :].any(axis=2)], axis=1),
        [(starts[w], w) for w in windows],
        _known_hidden(_rows(hidden_before), units, names),
        min_group=min_group.to_pylist()[0],
    )  # fmt: skip
    return _as_list(_published(units, windows, names, hidden, own, shown, coded))


def _rows(lists: pa.ChunkedArray) -> pa.StructArray:
    flat = (
        lists.combine_chunks().flatten() if isinstance(lists, pa.ChunkedArray) else lists.flatten()
    )
    return flat.combine_chunks() if isinstance(flat, pa.ChunkedArray) else flat


def _indexed(values: pa.Array) -> tuple[list[Any], npt.NDArray[np.intp]]:
    """The distinct values in order, and which of them stands in each row."""
    distinct = sorted(pc.unique(values).to_pylist())
    return distinct, _places(values, distinct)


def _places(values: pa.Array, distinct: Sequence[Any]) -> npt.NDArray[np.intp]:
    found = pc.index_in(values, value_set=pa.array(distinct, values.type))
    return np.asarray(found.to_numpy(zero_copy_only=False), np.intp)


def _columns(rows: pa.StructArray, names: Sequence[str]) -> Counts:
    return np.column_stack([rows.field(name).to_numpy(zero_copy_only=False) for name in names])


def _flags(rows: pa.StructArray) -> Mask:
    return np.asarray(rows.field("is_available").to_numpy(zero_copy_only=False), bool)


def _parents(funnel: pa.StructArray, units: Sequence[str]) -> npt.NDArray[np.intp]:
    place = {unit: number for number, unit in enumerate(units)}
    pairs = zip(
        funnel.field("unit_id").to_pylist(), funnel.field("parent_id").to_pylist(), strict=True
    )
    known = dict(pairs)
    return np.array([place.get(known[unit], -1) for unit in units], np.intp)


def _with_direct(
    parents: npt.NDArray[np.intp], counts: Counts, is_leadership: Mask
) -> tuple[Layout, Counts]:
    """A node more for the people placed directly on each inner node, where there ever are any."""
    children = np.flatnonzero(parents >= 0)
    below = np.zeros_like(counts)
    for child in children:
        below[:, parents[child]] += counts[:, child]
    inner = np.unique(parents[children])
    direct = [node for node in inner if (counts[:, node] != below[:, node]).any()]
    layout = Layout(
        np.concatenate([parents, np.array(direct, np.intp)]), len(parents), is_leadership
    )
    return layout, np.concatenate([counts, (counts - below)[:, direct]], axis=1)


def _known_hidden(
    rows: pa.StructArray, units: Sequence[str], names: Sequence[str]
) -> list[tuple[dt.date, int, int]]:
    """Window, node and group of each row; without what stands in no window any more."""
    nodes = {unit: number for number, unit in enumerate(units)}
    groups = {name: number for number, name in enumerate(("", *names))}
    return [
        (row["window_end"], nodes[row["unit_id"]], groups[row["channel"]])
        for row in rows.to_pylist()
        if row["unit_id"] in nodes and row["channel"] in groups
    ]


def _all_windows(
    layout: Layout, counts: Counts, is_available: Mask, is_there: Mask,
    windows: Sequence[tuple[dt.date, dt.date]], hidden_before: Sequence[tuple[dt.date, int, int]],
    *, min_group: int,
) -> tuple[Mask, Mask, Counts, Mask]:  # fmt: skip
    """Rows hidden, on their own account, counts as shown (-1: not), cells coded, of all windows.

    A row that was hidden on its own account stays hidden in later windows that overlap.
    """
    rows = (len(windows), len(layout.parents), len(layout.groups))
    hidden, own = np.ones(rows, bool), np.zeros(rows, bool)
    shown, coded = counts.copy(), np.zeros(counts.shape, bool)
    for number, (start, end) in enumerate(windows):
        earlier = [n for n in range(number) if windows[n][1] >= start]
        sticky = np.zeros(rows[1:], bool) | own[earlier].any(axis=0)
        for day, node, group in hidden_before:
            sticky[node, group] |= start <= day < end
        sticky &= is_available[number]
        hidden[number], own[number], low, withheld = protect(
            layout, counts[number], min_group=min_group, is_available=is_available[number],
            is_there=is_there[number], sticky=sticky,
        )  # fmt: skip
        hidden[number] |= ~is_available[number]
        _, high = coded_cells(layout, counts[number])
        coded[number] = low | high | withheld
        shown[number][low] = 2
        shown[number][high] = (counts[number][:, layout.licensed_of] - 2)[high]
        shown[number][withheld] = -1
    return hidden, own, shown, coded


def _published(
    units: Sequence[str], windows: Sequence[dt.date], names: Sequence[str], hidden: Mask, own: Mask,
    shown: Counts, coded: Mask,
) -> pa.StructArray:  # fmt: skip
    parts = []
    for number, name in enumerate(("", *names)):
        labels = FUNNEL if number == 0 else CHANNEL
        start = 0 if number == 0 else len(FUNNEL) + len(CHANNEL) * (number - 1)
        cells = slice(start, start + len(labels))
        is_hidden = hidden[:, : len(units), number].ravel()
        values = shown[:, : len(units), cells].reshape(-1, len(labels))
        marks = coded[:, : len(units), cells].reshape(-1, len(labels)) & ~is_hidden[:, None]
        is_none = (values < 0) | is_hidden[:, None]
        parts.append(
            pa.StructArray.from_arrays(
                [
                    pa.array(list(units) * len(windows), pa.string()),
                    pa.array([name] * len(is_hidden), pa.string()),
                    pa.array(np.repeat(np.array(windows, "datetime64[D]"), len(units))),
                    pa.array(is_hidden),
                    pa.array(own[:, : len(units), number].ravel()),
                    _lists(
                        pa.array(values.ravel(), mask=is_none.ravel()), [len(labels)] * len(values)
                    ),
                    _lists(
                        pa.array(np.array(labels)[np.nonzero(marks)[1]], pa.string()),
                        marks.sum(axis=1),
                    ),
                ],
                names=["unit_id", "channel", "window_end", "is_hidden", "is_own", "shown", "coded"],
            )
        )
    return pa.concat_arrays(parts)


def _lists(values: pa.Array, lengths: Any) -> pa.ListArray:
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), values)


def _none() -> pa.StructArray:
    rows, cells = np.ones((0, 0, 1), bool), np.zeros((0, 0, len(FUNNEL)), np.int64)
    return _published([], [], [], rows, rows, cells, cells.astype(bool))


def _as_list(rows: pa.StructArray) -> pa.ListArray:
    return pa.ListArray.from_arrays(pa.array([0, len(rows)], pa.int32()), rows)
