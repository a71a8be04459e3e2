"""What changes in the organisation changes no window that has ended: from directory to figures."""

import datetime as dt
from collections.abc import Sequence

import duckdb
import pytest

from adoption.units import known_names, parse_register
from tests.tables import drawn, given, run_chain

SUNDAYS = ("2026-01-04", "2026-02-01", "2026-03-01")
REGISTER = "unit,parent,aliases,headcount,valid_from,valid_to"
BEFORE = ("Care,,,,,", "North,Care,,,,", "South,Care,,,,")


def place(db: duckdb.DuckDBPyConnection, register: Sequence[str], *people: str) -> None:
    """The register, and a person a line: their unit in the snapshot of each of the Sundays."""
    units = parse_register("\n".join((REGISTER, *register)))
    lines = [
        f"{u.unit_id} | {u.unit} | {u.parent_id} | {'' if u.headcount is None else u.headcount} | "
        f"{u.valid_from or ''} | {u.valid_to or ''}"
        for u in units
    ]
    header = "unit_id | unit | parent_id | headcount | valid_from | valid_to"
    given(db, "config.unit", "\n".join((header, *lines)))
    names = ["unit_key | unit_id | valid_from | valid_to"]
    names += [" | ".join(map(str, name)) for name in known_names(units)]
    given(db, "config.unit_name", "\n".join(names))
    given(db, "core.evaluation_day", "\n".join(("window_end", *SUNDAYS)))
    snapshots = "\n".join(f"directory | {day}" for day in SUNDAYS)
    given(db, "staging.snapshot", f"report | day\n{snapshots}")
    rows = ["day | person_id | unit_key | account_class | is_enabled | is_excluded"]
    for line in people:
        person, *where = (cell.strip() for cell in line.split("|"))
        for day, unit in zip(SUNDAYS, where, strict=True):
            rows += [f"{day} | {person} | {unit} | member | true | false"] if unit else []
    given(db, "staging.directory", "\n".join(rows))


def staff(db: duckdb.DuckDBPyConnection, *units: str) -> dict[str, list[str]]:
    """Unit to its staff on each Sunday, where it has a row: day of the month and staff."""
    funnel = drawn(run_chain(db, "core.unit_funnel"), "unit_id, window_end, staff")
    cells = [line.split(" | ") for line in funnel]
    return {
        unit: [f"{SUNDAYS.index(day)}: {count}" for name, day, count in cells if name == unit]
        for unit in units
    }


def moves(db: duckdb.DuckDBPyConnection, unit: str) -> list[str]:
    columns = 'persons_before, joined, "left", moved_in, moved_out, persons_now'
    relation = run_chain(db, "core.unit_movement").filter(f"unit_id = '{unit}'")
    return [line.split(" | ", 1)[1] for line in drawn(relation, f"window_end, {columns}")]


def test_who_moves_is_counted_where_they_were_and_then_where_they_are(
    db: duckdb.DuckDBPyConnection,
) -> None:
    place(
        db,
        BEFORE,
        "ann | north | north | south",
        "bob | north | north |",
        "cy | south | south | south",
    )

    assert staff(db, "north", "south", "care") == {
        "north": ["0: 2", "1: 2", "2: 0"],
        "south": ["0: 1", "1: 1", "2: 2"],
        "care": ["0: 3", "1: 3", "2: 2"],
    }
    assert moves(db, "north") == [
        " |  |  |  |  |",
        "2 | 0 | 0 | 0 | 0 | 2",
        "2 | 0 | 1 | 0 | 1 | 0",
    ]
    assert moves(db, "care")[2] == "3 | 0 | 1 | 0 | 0 | 2"


def test_a_renamed_unit_keeps_its_history_under_its_new_name(
    db: duckdb.DuckDBPyConnection,
) -> None:
    register = ("Care,,,,,", "Home care,Care,North,,,", "South,Care,,,,")

    place(db, register, "ann | north | north | home care", "bob | north | home care | north")

    assert staff(db, "home care") == {"home care": ["0: 2", "1: 2", "2: 2"]}
    assert moves(db, "home care")[1:] == ["2 | 0 | 0 | 0 | 0 | 2"] * 2


