"""A seeded lake of any size, made without Graph: what 400 nights of a large tenant leave behind.

Random numbers are drawn in bulk and read from a new place each time: what is measured here depends
on how many values there are and how they are spread, not on which one stands where.
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from adoption.catalog import Column, Report, load_catalog, load_service_plans
from adoption.directory import ACCOUNTS, PLAN_SETS, SKUS, plan_set_id
from adoption.lake import Outcome, Snapshot, land
from adoption.reports import facts_of, report_schema

AS_OF = dt.date(2026, 11, 25)
VERSION = 3
"""Of what is made here: a lake of another version is made anew."""
PEOPLE_PER_UNIT = 65
UNITS_PER_SECTOR = 120
# Of the accounts: people with licences, people without any, guests.
EXTRA_UNLICENSED, EXTRA_GUESTS = 0.05, 0.03
NEVER_ACTIVE = {"teams": 0.06, "viva_engage": 0.25, "sharepoint": 0.12}
ACTIVE_SHARE = {"teams": 0.75, "viva_engage": 0.25, "sharepoint": 0.5}
"""Of an average person's working days."""
DID = {"receive": 0.7, "contribute": 0.12, "other": 0.3}
"""Of those active on a day, by the counter's role."""
WEEKDAYS = (1.0, 1.05, 1.02, 1.0, 0.85, 0.10, 0.12)
JULY = 0.35
# Each night, of all people: into another unit, replaced by somebody new, given a new UPN.
MOVES, REPLACED, RENAMED = 0.0005, 0.0003, 0.00005
HANDED_ON = 0.02
"""Of those replaced: the new person gets the old one's UPN."""
FETCHED_AFTER, REFRESH_LAG, HISTORY_EVERY, TOTALS_DAYS = 5, 2, 7, 90
_POOL = 1 << 21

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_Number = TypeVar("_Number", bound=np.generic)


def make_lake(home: Path, *, people: int, days: int, seed: int = 1) -> bool:
    """Makes `home` the lake of `people` licensed people on each of `days` days up to `AS_OF`.

    Returns False where just that lake is there already. Every report lists everybody, active or
    not, as Graph mostly does: that is the most rows there can be.
    """
    mark = home / "benchmark.json"
    facts = {"version": VERSION, "people": people, "days": days, "seed": seed}
    if mark.exists() and json.loads(mark.read_text(encoding="utf-8")) == facts:
        return False
    if home.exists() and any(home.iterdir()):
        raise SystemExit(f"{home} holds something else. Name another folder with --home.")
    home.mkdir(parents=True, exist_ok=True)
    town = _Town(home, people, seed)
    (home / "units.csv").write_text(town.register(), encoding="utf-8")
    with ThreadPoolExecutor(max_workers=4) as workers:
        landing: list[Future[Outcome]] = []
        for number in range(days):
            snapshots = list(town.night(AS_OF - dt.timedelta(days - number)))
            for future in landing:  # the night before's; two nights at a time fit in memory
                future.result()
            landing = [workers.submit(land, home, *snapshot) for snapshot in snapshots]
    mark.write_text(json.dumps(facts), encoding="utf-8")
    return True


@dataclass(slots=True)
class _Channel:
    """One channel's habits: how likely each account is active, and since when it has been seen."""

    report: Report
    totals: Report
    listed: Flags
    habit: npt.NDArray[np.float32]
    last_seen: npt.NDArray[np.int32]
    """Days since 1970; 0 for never."""
    history: list[dict[str, int]]
    """Of the last days, how many people had a value above zero in each counter."""


