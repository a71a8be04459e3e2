"""Charts as SVG to stand inside the page: made by Altair, coloured by the page's own style.

Colours are the page's custom properties, so one drawing serves light, dark and print. Days are
plain numbers on the axis and their labels come ready, so no locale or time zone has a say. Charts
are narrow: they fit a telephone without shrinking their text. Altair checks a chart for longer than
it takes to draw it, so each kind is made once and only its rows and labels change.
"""

import datetime as dt
import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import altair as alt
import vl_convert
from markupsafe import Markup, escape

WIDTH, _TALL, _LOW, _BAR = 340, 150, 120, 24


@dataclass(frozen=True, slots=True)
class Point:
    """A rate with its interval at the end of a window; None where it is not shown."""

    day: dt.date
    rate: float | None
    low: float | None
    high: float | None
    has_reserve: bool


@dataclass(frozen=True, slots=True)
class Level:
    """A level of the funnel; `people` None where it is hidden, `usual` at the whole's own rates."""

    name: str
    people: int | None
    text: str
    is_bound: bool
    usual: float | None


@dataclass(frozen=True, slots=True)
class Day:
    """How many were active on a day; None where that is not known, `bound` where it is one."""

    day: dt.date
    people: int | None
    is_complete: bool
    bound: str = ""


def draw_trend(
    points: Sequence[Point], labels: Mapping[dt.date, str], *, title: str, target: float | None
) -> Markup:
    """Rates over time with their intervals: whole points, hollow ones with a reserve, gaps grey."""
    rows = [{**asdict(point), "day": point.day.toordinal()} for point in points]
    targets = [] if target is None else [{"target": target}]
    return _drawn(_trend(), title, labels, rows=rows, targets=targets)


def draw_funnel(levels: Sequence[Level], *, title: str) -> Markup:
    """A bar and a number for each level, and a mark where the whole's own rates would end it."""
    return _drawn(_funnel(len(levels)), title, {}, rows=[asdict(level) for level in levels])


def draw_days(days: Sequence[Day], labels: Mapping[dt.date, str], *, title: str) -> Markup:
    """A bar for each day: pale where the day is not complete, grey where nothing is known."""
    rows = [{**asdict(day), "day": day.day.toordinal()} for day in days]
    return _drawn(_days(), title, labels, rows=rows)


@functools.cache
def _trend() -> Mapping[str, Any]:
    chart, x = _chart(), _day_axis()
    percents = "format(datum.value * 100, 'd') + ' %'"
    y = alt.Y(
        "rate:Q",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(values=[0, 0.5, 1], labelExpr=percents, minExtent=42),
    )
    low, high, soft = alt.Y("low:Q"), alt.Y2("high:Q"), "var(--accent-soft)"
    point = chart.mark_point(
        size=30, filled=True, stroke="var(--accent)", strokeWidth=1.5, opacity=1
    ).encode(x=x, y=y)
    layers = [
        chart.mark_rule(color="var(--gap)", strokeWidth=9)
        .encode(x=x)
        .transform_filter("datum.rate === null"),
        chart.mark_area(color=soft).encode(x=x, y=low, y2=high),
        chart.mark_rule(color=soft, strokeWidth=5).encode(x=x, y=low, y2=high),
        alt.Chart(alt.NamedData("targets"))
        .mark_rule(color="var(--muted)", strokeDash=[4, 3])
        .encode(y="target:Q"),
        chart.mark_line(color="var(--accent)", strokeWidth=2).encode(x=x, y=y),
        point.encode(fill=alt.value("var(--accent)")).transform_filter("!datum.has_reserve"),
        point.encode(fill=alt.value("var(--paper)")).transform_filter("datum.has_reserve"),
    ]
    return _specification(layers, height=_TALL)


