"""HR's list: what is read, whose it is, and every problem told at once."""

import datetime as dt
from pathlib import Path

import pytest

from adoption.errors import ConfigError
from adoption.headcount import Headcount, load_headcounts, parse_headcounts
from adoption.units import parse_register

UNITS = parse_register(
    "unit,parent,aliases,valid_from,valid_to\n"
    "Hjemmetjenesten nord,,Hjemmesykepleien nord|HJ.TJ. Nord,,\n"
    "Skole,,,,2026-06-30\n"
    "Oppvekstsenter,,Skole,2026-07-01,\n"
)
JANUARY, JULY = dt.date(2026, 1, 1), dt.date(2026, 7, 1)
NORTH = "hjemmetjenesten nord"


def problems(*lines: str) -> str:
    with pytest.raises(ConfigError) as caught:
        parse_headcounts("\n".join(("unit,date,headcount,fte", *lines)), UNITS)
    return str(caught.value)


@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_norwegian_spreadsheets_spellings_are_read(bom: str, line_end: str) -> None:
    lines = ["Unit;Date;Headcount;FTE", "Hjemmetjenesten nord;01.07.2026;1 052; 31,5 ", ";;;"]

    counts = parse_headcounts(bom + line_end.join(lines), UNITS)

    assert counts == (Headcount(NORTH, JULY, 1052, 31.5),)


def test_full_time_equivalents_may_be_left_out() -> None:
    without = parse_headcounts(f"unit,date,headcount\n{NORTH},2026-01-01,52\n", UNITS)
    blank = parse_headcounts(f"unit,date,headcount,fte\n{NORTH},2026-01-01,52,\n", UNITS)

    assert without == blank == (Headcount(NORTH, JANUARY, 52, None),)


def test_a_unit_goes_by_its_names_in_the_register_on_the_date() -> None:
    counts = parse_headcounts(
        "unit,date,headcount\nSKOLE,2026-01-01,41\nskole,2026-07-01,43\nhj.tj.  nord,2026-07-01,52",
        UNITS,
    )

    assert counts == (
        Headcount(NORTH, JULY, 52, None),
        Headcount("oppvekstsenter", JULY, 43, None),
        Headcount("skole", JANUARY, 41, None),
    )


def test_what_hr_keeps_apart_under_aliases_of_one_unit_is_added_up() -> None:
    counts = parse_headcounts(
        "unit,date,headcount,fte\n"
        "Hjemmetjenesten nord,2026-01-01,40,30.5\n"
        "Hjemmesykepleien nord,2026-01-01,12,8\n"
        "Hjemmetjenesten nord,2026-07-01,40,30.5\n"
        "Hjemmesykepleien nord,2026-07-01,12,\n",
        UNITS,
    )

    assert counts == (Headcount(NORTH, JANUARY, 52, 38.5), Headcount(NORTH, JULY, 52, None))


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (
            ["Attic,2026-01-01,4,"],
            "Line 2: the unit register does not know 'Attic'. Add it there, as a unit or as an "
            "alias of one, or take the line out.",
        ),
        (
            [",2026-01-01,4,"],
            "Line 2: the unit register does not know ''. Add it there, as a unit or as an alias of "
            "one, or take the line out.",
        ),
        (
            ["Skole,31.2.2026,4,"],
            "Line 2: '31.2.2026' is not a date (YYYY-MM-DD or DD.MM.YYYY).",
        ),
        (["Skole,,4,"], "Line 2: '' is not a date (YYYY-MM-DD or DD.MM.YYYY)."),
        (["Skole,2026-01-01,,"], "Line 2: headcount '' is not a whole number."),
        (["Skole,2026-01-01,-1,"], "Line 2: headcount '-1' is not a whole number."),
        (["Skole,2026-01-01,4.5,"], "Line 2: headcount '4.5' is not a whole number."),
        (["Skole,2026-01-01,4,many"], "Line 2: fte 'many' is not a number (31,5)."),
        (
            ["Skole,2026-01-01,4,", "SKOLE,1.1.2026,5,"],
            "Line 3: 'SKOLE' stands there twice for 2026-01-01. Keep one line.",
        ),
        (
            ["Skole,2026-01-01,x,", "Attic,soon,5,"],
            "Line 2: headcount 'x' is not a whole number. "
            "Line 3: 'soon' is not a date (YYYY-MM-DD or DD.MM.YYYY). "
            "Line 3: the unit register does not know 'Attic'. Add it there, as a unit or as an "
            "alias of one, or take the line out.",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(lines: list[str], told: str) -> None:
    assert problems(*lines) == f"headcount.csv: {told}"


def test_a_first_line_that_does_not_name_the_columns_is_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_headcounts("enhet;dato;antall\n", UNITS)

    assert str(caught.value) == (
        "headcount.csv: the first line must name the columns unit,date,headcount (optionally fte). "
        "Missing: unit, date, headcount; unknown: enhet, dato, antall."
    )


def test_the_list_is_read_from_its_file_and_without_one_there_are_no_headcounts(
    tmp_path: Path,
) -> None:
    path = tmp_path / "headcount.csv"
    path.write_text("unit;date;headcount\nSkole;2026-01-01;41\n", encoding="utf-8-sig")

    assert load_headcounts(path, UNITS) == (Headcount("skole", JANUARY, 41, None),)
    assert load_headcounts(None, UNITS) == ()


def test_a_list_that_cannot_be_read_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"or take 'units\.headcount' out of the configuration"):
        load_headcounts(tmp_path / "missing.csv", UNITS)
