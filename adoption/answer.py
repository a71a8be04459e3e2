"""The answer to a query as text: a table to look at, CSV or JSON to go on with.

Values stay as the warehouse holds them: rates are fractions with all their decimals, days are ISO,
and what is not known is never an empty cell that could be read as a zero.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TextIO

import msgspec

from adoption.errors import ConfigError

if TYPE_CHECKING:
    from rich.console import JustifyMethod, RenderableType

ON_SCREEN = 100
"""Rows that a terminal is given; more would scroll away. What is piped or written has all."""
_WRAPS_AT = 24  # characters that a column of text keeps, where a table must become narrower
_BETWEEN = "   "  # what the box and its padding put between two columns
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_JSON = msgspec.json.Encoder(decimal_format="number", enc_hook=str)


@dataclass(frozen=True, slots=True)
class Answer:
    """The names of the columns, and the rows."""

    names: Sequence[str]
    rows: Sequence[Sequence[Any]]


def write_answer(answer: Answer, form: str, out: TextIO) -> None:
    """Writes `answer` to `out` as `table` (drawn to fit where `out` is a terminal), `csv`, `json`.

    Raises ConfigError for JSON of two columns with one name.
    """
    if form == "table" and out.isatty():
        _show(answer, out)
        return
    if isinstance(out, io.TextIOWrapper):  # a program reads it: on Windows too, the same bytes
        out.reconfigure(encoding="utf-8", newline="")
    out.write({"table": render_table, "csv": render_csv, "json": render_json}[form](answer))


def render_csv(answer: Answer) -> str:
    """By RFC 4180: lines end in CR LF, cells are quoted where needed, NULL is empty."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(answer.names)
    writer.writerows([None if v is None else _text(v) for v in row] for row in answer.rows)
    return out.getvalue()


def render_json(answer: Answer) -> str:
    """A list of objects, one per row; what JSON has no number for (NaN, infinity) is null."""
    twice = sorted({name for name in answer.names if answer.names.count(name) > 1})
    if twice:
        raise ConfigError(
            f"Two columns are named {' and '.join(twice)}; an object can hold one. Rename the "
            "other with 'as', or ask for --format csv."
        )
    rows = [dict(zip(answer.names, row, strict=True)) for row in answer.rows]
    return msgspec.json.format(_JSON.encode(rows), indent=1).decode() + "\n"


def render_table(answer: Answer) -> str:
    """Columns padded to their widest cell, numbers to the right; nothing is cut."""
    rows = [answer.names, *([_cell(value) for value in row] for row in answer.rows)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    to_right = [_is_number(answer, number) for number in range(len(widths))]
    rows.insert(1, ["-" * width for width in widths])
    lines = [
        "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, to_right, strict=True)
        ).rstrip()
        for row in rows
    ]
    return "\n".join((*lines, f"({_count(answer)})", ""))


def _show(answer: Answer, out: TextIO) -> None:
    """On a terminal: text wraps; where even that is too wide, each row is drawn as a record."""
    from rich.console import Console

    console = Console(file=out, markup=False, highlight=False, emoji=False)
    seen = Answer(answer.names, answer.rows[:ON_SCREEN])
    widths = [_least_width(seen, number) for number in range(len(seen.names))]
    fits = sum(widths) + len(_BETWEEN) * (len(widths) - 1) <= console.width
    console.print(_drawn_table(seen, widths) if fits else _drawn_records(seen))
    more = "" if len(answer.rows) <= ON_SCREEN else f", the first {ON_SCREEN} shown; a file has all"
    console.print(f"({_count(answer)}{more})")


def _least_width(answer: Answer, number: int) -> int:
    cells = [_cell(row[number]) for row in answer.rows]
    longest = max(map(len, cells), default=0)
    is_text = any(isinstance(row[number], str) for row in answer.rows)
    return max(len(answer.names[number]), min(longest, _WRAPS_AT) if is_text else longest)


def _drawn_table(answer: Answer, widths: Sequence[int]) -> "RenderableType":
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for number, (name, width) in enumerate(zip(answer.names, widths, strict=True)):
        side: JustifyMethod = "right" if _is_number(answer, number) else "left"
        table.add_column(name, justify=side, min_width=width, overflow="fold")
    for row in answer.rows:
        table.add_row(*(_drawn_cell(value) for value in row))
    return table


def _drawn_records(answer: Answer) -> "RenderableType":
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for row in answer.rows:
        for name, value in zip(answer.names, row, strict=True):
            table.add_row(name, _drawn_cell(value))
        table.add_row()
    return table


def _drawn_cell(value: Any) -> "RenderableType":
    from rich.text import Text

    return Text(_cell(value), style="dim italic" if value is None else "")


def _cell(value: Any) -> str:
    """One line, without what would steer the terminal."""
    return "NULL" if value is None else _CONTROL.sub(" ", _text(value))


def _text(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case dt.datetime():
            return value.isoformat()
        case Sequence() | Mapping() if not isinstance(value, str):
            return _JSON.encode(value).decode()
        case _:
            return str(value)


def _is_number(answer: Answer, number: int) -> bool:
    known = [row[number] for row in answer.rows if row[number] is not None]
    return bool(known) and all(
        isinstance(value, int | float | Decimal) and not isinstance(value, bool) for value in known
    )


def _count(answer: Answer) -> str:
    return f"{len(answer.rows)} row{'' if len(answer.rows) == 1 else 's'}"
