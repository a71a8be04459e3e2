"""What the warehouse must publish, computed from the world itself.

A second opinion: plain dictionaries and sets, no SQL and none of the product's own code beyond its
settings, so that a mistake has to be made twice, in two ways, to go unseen. Privacy here is the
minimum group alone (and the conduct of a unit's few licensed); coded extremes and complementary
suppression are judged by tests of their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from adoption.demo.world import World
from adoption.settings import Settings
from tests.truth.flags import FlagKey, FlagRow, flag_rows
from tests.truth.landing import (
    SETTLES_AFTER,
    Landed,
    Row,
    channels_of,
    complete_days,
    land_days,
    land_history,
)
from tests.truth.movement import MovementRow, movement_rows
from tests.truth.people import persons, read_directory, read_tree
from tests.truth.windows import (
    ChannelRow,
    Lake,
    ReachRow,
    channel_rows,
    first_seen,
    reach_rows,
    read_day,
    shown,
)

Reports = Mapping[str, Mapping[date, Landed]]
"""Channel and day to the report that lies in the lake."""


class DayRow(NamedTuple):
    """A row of `marts.channel_day`."""

    complete: bool
    licensed: int
    active: int
    received: int
    contributed: int


@dataclass(frozen=True, slots=True)
class Truth:
    """The tables, by their keys."""

    evaluation_days: Sequence[date]
    unit_reach: Mapping[tuple[str, date], ReachRow]
    unit_channel: Mapping[tuple[str, str, date], ChannelRow]
    unit_movement: Mapping[tuple[str, date], MovementRow]
    channel_day: Mapping[tuple[str, date], DayRow]
    flags: Mapping[FlagKey, FlagRow]

    def open_flags(self) -> dict[tuple[str, str], FlagRow]:
        """(unit, flag) to what it carries, of those that are open."""
        return {
            (unit, flag): row
            for (unit, flag, _), row in self.flags.items()
            if row.closed_on is None
        }


def compute_truth(world: World, pulls: Sequence[date], settings: Settings, register: str) -> Truth:
    """What must be published after the last of `pulls`, each at noon of its day."""
    landed: Reports = {c: land_days(world, c, pulls) for c in settings.channels.use}
    lake = _read_lake(world, pulls, settings, register, landed)
    days = _evaluation_days(lake, landed, max(pulls))
    reach = {(u, d): row for d in days for u, row in reach_rows(lake, d).items()}
    return Truth(
        evaluation_days=days,
        unit_reach={key: shown(row, settings) for key, row in reach.items()},
        unit_channel={
            (unit, channel, day): row
            for day in days
            for channel in settings.channels.use
            for unit, row in channel_rows(lake, channel, day).items()
        },
        unit_movement={
            (unit, day): row
            for day in days
            if day.weekday() == 6
            for unit, row in movement_rows(lake, reach, day).items()
        },
        channel_day={
            (channel, day): _day_row(lake, channel, day)
            for channel, reports in landed.items()
            for day in sorted(reports)
        },
        flags=flag_rows(reach, lake.tree, settings),
    )


def _read_lake(
    world: World,
    pulls: Sequence[date],
    settings: Settings,
    register: str,
    landed: Reports,
) -> Lake:
    directory = read_directory(world, pulls)
    diary = {
        channel: {day: read_day(channel, day, report, directory) for day, report in days.items()}
        for channel, days in landed.items()
    }
    dated: list[tuple[date, Row]] = [
        (day, row)
        for days in landed.values()
        for day, report in days.items()
        for row in report.rows
    ]
    for channel in settings.channels.use:
        dated.extend(land_history(world, channel, pulls))
    return Lake(
        settings=settings,
        tree=read_tree(register, settings.organisation.name),
        directory=directory,
        people={day: persons(accounts, settings) for day, accounts in directory.snapshots.items()},
        diary=diary,
        complete={c: complete_days(days, settings.calendar) for c, days in landed.items()},
        seen=first_seen(diary, dated, directory),
    )


def _evaluation_days(
    lake: Lake, landed: Mapping[str, Mapping[date, Landed]], today: date
) -> list[date]:
    """The Sundays from the first landed day on, and the newest complete day.

    Sundays that nobody can judge yet, but should be able to by now, are there too: as `no_data`.
    """
    first = min(day for reports in landed.values() for day in reports)
    newest = lake.newest_complete_day()
    last = max(newest or first, today - SETTLES_AFTER)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [day for day in days if day.weekday() == 6 or day == newest]


def _day_row(lake: Lake, channel: str, day: date) -> DayRow:
    people = lake.people_on(day)
    members = {person.id for person in people}
    licensed = {person.id for person in people if channel in channels_of(person)}
    deeds = lake.diary[channel][day]
    return DayRow(
        day in lake.complete[channel],
        max(len(licensed), len(members & deeds.active)),
        len(members & deeds.active),
        len(members & deeds.received),
        len(members & deeds.contributed),
    )
