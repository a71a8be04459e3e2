"""Both promises of the definitions, against an attacker who reads every published cell."""

from collections.abc import Mapping, Sequence

import duckdb
import pytest

from tests.privacy.attacker import Cell, attack, small_groups
from tests.privacy.municipality import (
    CHANNEL,
    CHANNELS,
    FUNNEL,
    LEADERSHIP,
    ROOT,
    Municipality,
    make,
)
from tests.tables import clear, new_warehouse, run_model, set_variables

Rows = Sequence[Mapping[str, object]]


def publish(town: Municipality, *, min_group: int) -> tuple[Rows, Rows]:
    """The town's rows of marts.unit_reach and marts.unit_channel, made by the real models."""
    with new_warehouse() as db:
        set_variables(db, min_group=min_group)
        _draw(db, town)
        for model in ("core.publication", "core.unit_shown", "core.unit_channel_shown"):
            run_model(db, model)
        reach = _rows(run_model(db, "marts.unit_reach"))
        channel = _rows(run_model(db, "marts.unit_channel"))
        clear(db)
    return reach, channel


def _rows(relation: duckdb.DuckDBPyRelation) -> Rows:
    return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]


def _draw(db: duckdb.DuckDBPyConnection, town: Municipality) -> None:
    day = "date '2026-02-01'"
    units = [f"('{u}', '{u}', {_text(p)}, false)" for u, p in town.parents.items()]
    funnels = [
        f"('{u}', {day}, 28, 'ok', {', '.join(map(str, c))})" for u, c in town.funnel.items()
    ]
    channels = [
        f"('{u}', '{name}', {day}, 28, 'ok', {', '.join(map(str, c))})"
        for (u, name), c in town.channel.items()
    ]
    for name, columns, values in (
        ("core.unit", "unit_id, unit, parent_id, is_pseudo", units),
        ("core.evaluation_day", "window_end, window_start", [f"({day}, {day} - 27)"]),
        (
            "core.unit_window",
            f"unit_id, window_end, day_count, status, {', '.join(FUNNEL)}",
            funnels,
        ),
        (
            "core.unit_channel",
            f"unit_id, channel, window_end, day_count, status, {', '.join(CHANNEL)}",
            channels,
        ),
        (
            "core.channel",
            "channel, is_leadership",
            [f"('{c}', {c in LEADERSHIP})" for c in CHANNELS],
        ),
    ):
        db.execute(f"create table {name} as from (values {', '.join(values)}) as t({columns})")


def _text(value: str | None) -> str:
    return "null" if value is None else f"'{value}'"


def direct_of(town: Municipality) -> dict[str, list[int]]:
    """Counts of the people placed directly on each inner node, in the order of COLUMNS."""
    whole = {
        u: [*c, *(n for name in CHANNELS for n in town.channel[u, name])]
        for u, c in town.funnel.items()
    }
    return {
        node: [
            own - sum(whole[child][n] for child, parent in town.parents.items() if parent == node)
            for n, own in enumerate(whole[node])
        ]
        for node in {parent for parent in town.parents.values() if parent}
    }


def broken_promises(
    town: Municipality, reach: Rows, channel: Rows, *, min_group: int
) -> dict[Cell, set[int]]:
    """Protected counts that the attacker narrows down too far, with the values they may have."""
    direct = direct_of(town)
    placed = {unit: counts[0] for unit, counts in direct.items()}
    attacker = attack(town.parents, placed, reach, channel, min_group=min_group)
    wanted = dict.fromkeys(_coded(reach, channel, min_group=min_group), 2)
    small = small_groups(town.parents, town.funnel, town.channel, direct, min_group=min_group)
    wanted |= dict.fromkeys(small, 3)
    attacker.learn(wanted, seed=1)
    return {
        cell: attacker.values[cell]
        for cell, need in wanted.items()
        if len(attacker.values[cell]) < need
    }


def _coded(reach: Rows, channel: Rows, *, min_group: int) -> list[Cell]:
    """Counts shown as a bound, and those of a few licensed people; not those hidden for others."""
    cells = []
    for row in (*reach, *channel):
        prefix = f"{row['channel']} " if "channel" in row else ""
        for column in row["coded"]:  # type: ignore[attr-defined]
            has_few = row["licensed"] is None or int(str(row["licensed"])) < min_group
            if row[column] is not None or has_few:
                cells.append((str(row["unit_id"]), f"{prefix}{column}"))
    return cells


@pytest.mark.parametrize("seed", range(51))
def test_nothing_published_gives_a_protected_count_away(seed: int) -> None:
    town, min_group = make(seed), (5, 10, 15)[seed % 3]

    reach, channel = publish(town, min_group=min_group)

    assert broken_promises(town, reach, channel, min_group=min_group) == {}


@pytest.mark.parametrize("seed", [0, 2, 4])
def test_where_only_small_groups_are_hidden_the_attacker_finds_them(seed: int) -> None:
    town = make(seed)
    reach, channel = publish(town, min_group=10)

    weakened = [_shown_unless_small(town, row) for row in reach]

    assert broken_promises(town, weakened, channel, min_group=10) != {}


def _shown_unless_small(town: Municipality, row: Mapping[str, object]) -> Mapping[str, object]:
    """The row as it would stand if nothing were hidden but units under the minimum."""
    counts = town.funnel[str(row["unit_id"])]
    if row["status"] != "suppressed" or counts[0] < 10:
        return row
    return {**row, **dict(zip(FUNNEL, counts, strict=True)), "status": "ok", "coded": []}


def test_the_organisation_nearly_all_sectors_and_units_stay_visible() -> None:
    shown: dict[str, list[bool]] = {"organisation": [], "sectors": [], "units": []}
    for seed in range(17):
        town = make(seed)
        for row in publish(town, min_group=10)[0]:
            unit = str(row["unit_id"])
            kind = "organisation" if unit == ROOT else f"{unit.split()[0]}s"
            if town.funnel[unit][0] >= 10:
                shown[kind].append(row["status"] == "ok")

    assert all(shown["organisation"])
    assert sum(shown["sectors"]) / len(shown["sectors"]) >= 0.95
    assert sum(shown["units"]) / len(shown["units"]) >= 0.9
