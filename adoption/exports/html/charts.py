"""Charts as SVG to stand inside the page: drawn once by Altair, coloured by the page's own style.

Colours are the page's custom properties, so one drawing serves light, dark and print. Days are
plain numbers on the axis and their labels come ready, so no locale or time zone has a say. Charts
are narrow: they fit a telephone without shrinking their text.
"""

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import altair as alt
import vl_convert
from markupsafe import Markup, escape

WIDTH = 340
_FONT = "sans-serif"
_WEEKS_BETWEEN_LABELS = 4


@dataclass(frozen=True, slots=True)
class Point:
    """A rate with its interval at the end of a window; None where it is not shown."""

    day: dt.date
    rate: float | None
    low: float | None
    high: float | None
    is_reserved: bool


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
    """How many were active on a day; None where the day is unknown."""

    day: dt.date
    people: int | None
    is_complete: bool


def draw_trend(
    points: Sequence[Point], labels: Mapping[dt.date, str], *, title: str, target: float | None
) -> Markup:
    """Rates over time with their intervals: whole points, hollow ones with a reserve, gaps grey."""
    rows = [
        {"day": p.day.toordinal(), "rate": p.rate, "low": p.low, "high": p.high, "is": p.is_reserved}
        for p in points
    ]
    chart = alt.Chart(alt.Data(values=rows))
    x = _day_axis([point.day for point in points], labels)
    y = alt.Y(
        "rate:Q",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(values=[0, 0.5, 1], labelExpr="datum.value * 100 + ' %'", domain=False),
    )
    low, high = alt.Y("low:Q"), alt.Y2("high:Q")
    soft = "var(--accent-soft)"
    layers = [
        chart.mark_rule(color="var(--gap)", strokeWidth=9)
        .encode(x=x)
        .transform_filter("datum.rate === null"),
        chart.mark_area(color=soft).encode(x=x, y=low, y2=high),
        chart.mark_rule(color=soft, strokeWidth=4).encode(x=x, y=low, y2=high),
        chart.mark_line(color="var(--accent)", strokeWidth=2).encode(x=x, y=y),
        _points(chart, fill="var(--accent)").encode(x=x, y=y).transform_filter("!datum.is"),
        _points(chart, fill="var(--paper)").encode(x=x, y=y).transform_filter("datum.is"),
    ]
    if target is not None:
        at = alt.Chart(alt.Data(values=[{"target": target}]))
        line = at.mark_rule(color="var(--muted)", strokeDash=[4, 3]).encode(y="target:Q")
        layers.insert(1, line)
    return _svg(alt.layer(*layers), title, height=150)


def draw_funnel(levels: Sequence[Level], *, title: str) -> Markup:
    """A bar for each level, its number at the end, and a mark where the whole's own rate ends."""
    names = [level.name for level in levels]
    rows = [
        {"name": e.name, "people": e.people, "text": e.text, "bound": e.is_bound, "usual": e.usual}
        for e in levels
    ]
    chart = alt.Chart(alt.Data(values=rows))
    largest = max((level.people or 0) for level in levels) or 1
    y = alt.Y(
        "name:N",
        sort=names,
        axis=alt.Axis(domain=False, labelLimit=170, labelPadding=8),
    )
    x = alt.X("people:Q", axis=None, scale=alt.Scale(domain=[0, largest * 1.18]))
    bar = chart.mark_bar(height=15, cornerRadiusEnd=2)
    layers = [
        bar.copy().encode(y=y, x=x, color=alt.value("var(--accent)")).transform_filter("!datum.bound"),
        bar.encode(y=y, x=x, color=alt.value("var(--accent-mid)")).transform_filter("datum.bound"),
        chart.mark_tick(color="var(--ink)", thickness=2, height=19).encode(y=y, x="usual:Q"),
        chart.mark_text(align="left", dx=6, color="var(--ink)", fontSize=12)
        .transform_calculate(end="max(datum.people === null ? 0 : datum.people, datum.usual)")
        .encode(y=y, x="end:Q", text="text:N"),
    ]
    return _svg(alt.layer(*layers), title, height=24 * len(levels) + 4)


def draw_days(days: Sequence[Day], labels: Mapping[dt.date, str], *, title: str) -> Markup:
    """A bar for each day: pale where the day is not complete, grey where nothing is known."""
    rows = [
        {"day": d.day.toordinal(), "people": d.people, "is": d.is_complete, "zero": 0} for d in days
    ]
    chart = alt.Chart(alt.Data(values=rows))
    x = _day_axis([day.day for day in days], labels)
    y = alt.Y("people:Q", axis=alt.Axis(domain=False, tickCount=3))
    bar = chart.mark_bar(width=3)
    layers = [
        chart.mark_rule(color="var(--gap)", strokeWidth=5)
        .encode(x=x)
        .transform_filter("datum.people === null"),
        bar.copy().encode(x=x, y=y, color=alt.value("var(--accent)")).transform_filter("datum.is"),
        bar.encode(x=x, y=y, color=alt.value("var(--accent-mid)")).transform_filter("!datum.is"),
    ]
    return _svg(alt.layer(*layers), title, height=120)


def _points(chart: alt.Chart, *, fill: str) -> alt.Chart:
    return chart.mark_point(
        size=30, filled=True, fill=fill, stroke="var(--accent)", strokeWidth=1.5, opacity=1
    )


def _day_axis(days: Sequence[dt.date], labels: Mapping[dt.date, str]) -> alt.X:
    numbers = [day.toordinal() for day in days]
    texts = json.dumps({str(day.toordinal()): text for day, text in labels.items()})
    axis = alt.Axis(
        values=[day.toordinal() for day in labels],
        labelExpr=f"{texts}[datum.value]",
        grid=False,
        ticks=True,
        tickSize=4,
    )
    span = [min(numbers) - 3, max(numbers) + 3]
    return alt.X("day:Q", axis=axis, scale=alt.Scale(domain=span, nice=False))


def _svg(chart: alt.LayerChart, title: str, *, height: int) -> Markup:
    fitted = chart.properties(
        width=WIDTH, height=height, autosize=alt.AutoSizeParams(type="fit", contains="padding")
    ).configure(
        aria=False,
        background="transparent",
        font=_FONT,
        padding={"left": 0, "right": 6, "top": 6, "bottom": 0},
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            title=None,
            ticks=False,
            labelColor="var(--muted)",
            labelFontSize=12,
            gridColor="var(--line)",
            domainColor="var(--line)",
            tickColor="var(--line)",
        ),
    )
    drawing = vl_convert.vegalite_to_svg(fitted.to_dict())
    # The figure is one picture with one description; what Vega says of its parts is noise there.
    drawing = re.sub(r' (role|aria-[a-z]+|xmlns[:a-z]*|class|version)="[^"]*"', "", drawing)
    head = f'<svg class="chart" role="img" aria-label="{escape(title)}"'
    drawing = re.sub(r'^<svg width="\d+" height="\d+"', head, drawing)
    return Markup(drawing)  # noqa: S704
