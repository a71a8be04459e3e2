"""The unit register: what is read, and every problem told at once."""

import datetime as dt
from pathlib import Path

import pytest

from adoption.errors import ConfigError
from adoption.units import ROOT_ID, Unit, UnitName, known_names, load_register, parse_register

ALWAYS = (dt.date.min, dt.date.max)
HELSE = Unit("helse", "Helse", ROOT_ID, (), None, None, None)
HJEMMETJENESTEN = Unit(
    "hjemmetjenesten", "Hjemmetjenesten", "helse", ("hjemme nord", "hj.tj."), 40, None, None
)


def problems(*lines: str) -> str:
    with pytest.raises(ConfigError) as caught:
        parse_register("\n".join(("unit,parent,aliases,headcount", *lines)))
    return str(caught.value)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_register_is_read_with_any_delimiter_bom_and_line_end(
    delimiter: str, bom: str, line_end: str
) -> None:
    lines = [
        "Unit, parent,ALIASES,headcount",
        "Helse,,,",
        ",,,",
        " Hjemmetjenesten ,HELSE,Hjemme  nord|hj.tj.| |, 40 ",
    ]
    text = bom + "".join(line.replace(",", delimiter) + line_end for line in lines)

    assert parse_register(text) == (HELSE, HJEMMETJENESTEN)


def test_columns_are_found_by_heading_and_only_two_are_needed() -> None:
    assert parse_register("parent,unit\n,Helse\n") == (HELSE,)


def test_a_quoted_name_may_hold_the_delimiter() -> None:
    units = parse_register('unit,parent\n"Kultur, idrett",\n')

    assert [unit.unit_id for unit in units] == ["kultur, idrett"]


def test_a_unit_may_be_valid_for_a_time() -> None:
    units = parse_register(
        "unit,parent,valid_from,valid_to\nHelse,,2026-01-01,\nSkole,,,2026-06-30\n"
    )

    assert [(unit.valid_from, unit.valid_to) for unit in units] == [
        (dt.date(2026, 1, 1), None),
        (None, dt.date(2026, 6, 30)),
    ]


def test_a_parent_may_stand_below_its_children() -> None:
    units = parse_register("unit,parent\nSkole,Oppvekst\nOppvekst,\n")

    assert [(unit.unit_id, unit.parent_id) for unit in units] == [
        ("skole", "oppvekst"),
        ("oppvekst", ROOT_ID),
    ]


def test_names_and_aliases_lead_to_their_unit() -> None:
    assert sorted(known_names([HELSE, HJEMMETJENESTEN])) == [
        ("helse", "helse", *ALWAYS),
        ("hj.tj.", "hjemmetjenesten", *ALWAYS),
        ("hjemme nord", "hjemmetjenesten", *ALWAYS),
        ("hjemmetjenesten", "hjemmetjenesten", *ALWAYS),
    ]


def test_a_units_own_name_as_its_alias_is_no_second_use() -> None:
    units = parse_register("unit,parent,aliases\nHelse,,helse|HELSE\n")

    assert known_names(units) == [UnitName("helse", "helse", *ALWAYS)]


