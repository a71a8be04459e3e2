"""The first screen: the organisation's reach, and the units that information does not reach."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from adoption import certainty
from adoption.certainty import STEPS
from adoption.exports.html import sentences
from adoption.exports.html.charts import Level, draw_funnel
from adoption.exports.html.gaps import explain
from adoption.exports.html.marts import FUNNEL, WINDOW_DAYS, Flag, Marts, Reach, Unit
from adoption.exports.html.trends import Trend, reach_trend
from adoption.exports.html.units import Line, line
from adoption.exports.html.wording import Figure, count, date, first_day, period, rate
from adoption.texts import FLAGS, REASONS, advice, heading, label, plural, translate

_SUNDAY = 7


@dataclass(frozen=True, slots=True)
class Loss:
    """People lost on one step of the funnel; `share` of all that are not reached, to draw with."""

    amount: str
    step: str
    share: float


@dataclass(frozen=True, slots=True)
class Whole:
    """The organisation: what was reached, how sure that is, how it was before, where it is lost."""

    line: Line
    sentence: str
    period: str
    days: str
    notice: str
    losses: Sequence[Loss]
    trend: Trend


@dataclass(frozen=True, slots=True)
class FunnelRow:
    name: str
    people: Figure
    lost: str
    because: str


@dataclass(frozen=True, slots=True)
class Flagged:
    """A unit with open flags, and all that the report says of it."""

    unit: Unit
    within: str
    is_whole: bool
    flags: Sequence[tuple[str, str]]
    since: str
    not_reached: str
    sentence: str
    remedy: str
    reason: str
    advice: str
    rate: Figure
    funnel: Markup
    funnel_rows: Sequence[FunnelRow]
    trend: Trend


def whole(marts: Marts, language: str, target: float | None) -> Whole:
    row = marts.at(marts.root.unit_id, marts.window_end)
    return Whole(
        line(marts, marts.root, language),
        sentences.reached(row, language),
        period(row, language),
        _days(row, language),
        _notice(marts, row, language),
        _losses(row, language),
        reach_trend(marts, marts.root.unit_id, language, target),
    )


def flagged(marts: Marts, language: str, target: float | None) -> list[Flagged]:
    """Units with open flags, most people not reached first; where that is hidden, last."""
    is_open = sorted(
        (flag for flag in marts.flags if flag.closed_on is None),
        key=lambda flag: (flag.unit_id, list(FLAGS).index(flag.flag)),
    )
    found = [
        (list(flags), unit)
        for unit_id, flags in groupby(is_open, key=lambda flag: flag.unit_id)
        for unit in marts.units
        if unit.unit_id == unit_id
    ]
    found.sort(key=lambda pair: (-(pair[0][0].not_reached or 0), marts.units.index(pair[1])))
    return [_flagged(marts, unit, flags, language, target) for flags, unit in found]


def closed(marts: Marts, language: str) -> list[tuple[str, str, str]]:
    """(unit, flag, closed on) of the flags that are no longer open, newest first."""
    names = {unit.unit_id: unit.unit for unit in marts.units}
    over = [(flag.closed_on, flag) for flag in marts.flags if flag.closed_on is not None]
    return [
        (names[flag.unit_id], label(flag.flag, language), date(day, language))
        for day, flag in sorted(over, key=lambda pair: (pair[0], pair[1].unit_id), reverse=True)
    ]


def _days(row: Reach, language: str) -> str:
    sentence = translate("{first} to {last}", language)
    return sentence.format(
        first=date(first_day(row), language), last=date(row.window_end, language)
    )


def _notice(marts: Marts, row: Reach, language: str) -> str:
    """What a reader must know before reading any figure; nothing where there is no reserve."""
    newest = marts.windows(marts.root.unit_id)[-1]
    if newest.window_end == row.window_end:
        return explain(row.status, language)
    sentence = translate("There are no figures after {date}. {because}", language)
    return sentence.format(
        date=date(row.window_end, language), because=explain(newest.status, language)
    )


def _losses(row: Reach, language: str) -> list[Loss]:
    total = sentences.lost(row, "staff", "reached")
    found = [(reason, sentences.lost(row, *levels)) for reason, levels in STEPS.items()]
    return [
        Loss(
            certainty.amount(people, language),
            sentences.step(reason, language),
            people.shown / total.shown,
        )
        for reason, people in found
        if total is not None and total.shown and people is not None and people.most
    ]


def _flagged(
    marts: Marts, unit: Unit, flags: Sequence[Flag], language: str, target: float | None
) -> Flagged:
    row, reason = _decided_on(marts, unit), flags[0].reason
    opened_on = min(flag.opened_on for flag in flags)
    lost = sentences.lost(row, "staff", "reached")
    levels = _levels(row, marts.reach.get((marts.root.unit_id, row.window_end)), language)
    return Flagged(
        unit,
        next((u.unit for u in marts.units if u.unit_id == unit.parent_id and u.level), ""),
        bool(marts.children(unit.unit_id)),
        [(label(flag.flag, language), date(flag.opened_on, language)) for flag in flags],
        _since(opened_on, row.window_end, language),
        "" if lost is None else certainty.short(lost, language),
        sentences.not_reached(row, reason, language),
        sentences.remedy(reason, language),
        label(reason, language) if reason else "",
        advice(reason, language) if reason and reason in REASONS else flags[0].advice or "",
        rate(row, language),
        draw_funnel(levels, title=sentences.funnel(row, language)),
        _funnel_rows(row, language),
        reach_trend(marts, unit.unit_id, language, target),
    )


def _decided_on(marts: Marts, unit: Unit) -> Reach:
    """The window that the unit's flags speak of: that of the newest Sunday without reserve."""
    windows = marts.windows(unit.unit_id)
    sure = [
        row
        for row in windows
        if row.status == "ok"
        and row.window_days == WINDOW_DAYS
        and row.window_end.isoweekday() == _SUNDAY
    ]
    return (sure or windows)[-1]


def _since(opened_on: dt.date, seen_on: dt.date, language: str) -> str:
    since = translate("Since {date}", language).format(date=date(opened_on, language))
    weeks = (seen_on - opened_on).days // 7
    if weeks < 1:
        return since
    counted = plural("{count} week", "{count} weeks", weeks, language=language)
    return f"{since} ({counted.format(count=weeks)})"


def _levels(row: Reach, whole: Reach | None, language: str) -> list[Level]:
    return [
        Level(
            heading(column, language),
            None if (people := sentences.people(row, column)) is None else people.shown,
            count(row, column, language).text,
            people is not None and people.least != people.most,
            _usual(row, whole, column),
        )
        for column in FUNNEL
    ]


def _usual(row: Reach, whole: Reach | None, column: str) -> float | None:
    """Where the bar would end if the unit lost as many on the way as the organisation does."""
    level = getattr(whole, column, None)
    if whole is None or whole.unit_id == row.unit_id or not (row.staff and whole.staff and level):
        return None
    return float(row.staff * level / whole.staff)


def _funnel_rows(row: Reach, language: str) -> list[FunnelRow]:
    reasons = {leaving: (reason, entering) for reason, (entering, leaving) in STEPS.items()}
    rows = []
    for column in FUNNEL:
        reason, entering = reasons.get(column, ("", column))
        lost = sentences.lost(row, entering, column) if reason else None
        rows.append(
            FunnelRow(
                heading(column, language),
                count(row, column, language),
                "" if lost is None else certainty.amount(lost, language),
                label(reason, language) if reason else "",
            )
        )
    return rows
