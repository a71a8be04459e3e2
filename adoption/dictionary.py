"""What the documents in `docs/` say of tables, columns and limits, from where each is declared.

Text in, text out: a page is written whole, or its generated parts are filled in between markers,
so that prose by hand and facts from the code stand on one page and cannot drift apart.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec.inspect

from adoption import texts
from adoption.catalog import Column, Report
from adoption.errors import ContractError
from adoption.models import Model
from adoption.reports import report_schema
from adoption.settings import Settings

_PART = re.compile(r"<!-- generated: (\S+) -->\n(?:.*?\n)??<!-- end -->", re.DOTALL)
_EXPLAINED = re.compile(r"^(?:# )?(\w+) = [^#]*?(?:\s# (.*))?$")
_BOUNDS = {"gt": "above", "ge": "at least", "lt": "below", "le": "at most"}


def fill(page: str, parts: Mapping[str, str]) -> str:
    """`page` with each marked part as it is in `parts`; raises ContractError for one unknown."""

    def filled(match: re.Match[str]) -> str:
        if match[1] not in parts:
            raise ContractError(
                f"No generated part is called '{match[1]}'. There are: {', '.join(sorted(parts))}."
            )
        return f"<!-- generated: {match[1]} -->\n{parts[match[1]]}\n<!-- end -->"

    return _PART.sub(filled, page)


def method_parts(
    method: str,
    *,
    models: Iterable[Model],
    catalog: Mapping[str, Report],
    plans: str,
    example: str,
) -> Mapping[str, str]:
    """The generated parts of `docs/method.md` by name.

    `method` is the page itself, whose headings say which numbers it defines; `plans` and `example`
    are the texts of `config/service_plans.toml` and `config/adoption.example.toml`.
    """
    return {
        "numbers": _numbers(method, models),
        "counters": _counters(catalog.values()),
        "totals": _totals(catalog.values()),
        "plans": _plans(plans),
        "limits": _limits(example),
        "statuses": _labels(texts.STATUSES),
        "signs": f"```text\n{texts.LEGEND}\n```",
        "flags": _labels(texts.FLAGS),
        "reasons": _table("code | in words | what to do", _reasons()),
        "checks": _table("check | what it says when it does not pass", _checks()),
    }


def render_dictionary(
    models: Iterable[Model],
    catalog: Mapping[str, Report],
    types: Mapping[str, Mapping[str, str]],
) -> str:
    """The data dictionary: every mart, then every report of the lake.

    `types` are the columns of each table with their DuckDB types, as a build makes them.
    """
    marts = [_mart(model, types[model.name]) for model in _marts(models)]
    reports = [_report(report) for report in catalog.values()]
    return "\n\n".join(
        [_PREFACE, "## Marts", *marts, "## Reports in the lake", _LAKE, *reports, ""]
    )


_PREFACE = """\
# Data dictionary

Every table of the warehouse and every report of the lake. This page is generated: `make docs`
writes it from the headers in `sql/marts` and the catalog `config/reports.toml`. What the numbers
mean, how they are computed and what they cannot see is in [method.md](method.md)."""
_LAKE = """\
Person level and pseudonymous, readable by the pipeline's own account only. Names, products and
whatever else is not stored are dropped before anything is written; a column that the catalog does
not know is kept only where it holds nothing but numbers, flags or dates. Two columns are the lake's
own: `period_days`, the days that a row covers, and `identity_class`, what kind of name it carried
(member, guest, concealed or blank). `role` says what a value above zero tells of a person's day."""
_ROWS = {"person_day": "person", "place_day": "team, community or site", "day": "day"}


def _marts(models: Iterable[Model]) -> Sequence[Model]:
    return sorted((m for m in models if m.schema == "marts"), key=lambda model: model.name)


def _mart(model: Model, types: Mapping[str, str]) -> str:
    rows = [(f"`{name}`", types[name].lower(), text) for name, text in model.columns.items()]
    checks = [
        *(f"- fails the build unless `{check}`" for check in model.fails),
        *(f"- warns unless `{check}`" for check in model.warns),
    ]
    return "\n\n".join(
        [
            f"### `{model.name}`",
            model.description,
            _table("column | type | meaning", rows),
            "\n".join([f"- one row for each {_codes(model.grain)}, never two", *checks]),
        ]
    )


def _report(report: Report) -> str:
    stored = {column.name: column for column in report.stored}
    rows = [
        _lake_column(field.name, str(field.type), stored.get(field.name))
        for field in report_schema(report)
    ]
    unstored = [c.heading for c in report.columns.values() if c.name not in stored]
    return "\n\n".join(
        [
            f"### `{report.name}`",
            f"{report.title}.",
            f"`{report.function}`, {report.channel}; one row per {_ROWS[report.grain]}; "
            f"{_how_it_lands(report)}.",
            _table("column | type | Microsoft's heading | role | required", rows),
            f"Read, but not stored: {', '.join(unstored)}.",
        ]
    )


