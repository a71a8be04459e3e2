"""The unit register (`config/units.csv`): which units there are, under which, with how many heads.

Text in, validated values out; everything wrong in the file is told at once.
"""

import csv
import datetime as dt
import io
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from adoption.directory import clean_name, name_key
from adoption.errors import ConfigError

ROOT_ID = "(organisation)"
UNMAPPED_ID = "(unmapped)"
NO_DEPARTMENT_ID = "(no department)"
RESERVED = frozenset({ROOT_ID, UNMAPPED_ID, NO_DEPARTMENT_ID})

_COLUMNS = ("unit", "parent", "aliases", "headcount", "valid_from", "valid_to")
_REQUIRED = ("unit", "parent")
_OPTIONAL = ("valid_from", "valid_to")


@dataclass(frozen=True, slots=True)
class Unit:
    """One line of the register. `unit_id` is the name's key; a blank parent is the organisation.

    `valid_from` and `valid_to` (both included) are the days on which the unit is there; None: no
    bound.
    """

    unit_id: str
    unit: str
    parent_id: str
    alias_keys: tuple[str, ...]
    headcount: int | None
    valid_from: dt.date | None
    valid_to: dt.date | None


class UnitName(NamedTuple):
    """A name or alias, and the unit that it leads to on the days of a span (both included)."""

    unit_key: str
    unit_id: str
    valid_from: dt.date
    valid_to: dt.date


def load_register(path: Path | None) -> tuple[Unit, ...]:
    """The units of the register at `path`; none where there is no register.

    Raises ConfigError: unreadable, or whatever `parse_register` finds.
    """
    if path is None:
        return ()
    text = read_list(path, what="unit register", key="units.register")
    return parse_register(text, source=str(path))


