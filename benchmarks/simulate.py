"""How often flags are wrong, and how often they find what is there: the real models, on towns.

Run it with `python -m benchmarks.simulate`. Towns are simulated person by person, counted, and
judged by the SQL of the product, from core.unit_window to core.flag_episode.
"""

import argparse
import datetime as dt
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, get_args

import duckdb
import numpy as np
import pyarrow as pa

from adoption import resources, settings
from adoption.models import Model, load_models
from adoption.warehouse import run
from benchmarks.town import (
    ROOT,
    WINDOW_WEEKS,
    Flags,
    Habit,
    Numbers,
    Town,
    live,
    make_town,
    plant_units,
    reach,
    stop,
)

TOWNS, QUARTER = 200, 13
RUN_IN = 5
"""Sundays before the quarter, so that `falling` can be open on its first day."""
STABLE, WITHIN = 9, 6
"""Sundays before the fall, and those within which it must be found."""
STARTS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
PLANTED = 3
FIRST = dt.date(2026, 2, 1)
KINDS = ("not_reached", "falling", "behind", "any")
GIVEN = (
    "core.unit",
    "core.unit_funnel",
    "core.unit_shown",
    "core.evaluation_day",
    "core.evaluation_window",
)
VARIABLES = {
    "min_group": settings.Privacy().min_group,
    "target": settings.Flags().target,
    "fall_points": settings.Flags().fall_points,
    "min_not_reached": settings.Flags().min_not_reached,
}
MACROS = (resources.SQL / "macros.sql").read_text(encoding="utf-8")


class Fall(NamedTuple):
    """What is planted: `points` per cent points of reach go in a unit of `size`."""

    size: int
    points: int


class Case(NamedTuple):
    """A planted fall: the unit's reach before, to the next five points, and what found it."""

    start: float
    by_falling: bool
    by_new_flag: bool
    """Any flag that opened after the fall."""
    is_flagged: bool
    """Any flag was open on some Sunday after the fall."""


Episode = tuple[str, str, int, int]
"""Unit, flag, number of the Sunday on which it opened, and of the one on which it closed."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.simulate", description=__doc__)
    parser.add_argument("--towns", type=int, default=TOWNS, help="for each kind of habit")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=30, help="people in a unit that falls")
    parser.add_argument("--points", type=int, default=20, help="by how much its reach falls")
    parser.add_argument("--only", choices=["limits", "wrong", "found"])
    options = parser.parse_args()
    started = time.perf_counter()
    models = flag_models()
    if options.only in (None, "limits"):
        print_limits()
    if options.only in (None, "wrong"):
        print_wrong(models, options.towns, options.seed)
    if options.only in (None, "found"):
        fall = Fall(options.size, options.points)
        print_found(models, fall, options.towns, options.seed)
    print(f"{time.perf_counter() - started:.0f} s")


def flag_models() -> Sequence[Model]:
    """The models from which flags come, each after those that it reads; the given ones left out."""
    models = {model.name: model for model in load_models(resources.SQL)}
    wanted, new = set[str](), {"core.flag_episode"}
    while new:
        wanted |= new
        new = {name for each in new for name in models[each].reads} - wanted - set(GIVEN)
    return [model for name, model in models.items() if name in wanted]


def judge(models: Sequence[Model], town: Town, reached: Flags) -> Sequence[Episode]:
    """Every time a flag was open, in a warehouse of the town's own."""
    sundays = [FIRST + dt.timedelta(weeks=n) for n in range(len(reached))]
    with warehouse() as connection:
        for name, table in given_tables(town, sundays, town.total(reached)).items():
            connection.register("given", table)
            connection.execute(f"create table {name} as from given")
            connection.unregister("given")
        for model in models:
            run(connection, model)
        found = connection.execute(
            "select unit_id, flag, opened_on, closed_on from core.flag_episode"
        ).fetchall()
    number = {sunday: n for n, sunday in enumerate(sundays)}
    return [(u, flag, number[on], number.get(off, len(sundays))) for u, flag, on, off in found]


def warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 1})
    for schema in ("config", "core"):
        connection.execute(f"create schema {schema}")
    connection.execute(MACROS)
    for name, value in VARIABLES.items():
        connection.execute(f"set variable {name} = $1", [value])
    return connection


