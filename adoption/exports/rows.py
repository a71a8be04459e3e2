"""Rows that bring several marts together: the way to the target, and what has changed.

A count that a row computes from marts.unit_reach stands beside the counts it comes from, since only
those tell whether it is a bound, and which.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

import pyarrow as pa

from adoption.certainty import STEPS
from adoption.errors import ContractError
from adoption.exports import cells
from adoption.exports.cells import Cell

TARGET: Mapping[str, Cell] = {
    "unit_id": cells.text,
    "unit": cells.text,
    "window_end": cells.date,
    "status": cells.label,
    "staff": cells.count,
    "needed": cells.count,
    "reached": cells.count,
    "to_target": cells.lacking,
    "not_reached": cells.lost,
    "gap_share": cells.lacking,
    **dict.fromkeys(STEPS, cells.lost),
}
CHANGE: Mapping[str, Cell] = {
    "unit_id": cells.text,
    "unit": cells.text,
    "window_end": cells.date,
    "status": cells.label,
    "staff": cells.count,
    "fte": cells.measured,
    "reach_rate": cells.rate,
    "reach_low": cells.rate,
    "reach_high": cells.rate,
    "earlier_rate": cells.rate,
    "earlier_low": cells.rate,
    "earlier_high": cells.rate,
    "persons_before": cells.count,
    "joined": cells.count,
    "left": cells.count,
    "moved_in": cells.count,
    "moved_out": cells.count,
    "persons_now": cells.count,
    "difference": cells.points,
    "difference_low": cells.points,
    "difference_high": cells.points,
}

Row = Mapping[str, object]

_FOUR_WEEKS = dt.timedelta(days=28)
_FUNNEL = ("staff", "account", "licensed", "onboarded", "active", "reached", "coded")
_REACH = ("unit_id", "window_end", "window_days", *_FUNNEL, "reach_rate", "reach_low", "reach_high")
_TARGET = ("unit_id", "unit", "window_end", "window_days", "status", "needed", "to_target",
           "gap_share")  # fmt: skip
_MOVEMENT = ("unit_id", "unit", "window_end", "status", "persons_before", "joined", "left",
             "moved_in", "moved_out", "persons_now", "coded")  # fmt: skip
_STAFF = ("unit_id", "window_end", "window_days", "staff", "fte")
_YEAR = ("unit_id", "window_end", "year_before_end", "difference", "difference_low",
         "difference_high")  # fmt: skip


def target_rows(tables: Mapping[str, pa.Table]) -> list[dict[str, object]]:
    """`marts.unit_target` for the newest window, with the counts of `marts.unit_reach`."""
    reach = _by_window(rows_of(tables, "unit_reach", _REACH))
    targets = rows_of(tables, "unit_target", _TARGET)
    newest = max((_day(row) for row in targets), default=None)
    return [
        {**reach[_window(row)], **row}
        for row in targets
        if row["window_end"] == newest and _window(row) in reach
    ]


def change_rows(tables: Mapping[str, pa.Table]) -> list[dict[str, object]]:
    """`marts.unit_movement` with heads, full-time equivalents and reach then and now, and the year.

    `earlier_…` is reach 28 days before; all that was computed of a bound is named in `coded`.
    """
    reach = _by_window(rows_of(tables, "unit_reach", _REACH))
    staff = _by_window(rows_of(tables, "unit_staff", _STAFF))
    years = {
        (row["unit_id"], row["window_end"]): row for row in rows_of(tables, "unit_year", _YEAR)
    }
    return [
        _change(row, reach, staff, years.get((row["unit_id"], row["window_end"]), {}))
        for row in rows_of(tables, "unit_movement", _MOVEMENT)
    ]


def _change(
    row: Row,
    reach: Mapping[tuple[object, ...], Row],
    staff: Mapping[tuple[object, ...], Row],
    year: Row,
) -> dict[str, object]:
    unit_id, day = row["unit_id"], _day(row)
    now, then = reach.get((unit_id, day, 28), {}), reach.get((unit_id, day - _FOUR_WEEKS, 28), {})
    heads = staff.get((unit_id, day, 28), {})
    past = reach.get((unit_id, year.get("year_before_end"), 28), {})
    told = {"reached": now, "earlier_reached": then, "past_reached": past}
    return {
        **row,
        **{column: now.get(column) for column in _REACH[-3:]},
        **{f"earlier_{column}": then.get(f"reach_{column}") for column in ("rate", "low", "high")},
        **{column: heads.get(column) for column in ("staff", "fte")},
        **{column: year.get(column) for column in _YEAR[3:]},
        **{name: of.get("reached") for name, of in told.items()},
        "coded": _list(row) + [name for name, of in told.items() if "reached" in _list(of)],
    }


def rows_of(
    tables: Mapping[str, pa.Table], mart: str, columns: Sequence[str]
) -> list[dict[str, object]]:
    """The rows of `mart` with `columns`; raises ContractError naming what is not there."""
    if mart not in tables:
        raise ContractError(
            f"Cannot export: the table marts.{mart} is not there. Run 'adoption build'."
        )
    missing = [column for column in columns if column not in tables[mart].column_names]
    if missing:
        raise ContractError(
            f"Cannot export marts.{mart}: it has no column {', '.join(missing)}. "
            "Run 'adoption build' to make it again."
        )
    rows: list[dict[str, object]] = tables[mart].select(list(columns)).to_pylist()
    return rows


def _by_window(rows: Sequence[dict[str, object]]) -> Mapping[tuple[object, ...], Row]:
    return {_window(row): row for row in rows}


def _window(row: Row) -> tuple[object, ...]:
    return row["unit_id"], row["window_end"], row["window_days"]


def _day(row: Row) -> dt.date:
    day = row["window_end"]
    assert isinstance(day, dt.date)
    return day


def _list(row: Row) -> list[object]:
    coded = row.get("coded")
    return coded if isinstance(coded, list) else []
