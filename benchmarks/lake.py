"""A seeded lake of any size, made without Graph: realistic counters, nightly directories, churn."""

import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow as pa

from adoption.catalog import Report, load_catalog, load_service_plans
from adoption.directory import ACCOUNTS, PLAN_SETS, SKUS, plan_set_id
from adoption.lake import Snapshot, land
from adoption.reports import report_schema

AS_OF = dt.date(2026, 11, 25)
PEOPLE_PER_UNIT = 65
DAILY_CHURN = 0.0005


def make_lake(home: Path, *, people: int, days: int, seed: int = 1) -> None:
    """Lands `days` days of three person reports, their totals and a directory for every night."""
    random = np.random.default_rng(seed)
    catalog = load_catalog()
    ids = random.integers(-(2**63), 2**63 - 1, size=(2, people), dtype=np.int64)
    units = random.integers(0, max(people // PEOPLE_PER_UNIT, 1), size=people)
    habits = random.beta(2, 3, size=people)
    for number in range(days):
        day = AS_OF - dt.timedelta(days=days - number)
        moved = random.random(people) < DAILY_CHURN
        units[moved] = random.integers(0, units.max() + 1, size=int(moved.sum()))
        fetched = min(day + dt.timedelta(days=4), AS_OF)
        for report in catalog.values():
            if report.grain == "person_day":
                busy = habits * (1.0 if day.weekday() < 5 else 0.1)
                land_day(home, report, day, fetched, ids, busy, random)
        land_directory(home, day + dt.timedelta(days=1), ids, units)
    for report in catalog.values():
        if report.grain == "day":
            land_totals(home, report)


def land_day(
    home: Path,
    report: Report,
    day: dt.date,
    fetched: dt.date,
    ids: np.ndarray,
    busy: np.ndarray,
    random: np.random.Generator,
) -> None:
    people = ids.shape[1]
    active = random.random(people) < busy
    columns: dict[str, pa.Array] = {}
    for field in report_schema(report):
        if field.type == pa.string():
            continue
        columns[field.name] = _column(field, ids, day, active, random)
    columns["period_days"] = pa.array(np.ones(people, np.int16))
    columns["identity_class"] = pa.array(["member"] * people)
    schema = report_schema(report)
    table = pa.table([columns[name] for name in schema.names], schema=schema)
    snapshot = Snapshot(
        report=report.name,
        channel=report.channel,
        grain=report.grain,
        day=day,
        period_days=1,
        fetched_on=fetched,
        refresh_date=fetched - dt.timedelta(days=1),
        row_count=people,
    )
    land(home, snapshot, table.sort_by("upn_id"))


def _column(
    field: pa.Field, ids: np.ndarray, day: dt.date, active: np.ndarray, random: np.random.Generator
) -> pa.Array:
    people = len(active)
    if field.name in ("person_id", "upn_id"):
        return pa.array(ids[0 if field.name == "person_id" else 1])
    if field.name == "last_activity_date":
        ago = np.where(active, 0, random.integers(1, 20, size=people))
        return pa.array(np.datetime64(day) - ago.astype("timedelta64[D]"), pa.date32())
    if field.type == pa.date32():
        return pa.array([day] * people if field.name == "report_refresh_date" else [None] * people,
                        pa.date32())  # fmt: skip
    if field.type == pa.bool_():
        return pa.array(active & (random.random(people) < 0.5))
    counts = np.where(active, random.poisson(1.5, size=people), 0)
    return pa.array(counts.astype(np.int32), field.type)


def land_directory(home: Path, day: dt.date, ids: np.ndarray, units: np.ndarray) -> None:
    people = ids.shape[1]
    plans = tuple(sorted(plan for plan, channel in load_service_plans().items() if channel))
    sets = {plan_set_id(plans): plans, plan_set_id(plans[:1]): plans[:1]}
    numbers = np.array(list(sets), np.int64)[(ids[0] % 10 == 0).astype(int)]
    names = pa.array([f"Enhet {unit:04d}" for unit in units])
    accounts = pa.table(
        [
            pa.array(ids[0]), pa.array(ids[1]), pa.array(["member"] * people),
            pa.array(np.ones(people, bool)), pa.array(np.zeros(people, bool)),
            pa.array([f"enhet {unit:04d}" for unit in units]), names, pa.array(numbers),
        ],
        schema=ACCOUNTS,
    )  # fmt: skip
    rows = [(number, plan) for number, plan_set in sets.items() for plan in plan_set]
    plan_sets = pa.table([[r[0] for r in rows], [r[1] for r in rows]], schema=PLAN_SETS)
    for name, table in (
        ("directory", accounts.sort_by("person_id")),
        ("plan_set", plan_sets),
        ("subscribed_sku", SKUS.empty_table()),
    ):
        land(home, Snapshot(name, day, 1, day, row_count=table.num_rows), table)


def land_totals(home: Path, report: Report) -> None:
    schema = report_schema(report)
    values = [[AS_OF if field.type == pa.date32() else 90] for field in schema]
    table = pa.table(values, schema=schema)
    snapshot = Snapshot(
        report.name, AS_OF, 90, AS_OF, report.channel, report.grain, AS_OF, table.num_rows
    )
    land(home, snapshot, table)