def read_list(path: Path, *, what: str, key: str) -> str:
    """The text of a list kept by hand; raises ConfigError naming `what` and the setting `key`."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"Cannot read the {what} {path}: {error}. Save it as CSV in UTF-8, or take "
            f"'{key}' out of the configuration."
        ) from error


def parse_register(text: str, *, source: str = "units.csv") -> tuple[Unit, ...]:
    """The units in `text`: comma, semicolon or tab between cells, columns by heading.

    Raises ConfigError that lists every problem: a name or alias used twice, an unknown parent, a
    cycle, a headcount or date that is none. Units whose days do not overlap may share a name.
    """
    problems: list[str] = []
    rows = list_rows(text, _COLUMNS, source=source, required=_REQUIRED, optional=_OPTIONAL)
    units = tuple(_parse_row(line, row, problems) for line, row in rows)
    problems += _name_problems(units)
    problems += _parent_problems(units)
    if problems:
        raise ConfigError(f"{source}: " + " ".join(problems))
    return units


def list_rows(
    text: str,
    columns: Sequence[str],
    *,
    source: str,
    required: Sequence[str],
    optional: Sequence[str],
) -> Iterator[tuple[int, Mapping[str, str]]]:
    """(line number, cells by column) of a list kept by hand; rows without any text are left out.

    Comma, semicolon or tab, whichever the first line has most of. Raises ConfigError where that
    line does not name the columns, or a row has more cells than it.
    """
    lines = text.removeprefix("\ufeff")
    first = lines.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(lines), delimiter=delimiter)
    headings = [clean_name(name).casefold() for name in reader.fieldnames or ()]
    missing = [name for name in required if name not in headings]
    unknown = [name for name in headings if name not in columns]
    if missing or unknown:
        usual = ",".join(name for name in columns if name not in optional)
        raise ConfigError(
            f"{source}: the first line must name the columns {usual} (optionally "
            f"{', '.join(optional)}). Missing: {', '.join(missing) or 'none'}; unknown: "
            f"{', '.join(unknown) or 'none'}."
        )
    reader.fieldnames = headings
    for row in reader:
        if None in row:
            raise ConfigError(f"{source}: line {reader.line_num} has more cells than the heading.")
        if any((value or "").strip() for value in row.values()):
            yield reader.line_num, {name: value or "" for name, value in row.items()}


def _parse_row(line: int, row: Mapping[str, str], problems: list[str]) -> Unit:
    name = clean_name(row["unit"])
    if not name:
        problems.append(f"Line {line} has no unit name.")
    if name_key(name) in RESERVED:
        problems.append(f"Line {line}: '{name}' is a name that the product uses itself.")
    headcount = row.get("headcount", "").strip()
    if headcount and not headcount.isascii() or headcount and not headcount.isdigit():
        problems.append(f"Line {line}: headcount '{headcount}' is not a whole number.")
        headcount = ""
    aliases = (name_key(alias) for alias in row.get("aliases", "").split("|"))
    valid_from = _date(row.get("valid_from", ""), line, problems)
    valid_to = _date(row.get("valid_to", ""), line, problems)
    if valid_from and valid_to and valid_to < valid_from:
        problems.append(f"Line {line}: valid_to {valid_to} is before valid_from {valid_from}.")
    return Unit(
        unit_id=name_key(name),
        unit=name,
        parent_id=name_key(row["parent"]) or ROOT_ID,
        alias_keys=tuple(alias for alias in aliases if alias),
        headcount=int(headcount) if headcount else None,
        valid_from=valid_from,
        valid_to=valid_to,
    )


def _date(text: str, line: int, problems: list[str]) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        problems.append(f"Line {line}: '{text.strip()}' is not a date (YYYY-MM-DD).")
        return None


def _name_problems(units: Sequence[Unit]) -> list[str]:
    """Names that more than one unit has on the same day, and units with two lines."""
    problems = []
    for key, holders in sorted(_holders(units).items()):
        if any(_overlap(one, other) for one, other in itertools.pairwise(holders)):
            problems.append(f"'{key}' is the name or alias of more than one unit.")
        elif sum(unit.unit_id == key for unit in holders) > 1:
            problems.append(
                f"'{key}' is the name of more than one unit. Give the later one a name of its own, "
                f"with '{key}' as an alias."
            )
    return problems


def _holders(units: Sequence[Unit]) -> Mapping[str, Sequence[Unit]]:
    """The units that have each name or alias, in the order of their first days."""
    holders: dict[str, list[Unit]] = {}
    for unit in sorted(units, key=lambda unit: unit.valid_from or dt.date.min):
        for key in {unit.unit_id, *unit.alias_keys}:
            holders.setdefault(key, []).append(unit)
    return holders


def _overlap(one: Unit, later: Unit) -> bool:
    return (later.valid_from or dt.date.min) <= (one.valid_to or dt.date.max)


def _parent_problems(units: Sequence[Unit]) -> list[str]:
    parents = {unit.unit_id: unit.parent_id for unit in units}
    problems = [
        f"'{unit.unit}' hangs under '{unit.parent_id}', which is not a unit of the register."
        for unit in units
        if unit.parent_id != ROOT_ID and unit.parent_id not in parents
    ]
    return problems + [
        f"'{unit.unit}' hangs under itself (a cycle)." for unit in units if _in_cycle(unit, parents)
    ]


def _in_cycle(unit: Unit, parents: Mapping[str, str]) -> bool:
    seen, at = {unit.unit_id}, unit.parent_id
    while at in parents:
        if at == unit.unit_id:
            return True
        if at in seen:
            return False
        seen.add(at)
        at = parents[at]
    return False


def known_names(units: Sequence[Unit]) -> list[UnitName]:
    """Where each name and alias of the register leads, on every day that there is.

    To the unit that took the name over last, on or before the day; before the first, to the
    first. So whoever the directory still places in a closed unit stays there, unless another unit
    has its name since.
    """
    return [
        UnitName(key, unit.unit_id, first, last)
        for key, holders in _holders(units).items()
        for unit, first, last in _spans(holders)
    ]


def _spans(holders: Sequence[Unit]) -> Iterator[tuple[Unit, dt.date, dt.date]]:
    starts = [dt.date.min, *(unit.valid_from or dt.date.min for unit in holders[1:]), None]
    for unit, (first, following) in zip(holders, itertools.pairwise(starts), strict=True):
        assert first is not None
        yield unit, first, following - dt.timedelta(1) if following else dt.date.max
