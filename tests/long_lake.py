"""Months of a small town's lake, made without Graph: people come, go, move and get new names."""

import datetime as dt
import random
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from adoption.catalog import Report, load_catalog, load_service_plans
from adoption.directory import ACCOUNTS, PLAN_SETS, plan_set_id
from adoption.lake import Snapshot, land, snapshot_path
from adoption.reports import facts_of, report_schema

FIRST = dt.date(2026, 1, 5)
"""A Monday."""
CHANNELS = ("teams", "viva_engage", "sharepoint")
ONE_DAY = dt.timedelta(1)
SETTLED, LAG = 5, 2
PLANS = tuple(sorted(plan for plan, channel in load_service_plans().items() if channel))
FULL = plan_set_id(PLANS)
CATALOG = load_catalog()
PERSON_REPORTS = [CATALOG[f"{channel}_user_activity"] for channel in CHANNELS]
DID: Mapping[str, str] = {
    "teams": "private_chat_message_count",
    "viva_engage": "read_count",
    "sharepoint": "visited_page_count",
}
GAVE: Mapping[str, str] = {
    "teams": "post_message_count",
    "viva_engage": "posted_count",
    "sharepoint": "shared_internally_file_count",
}


@dataclass(slots=True)
class Person:
    """Somebody with a unit, a UPN and habits: how likely a day is, by channel."""

    id: int
    upn: int
    unit: str
    habits: dict[str, float]
    is_licensed: bool = True


class Town:
    """The people as they are on a day; call `live` for one day after the other."""

    def __init__(self, sizes: Mapping[str, int], seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._number = 0
        self.zeal = {unit: self._random.uniform(0.05, 0.5) for unit in sizes}
        self.people = [self._new(unit) for unit, size in sizes.items() for _ in range(size)]

    def _new(self, unit: str) -> Person:
        self._number += 1
        habits = {c: self._random.choice([0, 0, 0.01, 1]) * self.zeal[unit] for c in CHANNELS}
        return Person(
            self._number, 10**6 + self._number, unit, habits,
            is_licensed=self._random.random() < 0.95,
        )  # fmt: skip

    def live(self, day: dt.date) -> Iterator[tuple[Snapshot, pa.Table]]:
        """What the lake keeps of `day`, and of the directory on it."""
        self._change()
        yield from self._directory(day)
        for report in PERSON_REPORTS:
            active = self._active(report.channel, day)
            if self._random.random() < 0.004:
                continue  # a day that never landed
            yield self._report(report, day, active)

    def _change(self) -> None:
        units = list(self.zeal)
        for person in list(self.people):
            chance = self._random.random()
            if chance < 0.001:
                person.unit = self._random.choice(units)
            elif chance < 0.002:
                self.people.remove(person)
                self.people.append(self._new(person.unit))
            elif chance < 0.004:
                self._number += 1
                person.upn = 10**6 + self._number

    def _active(self, channel: str, day: dt.date) -> set[int]:
        weekday = 1.0 if day.weekday() < 5 else 0.1
        return {
            person.id
            for person in self.people
            if self._random.random() < person.habits[channel] * weekday
        }

    def _report(self, report: Report, day: dt.date, active: set[int]) -> tuple[Snapshot, pa.Table]:
        """No last activity stands in it but that of the day: what is gone is not told again."""
        schema, channel = report_schema(report), report.channel
        listed = [p for p in self.people if p.is_licensed or p.id in active]
        counts: dict[str, list[object]] = {
            c.name: [0] * len(listed) for c in report.stored if c.role and c.type != "flag"
        }
        counts[DID[channel]] = [int(p.id in active) for p in listed]
        counts[GAVE[channel]] = [int(p.id in active and p.id % 4 == day.day % 4) for p in listed]
        known: dict[str, list[object]] = {
            "period_days": [1] * len(listed),
            "identity_class": ["member"] * len(listed),
            "person_id": [p.id for p in listed],
            "upn_id": [p.upn for p in listed],
            "report_refresh_date": [day] * len(listed),
            "last_activity_date": [day if p.id in active else None for p in listed],
            "is_licensed": [True] * len(listed),
            "is_deleted": [False] * len(listed),
            **counts,
        }
        columns = [
            pa.array(known.get(f.name, [False] * len(listed)), f.type)
            if f.name in known or pa.types.is_boolean(f.type)
            else pa.nulls(len(listed), f.type)
            for f in schema
        ]
        table = pa.table(columns, schema=schema)
        fetched = day + SETTLED * ONE_DAY
        return Snapshot(
            report.name, day, 1, fetched, channel=channel, grain=report.grain,
            refresh_date=fetched - LAG * ONE_DAY, row_count=table.num_rows,
            facts=facts_of(table, report),
        ), table  # fmt: skip

    def _directory(self, day: dt.date) -> Iterator[tuple[Snapshot, pa.Table]]:
        people = sorted(self.people, key=lambda person: person.id)
        rows = [
            (p.id, p.upn, "member", True, False, p.unit.casefold(), p.unit,
             FULL if p.is_licensed else plan_set_id(()))
            for p in people
        ]  # fmt: skip
        columns = list(zip(*rows, strict=True))
        accounts = pa.table([pa.array(c, f.type) for c, f in zip(columns, ACCOUNTS, strict=True)],
                            schema=ACCOUNTS)  # fmt: skip
        plans = pa.table([[FULL] * len(PLANS), list(PLANS)], schema=PLAN_SETS)
        for name, table in (("directory", accounts), ("plan_set", plans)):
            yield Snapshot(name, day, 1, day, row_count=table.num_rows), table


def land_days(town: Town, homes: list[Path], days: list[dt.date]) -> None:
    """Lets the town live on `days`, and lands what is known of them in each of `homes`."""
    first, *others = homes
    for day in days:
        for snapshot, table in town.live(day):
            land(first, snapshot, table)
            for other in others:
                folder = snapshot_path(other, snapshot).parent
                shutil.copytree(snapshot_path(first, snapshot).parent, folder, dirs_exist_ok=True)


def days_from(first: dt.date, count: int) -> list[dt.date]:
    return [first + n * ONE_DAY for n in range(count)]