def given_tables(
    town: Town, sundays: Sequence[dt.date], reached: Numbers
) -> Mapping[str, pa.Table]:
    """What the flags' models read: units, windows that are all ok, the funnel, and who is shown.

    The funnel's other levels are not read by any flag and are put where they can be.
    """
    nodes, days = town.nodes, pa.array(sundays, pa.date32())
    staff, licensed = (town.total(v).astype(int) for v in (town.unit >= 0, town.is_licensed))
    hits = pa.array(reached.astype(int).ravel())
    every = {"staff": staff, "account": staff, "licensed": licensed, "onboarded": licensed}
    funnel = {
        "unit_id": pa.array(list(nodes) * len(sundays)),
        "window_end": days.take(pa.array(np.repeat(np.arange(len(sundays)), len(nodes)))),
        **{name: pa.array(np.tile(counts, len(sundays))) for name, counts in every.items()},
        "active": hits,
        "reached": hits,
        "contributing": pa.array(np.zeros(len(hits), int)),
    }
    count = len(sundays)
    is_small = np.tile(staff < VARIABLES["min_group"], count)
    return {
        "core.unit_shown": pa.table(
            {
                "unit_id": funnel["unit_id"],
                "window_end": funnel["window_end"],
                "licensed": funnel["licensed"],
                "status": pa.array(np.where(is_small, "suppressed", "ok")),
            }
        ),
        "core.evaluation_day": pa.table({"window_end": days}),
        "core.unit": pa.table({"unit_id": list(nodes), "is_pseudo": [False] * len(nodes)}),
        "core.unit_funnel": pa.table(funnel),
        "core.evaluation_window": pa.table(
            {"window_end": days, "day_count": [28] * count, "status": ["ok"] * count}
        ),
    }


def generators(habit: Habit, towns: int, seed: int, part: int) -> Iterator[np.random.Generator]:
    """Randomness of its own for each town, so that the tenth is the same in 10 and in 200."""
    number = get_args(Habit).index(habit)
    for town in range(towns):
        yield np.random.default_rng([seed, part, number, town])


def print_wrong(models: Sequence[Model], towns: int, seed: int) -> None:
    """A row per habit and measure of truth: in per cent of the unit-quarters that are shown."""
    print("No true change: unit-quarters with a wrong flag")
    print(f"{'habit':8s} {'against':18s} {'unit-quarters':>13s}", *(f"{f:>11s}" for f in KINDS))
    for habit in get_args(Habit):
        shown, wrong = 0, {"these people": Counter[str](), "people like these": Counter[str]()}
        for random in generators(habit, towns, seed, 1):
            town = make_town(random, habit)
            reached = live(random, (town, RUN_IN + QUARTER + WINDOW_WEEKS - 1))
            episodes = judge(models, town, reached)
            shown += int((town.total(town.unit >= 0) >= VARIABLES["min_group"]).sum())
            for measure, truth in truths(town).items():
                wrong[measure].update(wrong_flags(town, truth, episodes))
        for measure, counts in wrong.items():
            shares = (f"{counts[kind] / shown:11.2%}" for kind in KINDS)
            print(f"{habit:8s} {measure:18s} {shown:13d}", *shares)
    print()


def truths(town: Town) -> Mapping[str, Numbers]:
    """The expected number of people reached in every node, in two ways.

    Of these people, whose habits are what they are; and of people like these, of whom these are a
    sample: then a unit that by chance has many who never read is no finding, but a mistake.
    """
    return {
        "these people": town.total(reach(town.chance)),
        "people like these": town.total(town.rates[town.unit]),
    }


def wrong_flags(town: Town, truth: Numbers, episodes: Sequence[Episode]) -> Counter[str]:
    """Units with each kind of flag open in the quarter though it is not true, and with any."""
    place = {name: n for n, name in enumerate(town.nodes)}
    staff = town.total(town.unit >= 0)
    wrong = set()
    for unit, flag, _, closed in episodes:
        hits, size = truth[place[unit]], staff[place[unit]]
        is_true = {
            "not_reached": hits / size < VARIABLES["target"],
            "falling": False,
            "behind": unit != ROOT and hits / size < (truth[-1] - hits) / max(staff[-1] - size, 1),
        }
        if closed > RUN_IN and not is_true[flag]:
            wrong.add((unit, flag))
    return Counter([*(flag for _, flag in wrong), *("any" for _ in {unit for unit, _ in wrong})])


