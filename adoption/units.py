"""The unit register (`config/units.csv`): which units there are, under which, with how many heads.

Text in, validated values out; everything wrong in the file is told at once.
"""

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from adoption.directory import clean_name, name_key
from adoption.errors import ConfigError

ROOT_ID = "(organisation)"
UNMAPPED_ID = "(unmapped)"
NO_DEPARTMENT_ID = "(no department)"
RESERVED = frozenset({ROOT_ID, UNMAPPED_ID, NO_DEPARTMENT_ID})

_COLUMNS = ("unit", "parent", "aliases", "headcount", "valid_from", "valid_to")
_REQUIRED = ("unit", "parent")


@dataclass(frozen=True, slots=True)
class Unit:
    """One line of the register. `unit_id` is the name's key; a blank parent is the organisation."""

    unit_id: str
    unit: str
    parent_id: str
    alias_keys: tuple[str, ...]
    headcount: int | None
    valid_from: dt.date | None
    valid_to: dt.date | None


def load_register(path: Path | None) -> tuple[Unit, ...]:
    """The units of the register at `path`; none where there is no register.

    Raises ConfigError: unreadable, or whatever `parse_register` finds.
    """
    if path is None:
        return ()
    try:
        return parse_register(path.read_text(encoding="utf-8-sig"), source=str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"Cannot read the unit register {path}: {error}. Save it as CSV in UTF-8, or take "
            "'units.register' out of the configuration."
        ) from error


def parse_register(text: str, *, source: str = "units.csv") -> tuple[Unit, ...]:
    """The units in `text`: comma, semicolon or tab between cells, columns by heading.

    Raises ConfigError that lists every problem: a name or alias used twice, an unknown parent, a
    cycle, a headcount or date that is none.
    """
    problems: list[str] = []
    units = tuple(_parse_row(line, row, problems) for line, row in _rows(text, source))
    problems += _name_problems(units)
    problems += _parent_problems(units)
    if problems:
        raise ConfigError(f"{source}: " + " ".join(problems))
    return units


def _rows(text: str, source: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    lines = text.removeprefix("\ufeff")
    first = lines.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(lines), delimiter=delimiter)
    headings = [clean_name(name).casefold() for name in reader.fieldnames or ()]
    missing = [name for name in _REQUIRED if name not in headings]
    unknown = [name for name in headings if name not in _COLUMNS]
    if missing or unknown:
        raise ConfigError(
            f"{source}: the first line must name the columns {','.join(_COLUMNS[:4])} (optionally "
            f"valid_from, valid_to). Missing: {', '.join(missing) or 'none'}; unknown: "
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
    return Unit(
        unit_id=name_key(name),
        unit=name,
        parent_id=name_key(row["parent"]) or ROOT_ID,
        alias_keys=tuple(alias for alias in aliases if alias),
        headcount=int(headcount) if headcount else None,
        valid_from=_date(row.get("valid_from", ""), line, problems),
        valid_to=_date(row.get("valid_to", ""), line, problems),
    )


def _date(text: str, line: int, problems: list[str]) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        problems.append(f"Line {line}: '{text.strip()}' is not a date (YYYY-MM-DD).")
        return None


def _name_problems(units: Sequence[Unit]) -> list[str]:
    uses = Counter(key for unit in units for key in {unit.unit_id, *unit.alias_keys})
    twice = sorted(key for key, count in uses.items() if count > 1)
    return [f"'{key}' is the name or alias of more than one unit." for key in twice]


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


def known_names(units: Sequence[Unit]) -> list[tuple[str, str]]:
    """(name key, unit_id) for each name and alias of the register."""
    return [(key, unit.unit_id) for unit in units for key in {unit.unit_id, *unit.alias_keys}]
