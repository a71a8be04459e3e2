"""HR's list (`headcount.csv`): the heads, and full-time equivalents, of a unit from a date on.

Text in, validated values out; everything wrong in the file is told at once.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from adoption.directory import clean_name, name_key
from adoption.errors import ConfigError
from adoption.units import Unit, UnitName, known_names, list_rows, read_list

_COLUMNS = ("unit", "date", "headcount", "fte")
_REQUIRED = ("unit", "date", "headcount")
_OPTIONAL = ("fte",)
_LOCAL_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_WHOLE = re.compile(r"\d+", re.ASCII)
_DECIMAL = re.compile(r"\d+([.,]\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Headcount:
    """The staff placed directly in one unit from `day` on; `fte` None: not told."""

    unit_id: str
    day: dt.date
    heads: int
    fte: float | None


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the list, as it names its unit."""

    unit_key: str
    count: Headcount


def load_headcounts(path: Path | None, units: Sequence[Unit]) -> tuple[Headcount, ...]:
    """The headcounts of the list at `path`, one for each unit and date; none without a list.

    Raises ConfigError: unreadable, or whatever `parse_headcounts` finds.
    """
    if path is None:
        return ()
    text = read_list(path, what="headcount list", key="units.headcount")
    return parse_headcounts(text, units, source=str(path))


def parse_headcounts(
    text: str, units: Sequence[Unit], *, source: str = "headcount.csv"
) -> tuple[Headcount, ...]:
    """The headcounts in `text`, one for each unit and date, in that order.

    Units go by the names and aliases that the register has on the date; what HR keeps apart under
    several aliases of one unit is added up. Raises ConfigError that lists every problem: a name
    that the register does not know, a date or number that is none, a line that stands twice.
    """
    problems: list[str] = []
    rows = list_rows(text, _COLUMNS, source=source, required=_REQUIRED, optional=_OPTIONAL)
    names = known_names(units)
    lines: dict[tuple[str, dt.date], _Line] = {}
    for number, row in rows:
        line = _parse_row(number, row, names, problems)
        if line is None:
            continue
        key = (line.unit_key, line.count.day)
        if key in lines:
            problems.append(
                f"Line {number}: '{clean_name(row['unit'])}' stands there twice for "
                f"{line.count.day}. Keep one line."
            )
        lines[key] = line
    if problems:
        raise ConfigError(f"{source}: " + " ".join(problems))
    return _added_up(line.count for line in lines.values())


def _parse_row(
    number: int, row: Mapping[str, str], names: Sequence[UnitName], problems: list[str]
) -> _Line | None:
    name, day = clean_name(row["unit"]), _date(row["date"])
    heads, fte = "".join(row["headcount"].split()), row.get("fte", "").strip()
    found = [
        f"'{row['date'].strip()}' is not a date (YYYY-MM-DD or DD.MM.YYYY)." if not day else "",
        f"headcount '{heads}' is not a whole number." if not _WHOLE.fullmatch(heads) else "",
        f"fte '{fte}' is not a number (31,5)." if fte and not _DECIMAL.fullmatch(fte) else "",
    ]
    unit_id = _unit_id(name_key(name), day or dt.date.max, names)
    if unit_id is None:
        found.append(
            f"the unit register does not know '{name}'. Add it there, as a unit or as an alias of "
            "one, or take the line out."
        )
    problems += [f"Line {number}: {problem}" for problem in found if problem]
    if any(found) or unit_id is None or day is None:
        return None
    decimal = float(fte.replace(",", ".")) if fte else None
    return _Line(name_key(name), Headcount(unit_id, day, int(heads), decimal))


def _date(text: str) -> dt.date | None:
    """A date as ISO or as Norwegians write it; None for any other text."""
    local = _LOCAL_DATE.fullmatch(text.strip())
    try:
        if local:
            return dt.date(int(local[3]), int(local[2]), int(local[1]))
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        return None


def _unit_id(key: str, day: dt.date, names: Sequence[UnitName]) -> str | None:
    return next(
        (n.unit_id for n in names if n.unit_key == key and n.valid_from <= day <= n.valid_to), None
    )


def _added_up(counts: Iterable[Headcount]) -> tuple[Headcount, ...]:
    """One headcount for each unit and date; `fte` only where all parts tell theirs."""
    sums: dict[tuple[str, dt.date], Headcount] = {}
    for count in counts:
        key = (count.unit_id, count.day)
        if before := sums.get(key):
            told = before.fte is not None and count.fte is not None
            fte = (before.fte or 0) + (count.fte or 0) if told else None
            count = Headcount(count.unit_id, count.day, before.heads + count.heads, fte)
        sums[key] = count
    return tuple(sums[key] for key in sorted(sums))