def print_found(models: Sequence[Model], fall: Fall, towns: int, seed: int) -> None:
    """A row per habit and starting reach: in per cent of the planted falls."""
    print(f"A fall of {fall.points} points in a unit of {fall.size}: found within {WITHIN} Sundays")
    print("habit     start   cases   falling   any new flag   flagged at all")
    for habit in get_args(Habit):
        cases = [
            case
            for number, random in enumerate(generators(habit, towns, seed, 2))
            for case in plant(models, random, habit, fall, number)
        ]
        for start in sorted({case.start for case in cases}):
            print_share(habit, f"{start:.0%}", [case for case in cases if case.start == start])
        print_share(habit, "all", cases)
    print()


def print_share(habit: str, start: str, cases: Sequence[Case]) -> None:
    _, *found = zip(*cases, strict=True)
    falling, fresh, flagged = (sum(column) / len(cases) for column in found)
    print(f"{habit:8s} {start:>6s} {len(cases):7d} {falling:9.0%} {fresh:14.0%} {flagged:16.0%}")


def plant(
    models: Sequence[Model], random: np.random.Generator, habit: Habit, fall: Fall, number: int
) -> Iterator[Case]:
    """Falls in some units of one town, which go on living for six weeks."""
    starts = [STARTS[(number * PLANTED + n) % len(STARTS)] for n in range(PLANTED)]
    before = plant_units(random, habit, make_town(random, habit), starts, fall.size)
    after = before
    for unit in range(PLANTED):
        after = stop(random, after, unit, fall.size * fall.points / 100)
    reached = live(random, (before, STABLE + WINDOW_WEEKS - 1), (after, WITHIN))
    episodes = judge(models, before, reached)
    for unit in range(PLANTED):
        own = [episode for episode in episodes if episode[0] == before.nodes[unit]]
        fresh = [flag for _, flag, opened, _ in own if opened >= STABLE]
        yield Case(
            start=round(20 * reach(before.chance[before.unit == unit]).mean()) / 20,
            by_falling="falling" in fresh,
            by_new_flag=bool(fresh),
            is_flagged=any(closed > STABLE for *_, closed in own),
        )


def print_limits() -> None:
    """What Newcombe's interval asks for: people who stop in a unit of 30, and units for 20 points.

    On true counts, and on the counts as flags know them where 30 are licensed.
    """
    with warehouse() as connection:
        rows = connection.execute(LIMITS_SQL).fetchall()
    print("What the formulas can find: people who must stop, and units in which 20 points do")
    print("reached of 30 before   must stop: by true counts   as published   smallest unit for 20")
    for before, by_counts, as_published, smallest in rows:
        print(f"{before:20d} {by_counts:27d} {as_published or '-':>14} {smallest:22d}")
    print()


LIMITS_SQL = """
    with

    fall as (
        select
            before,
            stopped,
            before - stopped as now,
            case when before <= 2 then 1 when before >= 28 then 29 else before end as known_before,
            case when now <= 2 then 1 when now >= 28 then 29 else now end as known_now
        from range(12, 31) as starts (before)
        inner join range(1, 31) as stops (stopped) on stopped <= before
    ),

    enough as (
        select
            before,
            min(stopped) filter (
                where stopped >= 3 and newcombe_low(before, 30, now, 30) > 0
            ) as by_counts,
            min(stopped) filter (
                where known_before - known_now >= 3
                and newcombe_low(known_before, 30, known_now, 30) > 0
            ) as as_published
        from fall
        group by before
    ),

    smallest as (
        select before, min(size) as size
        from range(12, 31) as starts (before)
        cross join range(2, 41) as tens (fives), (select fives * 5 as size)
        where newcombe_low(size * before / 30, size, size * before / 30 - size / 5, size) > 0
        group by before
    )

    select before, by_counts, as_published, size
    from enough
    inner join smallest using (before)
    where before % 3 = 0 or before > 27
    order by before
"""


if __name__ == "__main__":
    main()