@functools.cache
def _funnel(levels: int) -> Mapping[str, Any]:
    chart = _chart()
    y = alt.Y(
        "name:N",
        sort=None,
        axis=alt.Axis(domain=False, grid=False, labelLimit=180, labelPadding=6, minExtent=160),
    )
    x = alt.X("people:Q", axis=None, scale=alt.Scale(zero=True, nice=False))
    bar = chart.mark_bar(height=14).encode(y=y, x=x)
    # The axis takes the levels in the order in which the layers bring them, so all come first.
    layers = [
        chart.mark_text(align="right", color="var(--ink)", fontSize=12).encode(
            y=y, x=alt.value({"expr": "width + 34"}), text="text:N"
        ),
        bar.encode(color=alt.value("var(--accent)")).transform_filter("!datum.is_bound"),
        bar.encode(color=alt.value("var(--accent-mid)")).transform_filter("datum.is_bound"),
        chart.mark_tick(
            color="var(--ink)", thickness=3, height=20, stroke="var(--paper)", strokeWidth=1
        ).encode(y=y, x="usual:Q"),
    ]
    return _specification(layers, height=_BAR * levels, right=36)


@functools.cache
def _days() -> Mapping[str, Any]:
    chart, x = _chart(), _day_axis()
    y = alt.Y("people:Q", axis=alt.Axis(tickCount=3, minExtent=42))
    bar = chart.mark_bar(width=3).encode(x=x, y=y)
    layers = [
        chart.mark_rule(color="var(--gap)", strokeWidth=5)
        .encode(x=x)
        .transform_filter("datum.people === null"),
        bar.encode(color=alt.value("var(--accent)")).transform_filter("datum.is_complete"),
        bar.encode(color=alt.value("var(--accent-mid)")).transform_filter("!datum.is_complete"),
    ]
    return _specification(layers, height=_LOW)


def _chart() -> alt.Chart:
    return alt.Chart(alt.NamedData("rows"))


def _day_axis() -> alt.X:
    axis = alt.Axis(
        values=alt.ExprRef("label_days"),
        labelExpr="label_texts[datum.value]",
        labelFlush=True,
        grid=False,
        ticks=True,
        tickSize=4,
        domain=True,
    )
    return alt.X("day:Q", axis=axis, scale=alt.Scale(zero=False, nice=False, padding=8))


def _specification(
    layers: Sequence[alt.Chart], *, height: int, right: int = 6
) -> Mapping[str, Any]:
    chart = (
        alt.layer(*layers)
        .properties(
            width=WIDTH, height=height, autosize=alt.AutoSizeParams(type="fit", contains="padding")
        )
        .configure(
            aria=False,
            background="transparent",
            font="sans-serif",
            padding={"left": 0, "right": right, "top": 6, "bottom": 0},
            view=alt.ViewConfig(stroke=None),
            axis=alt.AxisConfig(
                title=None,
                domain=False,
                ticks=False,
                labelColor="var(--muted)",
                labelFontSize=12,
                gridColor="var(--line)",
                domainColor="var(--line)",
                tickColor="var(--line)",
            ),
        )
    )
    made: Mapping[str, Any] = chart.to_dict()
    return made


def _drawn(
    specification: Mapping[str, Any],
    title: str,
    labels: Mapping[dt.date, str],
    **datasets: Sequence[Mapping[str, object]],
) -> Markup:
    parameters = [
        {"name": "label_days", "value": [day.toordinal() for day in labels]},
        {"name": "label_texts", "value": {str(d.toordinal()): text for d, text in labels.items()}},
    ]
    drawing = vl_convert.vegalite_to_svg(
        {**specification, "params": parameters, "datasets": datasets}
    )
    # The figure is one picture with one description; what Vega says of its parts is noise there.
    drawing = re.sub(r' (role|aria-[a-z]+|xmlns[:a-z]*|class|version)="[^"]*"', "", drawing)
    head = f'<svg class="chart" role="img" aria-label="{escape(title)}"'
    return Markup(re.sub(r'^<svg width="\d+" height="\d+"', lambda _: head, drawing))
