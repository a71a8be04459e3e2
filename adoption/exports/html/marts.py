"""The marts as the report reads them: typed rows, found by unit and window.

A column that the report needs is a field here; one that is not there is named before anything is
written.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeVar

import msgspec
import pyarrow as pa

from adoption.errors import ContractError
from adoption.exports.rows import Row, change_rows, target_rows

FUNNEL = ("staff", "account", "licensed", "onboarded", "active", "reached", "contributing")
WINDOW_DAYS = 28


class _Row(msgspec.Struct, frozen=True):
    may_lack: ClassVar[Sequence[str]] = ()


class Build(_Row, frozen=True):
    as_of: dt.date
    organisation: str | None
    window_end: dt.date | None


class Unit(_Row, frozen=True):
    unit_id: str
    unit: str
    parent_id: str | None
    level: int


class Reach(_Row, frozen=True):
    unit_id: str
    unit: str
    window_end: dt.date
    window_days: int
    status: str
    staff: int | None = None
    account: int | None = None
    licensed: int | None = None
    onboarded: int | None = None
    active: int | None = None
    reached: int | None = None
    contributing: int | None = None
    reach_rate: float | None = None
    reach_low: float | None = None
    reach_high: float | None = None
    reason: str | None = None
    coded: list[str] | None = None


class Adoption(_Row, frozen=True):
    unit_id: str
    channel: str
    window_end: dt.date
    window_days: int
    status: str
    licensed: int | None
    active: int | None
    adoption_rate: float | None
    adoption_low: float | None
    adoption_high: float | None
    coded: list[str] | None


class Flag(_Row, frozen=True):
    unit_id: str
    flag: str
    opened_on: dt.date
    closed_on: dt.date | None
    not_reached: int | None
    reason: str | None
    advice: str | None


class ChannelDay(_Row, frozen=True):
    channel: str
    day: dt.date
    complete: bool | None
    active: int | None
    coded: list[str] | None = None

    may_lack: ClassVar[Sequence[str]] = ("coded",)


class Finding(_Row, frozen=True):
    check_name: str
    scope: str | None
    day: dt.date | None
    result: str
    value: float | None
    threshold: float | None
    message: str | None


@dataclass(frozen=True, slots=True)
class Marts:
    """What the report shows. Units stand in the tree's order, each right below its parent."""

    build: Build
    units: tuple[Unit, ...]
    reach: Mapping[tuple[str, dt.date], Reach]
    adoption: Mapping[tuple[str, str, dt.date], Adoption]
    flags: tuple[Flag, ...]
    channel_days: tuple[ChannelDay, ...]
    findings: tuple[Finding, ...]
    targets: tuple[Row, ...]
    changes: tuple[Row, ...]

    @property
    def root(self) -> Unit:
        return self.units[0]

    @property
    def channels(self) -> tuple[str, ...]:
        return tuple(sorted({channel for _, channel, _ in self.adoption}))

    @property
    def window_end(self) -> dt.date:
        """The window that the report is about: the organisation's newest one with figures."""
        ends = self.windows(self.root.unit_id)
        shown = [row.window_end for row in ends if row.staff is not None]
        return max(shown) if shown else max(row.window_end for row in ends)

    def windows(self, unit_id: str) -> list[Reach]:
        """Every window of the unit, oldest first."""
        found = [row for (unit, _), row in self.reach.items() if unit == unit_id]
        return sorted(found, key=lambda row: row.window_end)

    def at(self, unit_id: str, window_end: dt.date) -> Reach:
        """The unit's row of a window; one that says that nothing is known where there is none."""
        found = self.reach.get((unit_id, window_end))
        name = next(unit.unit for unit in self.units if unit.unit_id == unit_id)
        return found or Reach(unit_id, name, window_end, WINDOW_DAYS, "no_data")

    def children(self, unit_id: str) -> list[Unit]:
        return [unit for unit in self.units if unit.parent_id == unit_id]


def read(tables: Mapping[str, pa.Table]) -> Marts:
    """The marts out of their Arrow tables; raises ContractError naming what is not there."""
    reach, adoption = _rows(tables, "unit_reach", Reach), _rows(tables, "unit_channel", Adoption)
    units, builds = _rows(tables, "unit", Unit), _rows(tables, "build", Build)
    if not (units and builds and reach):
        raise ContractError("Cannot write the report: the warehouse has no window to tell of yet.")
    return Marts(
        builds[0],
        tuple(_in_tree_order(units)),
        {(row.unit_id, row.window_end): row for row in reach},
        {(row.unit_id, row.channel, row.window_end): row for row in adoption},
        tuple(_rows(tables, "unit_flag", Flag)),
        tuple(_rows(tables, "channel_day", ChannelDay)),
        tuple(_rows(tables, "data_quality", Finding)),
        tuple(target_rows(tables)),
        _newest_changes(tables, [unit.unit_id for unit in _in_tree_order(units)]),
    )


def _newest_changes(tables: Mapping[str, pa.Table], order: Sequence[str]) -> tuple[Row, ...]:
    """The changes up to the newest Sunday that has any, in the units' order."""
    rows = change_rows(tables)
    newest = max((str(row["window_end"]) for row in rows), default="")
    found = [row for row in rows if str(row["window_end"]) == newest]
    return tuple(sorted(found, key=lambda row: order.index(str(row["unit_id"]))))


_R = TypeVar("_R", bound=_Row)


def _rows(tables: Mapping[str, pa.Table], mart: str, kind: type[_R]) -> list[_R]:
    if mart not in tables:
        raise ContractError(
            f"Cannot write the report: the table marts.{mart} is not there. Run 'adoption build'."
        )
    columns, table = [field.name for field in msgspec.structs.fields(kind)], tables[mart]
    columns = [name for name in columns if name in table.column_names or name not in kind.may_lack]
    missing = [column for column in columns if column not in table.column_names]
    if missing:
        raise ContractError(
            f"Cannot write the report: marts.{mart} has no column {', '.join(missing)}. "
            "Run 'adoption build' to make it again."
        )
    rows = table.select(columns).to_pylist()
    try:
        return msgspec.convert(rows, list[kind])  # type: ignore[valid-type]
    except msgspec.ValidationError as error:
        raise ContractError(
            f"Cannot write the report: a row of marts.{mart} is not as agreed: {error}."
        ) from error


def _in_tree_order(units: Iterable[Unit]) -> Iterable[Unit]:
    under: dict[str | None, list[Unit]] = {}
    for unit in sorted(units, key=lambda unit: (unit.unit.startswith("("), unit.unit.casefold())):
        under.setdefault(unit.parent_id, []).append(unit)
    waiting = under.get(None, [])
    while waiting:
        unit = waiting.pop(0)
        yield unit
        waiting = under.get(unit.unit_id, []) + waiting