def _how_it_lands(report: Report) -> str:
    if report.period is None:
        return "never asked for, lands from files brought by hand"
    days = report.period.removeprefix("D")
    if report.grain == "person_day":
        return f"asked for day by day, and for {days} days to learn when each was last active"
    return f"asked for {days} days at once"


def _lake_column(name: str, kind: str, column: Column | None) -> tuple[str, ...]:
    if column is None:  # the lake's own: how many days a row covers, and what kind of name it had
        return (f"`{name}`", kind, "–", "", "")
    return (
        f"`{name}`",
        "pseudonym" if column.type in ("upn", "object_id") else kind,
        " / ".join((column.heading, *column.aliases)),
        column.role or "",
        "yes" if column.required else "",
    )


def _numbers(method: str, models: Iterable[Model]) -> str:
    """Every column of the marts, where it is published, and where it is defined."""
    published: dict[str, list[str]] = {}
    for model in _marts(models):
        for column in model.columns:
            published.setdefault(column, []).append(model.name)
    sections = _sections(method)
    rows = [
        (
            f"`{column}`",
            ", ".join(_in_dictionary(mart) for mart in marts),
            sections.get(column, "–"),
        )
        for column, marts in published.items()
    ]
    return _table("column | published in | defined in", rows)


def _sections(method: str) -> Mapping[str, str]:
    """The names in the headings of the page, each with a link to its heading."""
    headings = re.findall(r"^#{2,3} (.*)$", method, re.MULTILINE)
    return {
        name: f"[{_plain(heading)}](#{_slug(heading)})"
        for heading in reversed(headings)
        for name in re.findall(r"`(\w+)`", heading)
    }


def _in_dictionary(mart: str) -> str:
    return f"[{mart}](dictionary.md#{_slug(mart)})"


def _plain(heading: str) -> str:
    return heading.partition(":")[0].replace("`", "")


def _slug(heading: str) -> str:
    """The anchor that a heading gets where Markdown is shown."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _counters(reports: Iterable[Report]) -> str:
    rows = [
        (
            texts.CHANNELS[report.channel],
            column.heading,
            f"`{column.name}`",
            column.role,
            ", ".join(report.tells(column)),
        )
        for report in reports
        for column in report.stored
        if column.role
    ]
    return _table("channel | Microsoft's heading | column | role | makes a person", rows)


def _totals(reports: Iterable[Report]) -> str:
    rows = [
        (texts.CHANNELS[report.channel], column.heading, f"`{column.counts}`")
        for report in reports
        for column in report.stored
        if column.counts
    ]
    return _table("channel | Graph's own daily count | is held against the people with", rows)


def _plans(text: str) -> str:
    rows = [
        (texts.CHANNELS.get(channel, channel), name, f"`{plan}`")
        for channel, plans in tomllib.loads(text).items()
        for name, plan in plans.items()
    ]
    return _table("channel | service plan | id", rows)


def _limits(example: str) -> str:
    """The settings that the example configuration names and that are numbers, with their bounds."""
    explained = _explained(example)
    rows = [
        (f"`[{section}] {name}`", f"{default:g}", bounds, explained[section, name])
        for section, name, default, bounds in _numeric_settings()
        if (section, name) in explained
    ]
    return _table("setting | default | may be | meaning", rows)


def _numeric_settings() -> Iterable[tuple[str, str, float, str]]:
    for section in _fields(Settings):
        for field in _fields(section.default.__class__):
            kind = field.type
            if isinstance(kind, msgspec.inspect.IntType | msgspec.inspect.FloatType):
                bounds = [
                    f"{word} {getattr(kind, sign):g}"
                    for sign, word in _BOUNDS.items()
                    if getattr(kind, sign) is not None
                ]
                yield section.name, field.name, field.default, ", ".join(bounds)


def _fields(kind: Any) -> Iterable[msgspec.inspect.Field]:
    info = msgspec.inspect.type_info(kind)
    return info.fields if isinstance(info, msgspec.inspect.StructType) else ()


def _explained(example: str) -> Mapping[tuple[str, str], str]:
    """Section and name of each setting in the example, with the comment beside it."""
    section, found = "", {}
    for line in example.splitlines():
        if line.startswith("["):
            section = line[1 : line.index("]")]
        elif match := _EXPLAINED.match(line):
            found[section, match[1]] = match[2] or "–"
    return found


def _labels(labels: Mapping[str, str]) -> str:
    return _table("code | in words", [(f"`{code}`", label) for code, label in labels.items()])


def _reasons() -> Iterable[tuple[str, ...]]:
    return [(f"`{code}`", reason.label, reason.advice) for code, reason in texts.REASONS.items()]


def _checks() -> Iterable[tuple[str, ...]]:
    return [(f"`{check}`", message) for check, message in texts.QUALITY.items()]


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _table(header: str, rows: Iterable[Iterable[str | None]]) -> str:
    columns = header.split(" | ")
    lines = [columns, ["---"] * len(columns)]
    lines += [[(cell or "").replace("|", "\\|") for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
