"""Who came and went in four weeks, person by person, from the snapshots in force on two days."""

from collections.abc import Mapping, Set
from datetime import date, timedelta
from typing import NamedTuple

from tests.truth.windows import Lake, ReachRow

APART = timedelta(days=28)
SHOWN = {"ok", "partial", "quiet"}
SMALLEST_SHOWN = 2


class MovementRow(NamedTuple):
    """A row of `marts.unit_movement`."""

    status: str
    persons_before: int | None = None
    joined: int | None = None
    left: int | None = None
    moved_in: int | None = None
    moved_out: int | None = None
    persons_now: int | None = None


def movement_rows(
    lake: Lake, reach: Mapping[tuple[str, date], ReachRow], sunday: date
) -> dict[str, MovementRow]:
    """Unit to how its people came and went up to `sunday`."""
    before, now = _members(lake, sunday - APART), _members(lake, sunday)
    is_known = min(lake.directory.snapshots) <= sunday - APART
    rows = {}
    for unit in (unit for unit, day in reach if day == sunday):
        earlier = reach.get((unit, sunday - APART), ReachRow("no_data")).status
        status = _status(reach[unit, sunday].status, earlier, is_known)
        were, are = before.get(unit, set()), now.get(unit, set())
        if status in SHOWN and earlier not in SHOWN:
            is_small = 0 < len(were) < lake.settings.privacy.min_group
            status = "suppressed" if is_small else status
        if status not in SHOWN:
            rows[unit] = MovementRow(status)
            continue
        everybody_before, everybody_now = before[lake.tree.root], now[lake.tree.root]
        counts = [
            len(are - everybody_before),
            len(were - everybody_now),
            len((are - were) & everybody_before),
            len((were - are) & everybody_now),
        ]
        if unit != lake.tree.root:
            joined, left, moved_in, moved_out = (max(n, SMALLEST_SHOWN) for n in counts)
        else:
            joined, left = (max(n, SMALLEST_SHOWN) for n in counts[:2])
            moved_in = moved_out = 0
        rows[unit] = MovementRow(status, len(were), joined, left, moved_in, moved_out, len(are))
    return rows


def _members(lake: Lake, day: date) -> dict[str, Set[str]]:
    """Unit to the object ids of its subtree."""
    members: dict[str, set[str]] = {}
    for person in lake.people_on(day):
        for node in lake.tree.and_above(lake.tree.place(person.department)):
            members.setdefault(node, set()).add(person.id)
    return dict(members)


def _status(now: str, earlier: str, is_known: bool) -> str:
    if now == "no_data" or not is_known:
        return "no_data"
    if "not_trusted" in (now, earlier):
        return "not_trusted"
    return "suppressed" if "suppressed" in (now, earlier) else now
