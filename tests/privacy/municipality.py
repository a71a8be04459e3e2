"""Seeded municipalities for an attacker: a tree of units, and people with a place and conduct."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

CHANNELS = ("teams", "viva_engage", "sharepoint")
LEADERSHIP = ("viva_engage", "sharepoint")
FUNNEL = ("staff", "account", "licensed", "onboarded", "active", "reached", "contributing")
CHANNEL = ("licensed", "active", "received", "contributed")
ROOT = "(organisation)"


@dataclass(frozen=True, slots=True)
class Municipality:
    """True counts: `funnel` by unit, `channel` by unit and channel; and the tree."""

    parents: Mapping[str, str | None]
    funnel: Mapping[str, Sequence[int]]
    channel: Mapping[tuple[str, str], Sequence[int]]


def make(seed: int, *, unit_count: int = 24) -> Municipality:
    """A municipality of `unit_count` units in 3 to 5 sectors, some units small, some silent.

    In some a licence is for all channels, in some it is not, and some units have hardly any.
    """
    draw = random.Random(seed)
    plan_share = draw.choice([1.0, 0.97])
    sectors = [f"sector {n}" for n in range(draw.randint(3, 5))]
    parents: dict[str, str | None] = {ROOT: None, **dict.fromkeys(sectors, ROOT)}
    for n in range(unit_count):
        parents[f"unit {n:02}"] = draw.choice([*sectors, *sectors, ROOT])
    sizes = {unit: _size(draw) for unit in parents if unit.startswith("unit")}
    sizes |= {node: draw.choice([0, 0, 3, 14]) for node in (ROOT, *sectors)}
    placed = {
        node: [_person(draw, licensed, plan_share, _habits(draw)) for _ in range(size)]
        for node, size in sizes.items()
        for licensed in [draw.choice([*[0.9] * 11, 0.1])]
    }
    return _counted(parents, placed)


def _size(draw: random.Random) -> int:
    return draw.choice([draw.randint(0, 9), *(draw.randint(10, 70) for _ in range(6))])


def _habits(draw: random.Random) -> float:
    return draw.choice([0.02, 0.3, 0.6, 0.9])


def _person(
    draw: random.Random, licensed: float, plan_share: float, zeal: float
) -> Mapping[str, bool]:
    """What holds for one head: account, licence, and by channel licensed and what was done."""
    has_account = draw.random() < 0.93
    traits = {"account": has_account, "seen": draw.random() < 0.5 + zeal / 2}
    has_licence = has_account and draw.random() < licensed
    for channel in CHANNELS:
        is_licensed = has_licence and draw.random() < plan_share
        is_active = is_licensed and draw.random() < zeal
        received = is_active and draw.random() < 0.8
        contributed = is_active and draw.random() < 0.3
        traits |= {
            f"{channel} licensed": is_licensed,
            f"{channel} active": is_active,
            f"{channel} received": received,
            f"{channel} contributed": contributed,
        }
    return traits


def _steps(person: Mapping[str, bool]) -> Sequence[bool]:
    account = person["account"]
    licensed = account and any(person[f"{c} licensed"] for c in LEADERSHIP)
    is_active = any(person[f"{c} active"] for c in CHANNELS)
    onboarded = licensed and (person["seen"] or is_active)
    active = onboarded and is_active
    reached = active and any(person[f"{c} received"] for c in LEADERSHIP)
    contributing = reached and any(person[f"{c} contributed"] for c in CHANNELS)
    return (True, account, licensed, onboarded, active, reached, contributing)


def _counted(
    parents: Mapping[str, str | None], placed: Mapping[str, Sequence[Mapping[str, bool]]]
) -> Municipality:
    people: dict[str, list[Mapping[str, bool]]] = {unit: [] for unit in parents}
    for unit, heads in placed.items():
        node: str | None = unit
        while node is not None:
            people[node] += heads
            node = parents[node]
    funnel = {
        unit: [sum(column) for column in zip(*map(_steps, heads), strict=True)] or [0] * len(FUNNEL)
        for unit, heads in people.items()
    }
    channel = {
        (unit, c): [sum(head[f"{c} {part}"] for head in heads) for part in CHANNEL]
        for unit, heads in people.items()
        for c in CHANNELS
    }
    return Municipality(parents, funnel, channel)