def test_units_merged_by_aliases_alone_are_one_unit_in_the_past_too(
    db: duckdb.DuckDBPyConnection,
) -> None:
    register = ("Care,,,,,", "Home care,Care,North|South,,,")

    place(db, register, "ann | north | north | home care", "bob | south | south | south")

    assert staff(db, "home care", "care") == {
        "home care": ["0: 2", "1: 2", "2: 2"],
        "care": ["0: 2", "1: 2", "2: 2"],
    }
    assert moves(db, "home care")[1:] == ["2 | 0 | 0 | 0 | 0 | 2"] * 2


MERGED = (
    "Care,,,,,",
    "North,Care,,20,,2026-02-15",
    "South,Care,,10,,2026-02-15",
    "Home care,Care,North|South,30,2026-02-16,",
)


def test_units_merged_on_a_day_stay_apart_before_it(db: duckdb.DuckDBPyConnection) -> None:
    place(db, MERGED, "ann | north | north | north", "bob | south | south | home care")

    assert staff(db, "north", "south", "home care", "care") == {
        "north": ["0: 20", "1: 20"],
        "south": ["0: 10", "1: 10"],
        "home care": ["2: 30"],
        "care": ["0: 30", "1: 30", "2: 30"],
    }
    assert moves(db, "home care")[2] == "0 | 0 | 0 | 2 | 0 | 2"
    assert moves(db, "care")[2] == "2 | 0 | 0 | 0 | 0 | 2"


def test_a_merger_to_come_changes_nothing_yet(db: duckdb.DuckDBPyConnection) -> None:
    people = ("ann | north | north |", "bob | south | south |")
    place(db, ("Care,,,,,", "North,Care,,20,,", "South,Care,,10,,"), *people)
    before = staff(db, "north", "south", "home care", "care")

    place(db, tuple(line.replace("2026-02-", "2026-03-") for line in MERGED), *people)
    db.execute("drop table core.unit_funnel")

    assert staff(db, "north", "south", "home care", "care") == before


def test_a_closed_unit_keeps_its_past_and_has_no_row_once_it_is_empty(
    db: duckdb.DuckDBPyConnection,
) -> None:
    register = ("Care,,,,,", "North,Care,,20,,2026-01-31", "South,Care,,10,,")

    place(db, register, "ann | north | north | south", "bob | south | south | south")

    assert staff(db, "north", "south", "care") == {
        "north": ["0: 20", "1: 1"],  # the headcount is none any more; ann is still there
        "south": ["0: 10", "1: 10", "2: 10"],
        "care": ["0: 30", "1: 11", "2: 10"],
    }


def test_a_sector_that_is_closed_stands_as_long_as_a_unit_below_it(
    db: duckdb.DuckDBPyConnection,
) -> None:
    register = ("Care,,,5,,2026-01-31", "North,Care,,20,,2026-02-28")

    place(db, register, "ann | north | north |")

    assert staff(db, "care") == {"care": ["0: 25", "1: 20"]}


def test_a_unit_hung_under_another_sector_on_a_day_counts_there_from_that_day(
    db: duckdb.DuckDBPyConnection,
) -> None:
    register = (
        "Care,,,,,",
        "Culture,,,,,",
        "School,Care,,,,2026-02-15",
        "School (Culture),Culture,School,,2026-02-16,",
    )

    place(db, register, "ann | school | school | school")

    assert staff(db, "care", "culture") == {
        "care": ["0: 1", "1: 1", "2: 0"],
        "culture": ["0: 0", "1: 0", "2: 1"],
    }


@pytest.mark.parametrize("day", [dt.date(2026, 1, 4), dt.date(2026, 3, 1)])
def test_a_later_headcount_of_hrs_leaves_earlier_windows_as_they_are(
    db: duckdb.DuckDBPyConnection, day: dt.date
) -> None:
    place(db, BEFORE, "ann | north | north | north")
    rows = "unit_id | day | headcount\nnorth | 2026-01-01 | 20"
    given(db, "config.headcount", f"{rows}\nnorth | {day} | 30")

    kept = {dt.date(2026, 1, 4): ["0: 30", "1: 30"], dt.date(2026, 3, 1): ["0: 20", "1: 20"]}
    assert staff(db, "north") == {"north": [*kept[day], "2: 30"]}
