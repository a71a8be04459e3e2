"""`report.html`: what leaders read. One file that asks for nothing else, with no script in it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import jinja2
import pyarrow as pa

from adoption import numbers, texts
from adoption.certainty import STEPS, WIDE
from adoption.exports.folder import replace_file
from adoption.exports.html import change, gaps, marts, summary, trends, units, wording

NAME = "report.html"


def export_html(
    tables: Mapping[str, pa.Table],
    folder: Path,
    *,
    language: str,
    leadership: Sequence[str] = (),
    target: float | None = None,
) -> Path:
    """Writes the report into `folder` and returns its path.

    `tables`: the marts `unit`, `unit_reach`, `unit_channel`, `unit_flag`, `unit_target`,
    `unit_movement`, `unit_staff`, `unit_year`, `channel_day`, `data_quality` and `build` by name,
    with at least the contract's columns, in any order. Every figure comes from them; `leadership`
    (channels) and `target` (a fraction) only explain.
    Raises ContractError naming a mart or column that is not there.
    """
    page = render_html(tables, language=language, leadership=leadership, target=target)
    return replace_file(folder / NAME, page.encode())


def render_html(
    tables: Mapping[str, pa.Table],
    *,
    language: str,
    leadership: Sequence[str] = (),
    target: float | None = None,
) -> str:
    """The report as one page. The same tables give the same page: no clock, no random name."""
    read = marts.read(tables)
    return (
        _environment(language)
        .get_template("report.html.j2")
        .render(
            language=language,
            organisation=read.build.organisation or read.root.unit,
            as_of=read.build.as_of,
            whole=summary.whole(read, language, target),
            flagged=summary.flagged(read, language, target),
            closed=summary.closed(read, language),
            hidden=gaps.hidden_units(read),
            channels=[texts.CHANNELS.get(channel, channel) for channel in read.channels],
            heat_map=units.heat_map(read, language),
            channel_trends=[trends.channel_trend(read, c, language) for c in read.channels],
            daily_trends=[trends.daily(read, c, language) for c in _with_days(read)],
            sectors=units.sectors(read, language, target),
            single_units=units.single_units(read, language),
            way=change.way(read, language),
            actors=change.actors(language),
            reasons=[texts.label(reason, language) for reason in STEPS],
            moved=change.moved(read, language),
            year=change.year(read, language),
            changed_until=read.changes[0]["window_end"] if read.changes else None,
            full_time=change.full_time(read, language),
            findings=gaps.findings(read, language),
            gaps=gaps.gaps(read, language),
            leadership=wording.listed(
                [texts.CHANNELS.get(channel, channel) for channel in leadership], language
            ),
            wide=round(100 * WIDE),
            target="" if target is None else numbers.whole_percent(target, language),
            legend=[line.split(" ", 1) for line in texts.legend(language).splitlines()[:-1]],
        )
    )


def _with_days(read: marts.Marts) -> list[str]:
    return sorted({row.channel for row in read.channel_days})


def _environment(language: str) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("adoption.exports.html"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["t"] = lambda text, **values: _said(text, values, language)
    environment.globals["n"] = lambda one, many, count: texts.plural(
        one, many, count, language=language
    ).format(count=count)
    environment.globals["date"] = lambda day: wording.date(day, language)
    return environment


def _said(text: str, values: Mapping[str, object], language: str) -> str:
    return texts.translate(text, language).format(**values)