def test_a_name_leads_to_the_unit_that_took_it_over_last() -> None:
    units = parse_register(
        "unit,parent,aliases,valid_from,valid_to\n"
        "Merged,,North|South,2026-07-01,\n"
        "North,,,,2026-06-30\n"
        "South,,,2026-01-01,2026-03-31\n"
    )

    assert sorted(known_names(units)) == [
        ("merged", "merged", *ALWAYS),
        ("north", "merged", dt.date(2026, 7, 1), dt.date.max),
        ("north", "north", dt.date.min, dt.date(2026, 6, 30)),
        ("south", "merged", dt.date(2026, 7, 1), dt.date.max),
        ("south", "south", dt.date.min, dt.date(2026, 6, 30)),
    ]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (
            ["North,,,,2026-06-30", "Merged,,North,2026-06-30,"],
            "'north' is the name or alias of more than one unit.",
        ),
        (
            ["North,,,,2026-06-30", "Merged,,North,,"],
            "'north' is the name or alias of more than one unit.",
        ),
        (
            ["North,,,,2026-06-30", "North,Care,,2026-07-01,", "Care,,,,"],
            "'north' is the name of more than one unit. Give the later one a name of its own, with "
            "'north' as an alias.",
        ),
        (
            ["North,,,2026-06-30,2026-06-29"],
            "Line 2: valid_to 2026-06-29 is before valid_from 2026-06-30.",
        ),
    ],
)
def test_what_is_wrong_with_the_days_of_units_is_told(lines: list[str], told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_register("\n".join(("unit,parent,aliases,valid_from,valid_to", *lines)))

    assert str(caught.value) == f"units.csv: {told}"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["Helse,,,", "HELSE,,,"], "'helse' is the name or alias of more than one unit."),
        (["Helse,,Skole,", "Skole,,,"], "'skole' is the name or alias of more than one unit."),
        (["Helse,,x|y,", "Skole,,Y,"], "'y' is the name or alias of more than one unit."),
        (
            ["Helse,Omsorg,,"],
            "'Helse' hangs under 'omsorg', which is not a unit of the register.",
        ),
        (
            ["Helse,omsorg,,", "Pleie,,Omsorg,"],
            "'Helse' hangs under 'omsorg', which is not a unit of the register.",
        ),
        (["Helse,Helse,,"], "'Helse' hangs under itself (a cycle)."),
        (
            ["A,C,,", "B,A,,", "C,B,,", "Below,A,,"],
            "'A' hangs under itself (a cycle). 'B' hangs under itself (a cycle). "
            "'C' hangs under itself (a cycle).",
        ),
        (["Helse,,,12.5"], "Line 2: headcount '12.5' is not a whole number."),
        (["Helse,,,-1"], "Line 2: headcount '-1' is not a whole number."),
        (["Helse,,,٤"], "Line 2: headcount '٤' is not a whole number."),
        ([",Helse,,4", "Helse,,,"], "Line 2 has no unit name."),
        (["(Unmapped),,,"], "Line 2: '(Unmapped)' is a name that the product uses itself."),
        (
            ["(no  department),,,", "(organisation),,,"],
            "Line 2: '(no department)' is a name that the product uses itself. "
            "Line 3: '(organisation)' is a name that the product uses itself. "
            "'(organisation)' hangs under itself (a cycle).",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(lines: list[str], told: str) -> None:
    assert problems(*lines) == f"units.csv: {told}"


def test_a_date_that_is_none_is_told_with_its_line() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_register("unit,parent,valid_from\nHelse,,\nSkole,,1.1.2026\n")

    assert str(caught.value) == "units.csv: Line 3: '1.1.2026' is not a date (YYYY-MM-DD)."


def test_several_problems_are_told_at_once() -> None:
    assert problems("Helse,Omsorg,,x", "helse,,,", "Skole,Skole,,") == (
        "units.csv: Line 2: headcount 'x' is not a whole number. "
        "'helse' is the name or alias of more than one unit. "
        "'Helse' hangs under 'omsorg', which is not a unit of the register. "
        "'Skole' hangs under itself (a cycle)."
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("unit,chief\nHelse,Ann\n", "Missing: parent; unknown: chief."),
        ("navn;overordnet\n", "Missing: unit, parent; unknown: navn, overordnet."),
        ("", "Missing: unit, parent; unknown: none."),
    ],
)
def test_a_first_line_that_does_not_name_the_columns_is_refused(text: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_register(text)

    assert str(caught.value) == (
        "units.csv: the first line must name the columns unit,parent,aliases,headcount (optionally "
        f"valid_from, valid_to). {told}"
    )


def test_a_line_with_too_many_cells_is_refused() -> None:
    assert problems("Helse,,,40,,x") == "units.csv: line 2 has more cells than the heading."


def test_without_a_register_there_are_no_units() -> None:
    assert load_register(None) == ()


def test_a_register_is_read_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_bytes("\ufeffunit;parent\r\nHelse;\r\n".encode())

    assert load_register(path) == (HELSE,)


def test_a_register_that_cannot_be_read_is_told_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_bytes("unit,parent\nSørvest,\n".encode("cp1252"))

    with pytest.raises(ConfigError, match=r"Save it as CSV in UTF-8, or take 'units\.register'"):
        load_register(path)
    with pytest.raises(ConfigError, match=r"^Cannot read the unit register .*missing\.csv"):
        load_register(tmp_path / "missing.csv")
