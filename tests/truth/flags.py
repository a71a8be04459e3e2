"""When a flag opens and closes, and which hold on a day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from adoption.settings import Settings
from tests.truth.people import Tree
from tests.truth.statistics import discoveries, has_fallen, p_below, wilson
from tests.truth.windows import ReachRow, is_pseudo, left_open, shown

FLAGS = ("not_reached", "falling", "behind")
WINDOW_LENGTH = timedelta(days=28)

Reach = Mapping[tuple[str, date], ReachRow]
FlagKey = tuple[str, str, date]
"""(unit, flag, opened on)"""


class FlagRow(NamedTuple):
    """What a flag carries; `not_reached` is unknown where reached is not shown."""

    closed_on: date | None
    not_reached: int | None
    reason: str | None


def episodes(verdicts: Iterable[tuple[date, bool]]) -> list[tuple[date, date | None]]:
    """(opened, closed) of a flag whose verdict on each countable Sunday, in order, is given.

    It opens on the second of two in a row that hold, and closes on the second of two that do not.
    """
    found: list[tuple[date, date | None]] = []
    is_open, before = False, None
    for sunday, holds in verdicts:
        if holds != is_open and holds == before:
            is_open = holds
            if holds:
                found.append((sunday, None))
            else:
                found[-1] = (found[-1][0], sunday)
        before = holds
    return found


def flag_rows(reach: Reach, tree: Tree, settings: Settings) -> dict[FlagKey, FlagRow]:
    """Every flag that was ever open, of the units that may be shown."""
    days = sorted({day for _, day in reach})
    units = sorted({unit for unit, _ in reach if not is_pseudo(unit)})
    behind = {day: _behind(reach, day, units, tree.root, settings) for day in days}
    rows: dict[FlagKey, FlagRow] = {}
    for unit in units:
        if days and reach[unit, days[-1]].status == "suppressed":
            continue
        sundays = [d for d in days if d.weekday() == 6 and reach[unit, d].status == "ok"]
        verdicts = _verdicts(reach, unit, sundays, behind, settings)
        rows |= _flags_of(reach, unit, sundays, verdicts, settings)
    return {key: row for key, row in rows.items() if key[:2] != (tree.root, "behind")}


def _flags_of(
    reach: Reach,
    unit: str,
    sundays: Sequence[date],
    verdicts: Mapping[str, Sequence[tuple[date, bool]]],
    settings: Settings,
) -> dict[FlagKey, FlagRow]:
    rows = {}
    for flag in FLAGS:
        for opened, closed in episodes(verdicts[flag]):
            row = shown(reach[unit, closed or sundays[-1]], settings)
            assert row.staff is not None
            not_reached = None if row.reached is None else row.staff - row.reached
            rows[unit, flag, opened] = FlagRow(closed, not_reached, row.reason)
    return rows


def _verdicts(
    reach: Reach,
    unit: str,
    sundays: Sequence[date],
    behind: Mapping[date, set[str]],
    settings: Settings,
) -> Mapping[str, Sequence[tuple[date, bool]]]:
    """Flag to (Sunday, holds); a Sunday on which the question cannot be put is left out."""
    comparable = [day for day in sundays if day - WINDOW_LENGTH in sundays]
    points = settings.flags.fall_points
    return {
        "not_reached": [(d, _is_not_reached(reach[unit, d], settings)) for d in sundays],
        "falling": [
            (
                d,
                has_fallen(
                    _known(reach[unit, d - WINDOW_LENGTH], settings),
                    _known(reach[unit, d], settings),
                    points,
                ),
            )
            for d in comparable
        ],
        "behind": [(d, unit in behind[d]) for d in sundays],
    }


def _known(row: ReachRow, settings: Settings) -> tuple[int, int]:
    """(reached, staff): of the numbers that the published row leaves open, the middle one."""
    assert row.staff is not None
    assert row.reached is not None
    assert row.licensed is not None
    possible = left_open(row.reached, row.licensed, settings.privacy.min_group)
    return possible[(len(possible) - 1) // 2], row.staff


def _is_not_reached(row: ReachRow, settings: Settings) -> bool:
    reached, staff = _known(row, settings)
    interval = wilson(reached, staff)
    assert interval is not None
    too_few = interval[1] < settings.flags.target
    return too_few and staff - reached >= settings.flags.min_not_reached


def _behind(
    reach: Reach, day: date, units: Sequence[str], root: str, settings: Settings
) -> set[str]:
    """The units whose reach is below that of everybody else, taken as one family."""
    if reach[root, day].status != "ok":
        return set()
    reached, staff = _known(reach[root, day], settings)
    p_values = {}
    for unit in units:
        if unit != root and reach[unit, day].status == "ok":
            own_reached, own_staff = _known(reach[unit, day], settings)
            rest = (reached - own_reached, staff - own_staff)
            p_values[unit] = p_below((own_reached, own_staff), rest)
    return discoveries(p_values)
