"""What lies in the lake after the pulls: which night fetched a day last, and what Graph said then.

Rows are as Graph serves them: everybody licensed that day, active or not, and whoever was active.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays

from adoption.demo.world import Account, Counters, World
from adoption.settings import Calendar

CHANNELS = ("teams", "viva_engage", "sharepoint")
REACHES_BACK = 28
SETTLES_AFTER = timedelta(days=3)
REFRESH_LAG = timedelta(days=2)
HISTORY = 180
USABLE = ("Enabled", "Warning")

_ONE_DAY = timedelta(days=1)
# Microsoft's ids, from its list of service plans (graph-reports.md 5.5).
_PLANS = {
    "teams": {
        "57ff2da0-773e-42df-b2af-ffb7a2317929",
        "304767db-7d23-49e8-a945-4a7eb65f9f28",
        "9953b155-8aef-4c56-92f3-72b0487fce41",
        "fd500458-c24c-478e-856c-a6067a8376cd",
        "42a3ec34-28ba-46b6-992f-db53a675ac5b",
    },
    "viva_engage": {
        "7547a3fe-08ee-4ccb-b430-5077c5041653",
        "2078e8df-cff6-4290-98cb-5408261a760a",
        "41bf139a-4e60-409f-9346-a1361efc6dfb",
        "a82fbf69-b4d7-49f4-83a6-915b2cf354f4",
    },
    "sharepoint": {
        "5dbe027f-2339-4123-9542-606e4d348a72",
        "c7699d2e-19aa-44de-8edf-1736da088ca1",
        "902b47e5-dcb2-4fdc-858b-c63a90a2bdb9",
        "63038b2c-28d0-45f6-bc36-33062963b498",
        "153f85dd-d912-4762-af6c-d6e0fb4f6692",
    },
}


@dataclass(frozen=True, slots=True)
class Row:
    """A report row: Teams alone names the object."""

    object_id: str | None
    upn: str
    last_activity: date | None
    counters: Counters


@dataclass(frozen=True, slots=True)
class Landed:
    """A day's report as the last pull that got rows left it."""

    fetched_on: date
    is_settled: bool
    rows: tuple[Row, ...]


def channels_of(account: Account) -> frozenset[str]:
    """The channels that the account's usable plans open."""
    return _channels_of(account.plans)


@cache  # some ten sets of plans, asked for half a million times
def _channels_of(plans: tuple[tuple[str, str], ...]) -> frozenset[str]:
    usable = {plan.lower() for plan, status in plans if status in USABLE}
    return frozenset(channel for channel in CHANNELS if usable & _PLANS[channel])


def land_days(world: World, channel: str, pulls: Sequence[date]) -> dict[date, Landed]:
    """Each day's report, after every pull has asked for the days that were not settled."""
    landed: dict[date, Landed] = {}
    for pull in sorted(pulls):
        for day in (pull - n * _ONE_DAY for n in range(REACHES_BACK, 0, -1)):
            before = landed.get(day)
            if before and before.is_settled:
                continue
            rows = _day_rows(world, channel, day, pull)
            if rows or before is None:
                landed[day] = Landed(pull, _is_settled(day, pull), rows)
    return landed


def _is_settled(day: date, pull: date) -> bool:
    return pull - day >= SETTLES_AFTER and pull - REFRESH_LAG >= day


def _day_rows(world: World, channel: str, day: date, pull: date) -> tuple[Row, ...]:
    active = world.activity(channel, day, pull)
    if not active and day > pull - REFRESH_LAG:
        return ()
    listed = _licensed(world, channel, day) | active.keys()
    return tuple(_row(world, channel, day, id_, active.get(id_, {})) for id_ in sorted(listed))


def _licensed(world: World, channel: str, day: date) -> set[str]:
    return {
        account.id
        for account in world.accounts(day)
        if account.user_type != "Guest" and channel in channels_of(account)
    }


def _row(world: World, channel: str, day: date, id_: str, counters: Counters) -> Row:
    return Row(
        object_id=id_ if channel == "teams" else None,
        upn=world.report_upn(id_, day),
        last_activity=world.last_activity(channel, id_, day),
        counters=counters,
    )


def land_history(world: World, channel: str, pulls: Sequence[date]) -> Iterator[tuple[date, Row]]:
    """(refresh date, row) of the D180 reports, of which only Last Activity Date is of use."""
    for pull in sorted(pulls):
        end = pull - REFRESH_LAG
        listed = _licensed(world, channel, end)
        for day in (end - n * _ONE_DAY for n in range(HISTORY)):
            listed |= world.activity(channel, day, pull).keys()
        for id_ in sorted(listed):
            yield end, _row(world, channel, end, id_, {})


def complete_days(landed: Mapping[date, Landed], calendar: Calendar) -> set[date]:
    """The days whose figures may be trusted to be all there."""
    with_rows = [day for day, report in landed.items() if report.rows]
    newest = max(with_rows, default=date.min)
    return {
        day
        for day, report in landed.items()
        if report.is_settled
        and (report.rows or (day < newest and not _is_working_day(day, calendar)))
    }


def _is_working_day(day: date, calendar: Calendar) -> bool:
    public = holidays.country_holidays(calendar.country, years=day.year)
    closed = any(first <= day <= last for first, last in calendar.closed)
    return day.weekday() < 5 and day not in public and not closed
