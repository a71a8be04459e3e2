"""Units as lines of a table, sector by sector, and unit by channel as a heat map."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from adoption.exports.html import sentences
from adoption.exports.html.marts import Adoption, Marts, Unit
from adoption.exports.html.trends import Trend, reach_trend
from adoption.exports.html.wording import Figure, count, no_figure, rate, status
from adoption.texts import label

WINDOW = dt.timedelta(days=28)
_HEAT_STEPS = 5


@dataclass(frozen=True, slots=True)
class Line:
    """A unit's line: its figures now and four weeks before, and its interval in percents."""

    unit: Unit
    depth: int
    status: str
    rate: Figure
    earlier: Figure
    staff: Figure
    reached: Figure
    reason: str
    span: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True)
class Sector:
    unit: Unit
    sentence: str
    line: Line
    trend: Trend
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Heat:
    """A cell of the heat map; `step` 1 to 5 from fewest to most, 0 where there is no rate."""

    figure: Figure
    step: int


@dataclass(frozen=True, slots=True)
class HeatRow:
    unit: Unit
    depth: int
    is_whole: bool
    cells: Sequence[Heat]


def line(marts: Marts, unit: Unit, language: str, *, depth: int = 0) -> Line:
    row = marts.at(unit.unit_id, marts.window_end)
    values = (row.reach_rate, row.reach_low, row.reach_high)
    at, low, high = (None if value is None else 100 * value for value in values)
    return Line(
        unit,
        depth,
        status(row.status, language),
        rate(row, language),
        rate(marts.at(unit.unit_id, marts.window_end - WINDOW), language),
        count(row, "staff", language),
        count(row, "reached", language),
        label(row.reason, language) if row.reason else "",
        None if at is None or low is None or high is None else (at, low, high),
    )


def sectors(marts: Marts, language: str, target: float | None) -> list[Sector]:
    """The units right under the organisation that have units below them, each with all of those."""
    return [
        _sector(marts, unit, language, target)
        for unit in marts.children(marts.root.unit_id)
        if marts.children(unit.unit_id)
    ]


def single_units(marts: Marts, language: str) -> list[Line]:
    """Units right under the organisation without any below them."""
    alone = [u for u in marts.children(marts.root.unit_id) if not marts.children(u.unit_id)]
    return [line(marts, unit, language) for unit in sorted(alone, key=_by_people_lost(marts))]


def heat_map(marts: Marts, language: str) -> list[HeatRow]:
    """Adoption of each unit in each channel, in the tree's order."""
    end = marts.window_end
    return [
        HeatRow(
            unit,
            unit.level,
            bool(marts.children(unit.unit_id)),
            [
                _heat(marts.adoption.get((unit.unit_id, channel, end)), language)
                for channel in marts.channels
            ],
        )
        for unit in marts.units
    ]


def _sector(marts: Marts, unit: Unit, language: str, target: float | None) -> Sector:
    row = marts.at(unit.unit_id, marts.window_end)
    return Sector(
        unit,
        sentences.reached(row, language),
        line(marts, unit, language),
        reach_trend(marts, unit.unit_id, language, target),
        _lines_below(marts, unit, language, depth=0),
    )


def _lines_below(marts: Marts, unit: Unit, language: str, *, depth: int) -> list[Line]:
    """Every unit below, those with most people not reached first, each right under its parent."""
    return [
        found
        for child in sorted(marts.children(unit.unit_id), key=_by_people_lost(marts))
        for found in (
            line(marts, child, language, depth=depth),
            *_lines_below(marts, child, language, depth=depth + 1),
        )
    ]


def _by_people_lost(marts: Marts) -> Callable[[Unit], int]:
    def key(unit: Unit) -> int:
        lost = sentences.lost(marts.at(unit.unit_id, marts.window_end), "staff", "reached")
        return 1 if lost is None else -lost.shown

    return key


def _heat(row: Adoption | None, language: str) -> Heat:
    if row is None:
        return Heat(no_figure(language), 0)
    fraction = row.adoption_rate
    figure = rate(row, language)
    if fraction is None or figure.meaning:
        return Heat(figure, 0)
    return Heat(figure, min(int(fraction * _HEAT_STEPS) + 1, _HEAT_STEPS))
