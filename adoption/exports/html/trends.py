"""How reach, adoption and daily activity went over time, as a chart and as a table."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup
from msgspec.structs import asdict

from adoption import certainty
from adoption.exports.html.charts import Day, Point, draw_days, draw_trend
from adoption.exports.html.marts import WINDOW_DAYS, Adoption, Marts, Reach
from adoption.exports.html.wording import Figure, count, date, no_figure, rate, status, week
from adoption.numbers import count_text
from adoption.texts import CHANNELS, translate

_WINDOWS = 53  # a year of Sundays
_DAYS = 8 * 7
_BETWEEN_LABELS = 4


@dataclass(frozen=True, slots=True)
class Step:
    """A line of a chart's table: when, the figure, and in words what it lacks."""

    when: str
    rate: Figure
    people: Figure
    remark: str


@dataclass(frozen=True, slots=True)
class Trend:
    """A chart, the words that it needs beside it, and the same figures in words."""

    title: str
    key: str
    drawing: Markup
    steps: Sequence[Step]


def reach_trend(marts: Marts, unit_id: str, language: str, target: float | None) -> Trend:
    """Reach of one unit over the last year's windows of four weeks."""
    rows = [row for row in marts.windows(unit_id) if row.window_days == WINDOW_DAYS]
    title = translate("Reached, share of the staff", language)
    name = next(unit.unit for unit in marts.units if unit.unit_id == unit_id)
    return _trend(rows[-_WINDOWS:], title, language, name=name, target=target)


def channel_trend(marts: Marts, channel: str, language: str) -> Trend:
    """Adoption of one channel in the whole organisation over the last year's windows."""
    mine = [
        row
        for (unit_id, of, _), row in marts.adoption.items()
        if unit_id == marts.root.unit_id and of == channel and row.window_days == WINDOW_DAYS
    ]
    rows = sorted(mine, key=lambda row: row.window_end)
    title = translate("Active in {channel}, share of those with a licence", language)
    title = title.format(channel=CHANNELS.get(channel, channel))
    return _trend(rows[-_WINDOWS:], title, language, name=marts.root.unit, target=None)


def daily(marts: Marts, channel: str, language: str) -> Trend:
    """People active in one channel, day by day, for the last eight weeks."""
    rows = [row for row in marts.channel_days if row.channel == channel]
    rows = sorted(rows, key=lambda row: row.day)[-_DAYS:]
    days = [
        Day(row.day, row.active, bool(row.complete), certainty.bound("active", asdict(row)))
        for row in rows
    ]
    title = translate("People active in {channel}, day by day", language)
    title = title.format(channel=CHANNELS.get(channel, channel))
    labels = _labels([row.day for row in rows if row.day.isoweekday() == 1], language, every=2)
    steps = [Step(date(day.day, language), *_day_figures(day, language)) for day in days]
    told = {
        translate("pale: the day is not complete", language): any(
            not day.is_complete and day.people is not None for day in days
        ),
        translate("grey: not known", language): any(day.people is None for day in days),
    }
    return Trend(title, _key(told), draw_days(days, labels, title=title), steps)


def _day_figures(day: Day, language: str) -> tuple[Figure, Figure, str]:
    people = no_figure(language)
    if day.people is not None:
        people = Figure(f"{day.bound}{count_text(day.people, language)}")
    remark = "" if day.is_complete else translate("The day is not complete", language)
    return Figure(""), people, remark


def _trend(
    rows: Sequence[Reach | Adoption],
    title: str,
    language: str,
    *,
    name: str,
    target: float | None,
) -> Trend:
    labels = _labels([row.window_end for row in rows], language, every=_BETWEEN_LABELS)
    points = [_point(row) for row in rows]
    drawing = draw_trend(points, labels, title=f"{title}, {name}", target=target)
    steps = [
        Step(
            f"{week(row.window_end, language)}, {date(row.window_end, language)}",
            rate(row, language),
            count(row, "reached" if isinstance(row, Reach) else "active", language),
            status(row.status, language),
        )
        for row in reversed(rows)
    ]
    told = {
        translate("dashed: the goal", language): target is not None,
        translate("hollow: with reservations", language): any(
            point.has_reserve and point.rate is not None for point in points
        ),
        translate("grey: not shown", language): any(point.rate is None for point in points),
    }
    return Trend(title, _key(told), drawing, steps)


def _key(told: Mapping[str, bool]) -> str:
    """What stands for what in a chart, of that which it has."""
    return ", ".join(text for text, is_there in told.items() if is_there)


def _point(row: Reach | Adoption) -> Point:
    values = (
        (row.reach_rate, row.reach_low, row.reach_high)
        if isinstance(row, Reach)
        else (row.adoption_rate, row.adoption_low, row.adoption_high)
    )
    return Point(row.window_end, *values, row.status != "ok")


def _labels(days: Sequence[dt.date], language: str, *, every: int) -> dict[dt.date, str]:
    """Labels for every few days, counted back from the newest, which a reader looks for first."""
    return {day: week(day, language) for day in reversed(days[::-1][::every])}