class _Town:
    """The accounts as they stand tonight; their order never changes, who holds them does."""

    def __init__(self, home: Path, people: int, seed: int) -> None:
        self._home = home
        self._random = np.random.default_rng(seed)
        self._count = round(people * (1 + EXTRA_UNLICENSED + EXTRA_GUESTS))
        self._is_guest = np.arange(self._count) >= round(people * (1 + EXTRA_UNLICENSED))
        self._is_licensed = np.arange(self._count) < people
        self._person = self._new_ids(self._count)
        self._upn = self._new_ids(self._count)
        self._by_person = np.argsort(self._person)
        self._by_upn = np.argsort(self._upn)
        self._unit_names = self._draw_units(max(people // PEOPLE_PER_UNIT, 1))
        self._unit_weights = self._random.gamma(2.0, size=len(self._unit_names))
        self._unit_weights /= self._unit_weights.sum()
        self._unit_zeal = self._random.beta(3.0, 1.5, size=len(self._unit_names))
        self._unit = self._draw_unit(self._count)
        self._chance = self._random.random(_POOL, dtype=np.float32)
        self._counts = np.ceil(self._random.lognormal(0.6, 1.1, size=_POOL)).astype(np.int32)
        self._seconds = self._counts * 600
        self._channels = self._make_channels()

    def _new_ids(self, count: int) -> Ints:
        return self._random.integers(-(2**63), 2**63 - 1, size=count, dtype=np.int64)

    def _draw_units(self, count: int) -> list[tuple[str, str]]:
        """Name and sector of each unit."""
        sectors = -(-count // UNITS_PER_SECTOR)
        return [(f"Enhet {n:04d}", f"Sektor {n % sectors:02d}") for n in range(count)]

    def _draw_unit(self, count: int) -> Ints:
        return self._random.choice(len(self._unit_names), size=count, p=self._unit_weights)

    def _make_channels(self) -> list[_Channel]:
        catalog = load_catalog()
        totals = {report.channel: report for report in catalog.values() if report.grain == "day"}
        return [
            _Channel(
                report,
                totals[report.channel],
                self._is_licensed | (self._is_guest & (report.channel != "viva_engage")),
                self._draw_habits(report.channel, self._unit),
                np.zeros(self._count, np.int32),
                [],
            )
            for report in catalog.values()
            if report.grain == "person_day" and report.channel in totals
        ]

    def _draw_habits(self, channel: str, units: Ints) -> npt.NDArray[np.float32]:
        """Most people nearly always or hardly ever, some not at all; and units differ, too."""
        share = ACTIVE_SHARE[channel]
        habits = self._random.beta(1.6 * share, 1.6 * (1 - share), size=len(units))
        habits *= self._unit_zeal[units]
        habits[self._random.random(len(units)) < NEVER_ACTIVE[channel]] = 0
        return habits.astype(np.float32)

    def register(self) -> str:
        """The unit register, as `units.csv` holds it."""
        sectors = sorted({sector for _, sector in self._unit_names})
        lines = ["unit,parent", *(f"{sector}," for sector in sectors)]
        lines += [f"{unit},{sector}" for unit, sector in self._unit_names]
        return "\n".join(lines) + "\n"

    def night(self, day: dt.date) -> Iterator[tuple[Snapshot, pa.Table]]:
        """What the lake keeps of `day` once all is settled, and of the directory the night after.

        The newest days are not settled: as on any night, they were fetched before they were.
        """
        self._churn()
        for channel in self._channels:
            yield self._day(channel, day)
            yield self._totals(channel, day)
            if (AS_OF - day).days % HISTORY_EVERY == 1:
                yield self._history(channel, day)
        yield from self._directory(day + dt.timedelta(1))

    def _churn(self) -> None:
        moved = self._pick(MOVES)
        self._unit[moved] = self._draw_unit(len(moved))
        renamed = self._pick(RENAMED)
        self._upn[renamed] = self._new_ids(len(renamed))
        replaced = self._pick(REPLACED)
        self._person[replaced] = self._new_ids(len(replaced))
        anew = replaced[self._random.random(len(replaced)) >= HANDED_ON]
        self._upn[anew] = self._new_ids(len(anew))
        for channel in self._channels:
            channel.habit[replaced] = self._draw_habits(
                channel.report.channel, self._unit[replaced]
            )
            channel.last_seen[replaced] = 0

        self._by_person = _sorted_again(self._by_person, self._person)
        self._by_upn = _sorted_again(self._by_upn, self._upn)

    def _pick(self, share: float) -> Ints:
        return np.flatnonzero(self._random.random(self._count) < share)

    def _read(self, pool: npt.NDArray[_Number], count: int) -> npt.NDArray[_Number]:
        """`count` numbers of a pool, from a new place."""
        start = int(self._random.integers(_POOL - count))
        return pool[start : start + count]

    def _day(self, channel: _Channel, day: dt.date) -> tuple[Snapshot, pa.Table]:
        weight = WEEKDAYS[day.weekday()] * (JULY if day.month == 7 else 1.0)
        active = self._read(self._chance, self._count) < channel.habit * np.float32(weight)
        channel.last_seen[active] = (day - dt.date(1970, 1, 1)).days
        rows = self._rows(channel)
        values = self._counters(channel.report, active[rows])
        channel.history.append(
            {name: int(np.count_nonzero(counts)) for name, counts in values.items()}
        )
        fetched = min(day + dt.timedelta(FETCHED_AFTER), AS_OF)
        table = self._table(channel, rows, values, day, period=1)
        return _snapshot(channel.report, day, 1, fetched, table), table

    def _history(self, channel: _Channel, day: dt.date) -> tuple[Snapshot, pa.Table]:
        """The long report that is asked for weekly, for its all-time last activity dates."""
        rows = self._rows(channel)
        values = self._counters(channel.report, channel.last_seen[rows] > 0)
        table = self._table(channel, rows, values, day, period=180)
        fetched = min(day + dt.timedelta(REFRESH_LAG), AS_OF)
        return _snapshot(channel.report, day, 180, fetched, table), table

    def _rows(self, channel: _Channel) -> Ints:
        """The accounts that the report lists, in the order in which rows land."""
        has_id = "person_id" in report_schema(channel.report).names
        order = self._by_person if has_id else self._by_upn
        return order[channel.listed[order]]

    def _counters(self, report: Report, active: Flags) -> Mapping[str, npt.NDArray[Any]]:
        """Skewed counts of those who were active: each did some of what can be done."""
        return {c.name: self._counter(c, active) for c in report.stored if c.role}

    def _counter(self, column: Column, active: Flags) -> npt.NDArray[Any]:
        share = DID[column.role] if column.role else 0.0
        did = active & (self._read(self._chance, len(active)) < np.float32(share))
        if column.type == "flag":
            return did
        pool = self._seconds if column.type == "seconds" else self._counts
        return np.where(did, self._read(pool, len(active)), 0)

    def _table(
        self,
        channel: _Channel,
        rows: Ints,
        values: Mapping[str, npt.NDArray[Any]],
        day: dt.date,
        period: int,
    ) -> pa.Table:
        seen = channel.last_seen[rows]
        known: dict[str, pa.Array] = {
            "period_days": pa.array(np.full(len(rows), period, np.int16)),
            "identity_class": self._classes(rows),
            "person_id": pa.array(self._person[rows]),
            "upn_id": pa.array(self._upn[rows]),
            "report_refresh_date": pa.repeat(pa.scalar(day, pa.date32()), len(rows)),
            "last_activity_date": pa.array(seen, mask=seen == 0).cast(pa.date32()),
            "is_licensed": pa.array(self._is_licensed[rows]),
            "is_deleted": pa.repeat(pa.scalar(False), len(rows)),
            **{name: pa.array(counts) for name, counts in values.items()},
        }
        schema = report_schema(channel.report)
        columns = [
            known[field.name].cast(field.type)
            if field.name in known
            else pa.nulls(len(rows), field.type)
            for field in schema
        ]
        return pa.table(columns, schema=schema)

    def _classes(self, rows: Ints) -> pa.Array:
        return pc.if_else(pa.array(self._is_guest[rows]), "guest", "member")

    def _totals(self, channel: _Channel, day: dt.date) -> tuple[Snapshot, pa.Table]:
        """Graph's own count of people, for the last days: what the rows that landed add up to."""
        del channel.history[:-TOTALS_DAYS]
        last = len(channel.history)
        dates = [day - dt.timedelta(age) for age in range(last - 1, -1, -1)]
        schema = report_schema(channel.totals)
        known: dict[str, pa.Array] = {
            "period_days": pa.array([TOTALS_DAYS] * last, pa.int16()),
            "report_refresh_date": pa.array([day] * last, pa.date32()),
            "report_date": pa.array(dates, pa.date32()),
        }
        for column in channel.totals.stored:
            if column.counts:
                counts = [counted[column.counts] for counted in channel.history]
                known[column.name] = pa.array(counts, pa.int32())
        table = pa.table([known[name] for name in schema.names], schema=schema)
        fetched = min(day + dt.timedelta(REFRESH_LAG), AS_OF)
        return _snapshot(channel.totals, day, TOTALS_DAYS, fetched, table), table

    def _directory(self, night: dt.date) -> Iterator[tuple[Snapshot, pa.Table]]:
        plans = tuple(sorted(plan for plan, channel in load_service_plans().items() if channel))
        sets = {plan_set_id(plan_set): plan_set for plan_set in (plans, plans[:1], ())}
        full, some, none = sets
        order = self._by_person
        numbers = np.where(self._is_licensed, np.where(self._person % 10 == 0, some, full), none)
        names = pa.array([name for name, _ in self._unit_names])
        keys = pa.array([name.casefold() for name, _ in self._unit_names])
        every = np.ones(self._count, bool)
        columns = [
            pa.array(self._person[order]), pa.array(self._upn[order]), self._classes(order),
            pa.array(every), pa.array(~every), keys.take(pa.array(self._unit[order])),
            names.take(pa.array(self._unit[order])), pa.array(numbers[order]),
        ]  # fmt: skip
        accounts = pa.table(columns, schema=ACCOUNTS)
        pairs = sorted((number, plan) for number, plan_set in sets.items() for plan in plan_set)
        plan_sets = pa.table([[n for n, _ in pairs], [p for _, p in pairs]], schema=PLAN_SETS)
        for name, table in (
            ("directory", accounts),
            ("plan_set", plan_sets),
            ("subscribed_sku", SKUS.empty_table()),
        ):
            yield Snapshot(name, night, 1, night, row_count=table.num_rows), table


def _sorted_again(order: Ints, key: Ints) -> Ints:
    """The order of `key` once more; quick, because nearly all of it is in order already."""
    return order[np.argsort(key[order], kind="stable")]


def _snapshot(
    report: Report, day: dt.date, period: int, fetched: dt.date, table: pa.Table
) -> Snapshot:
    return Snapshot(
        report=report.name,
        channel=report.channel,
        grain=report.grain,
        day=day,
        period_days=period,
        fetched_on=fetched,
        refresh_date=fetched - dt.timedelta(REFRESH_LAG),
        row_count=table.num_rows,
        facts=facts_of(table, report),
    )
