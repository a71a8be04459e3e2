"""The privacy pack: what it says of columns, limits and sources is what the product does."""

import re
from pathlib import Path

import pytest

from adoption.catalog import Report, load_catalog
from adoption.directory import ACCOUNTS
from adoption.errors import ConfigError
from adoption.graph.directory import selected
from adoption.settings import Privacy, parse_settings

FOLDER = Path(__file__).parents[2] / "docs" / "personvern"
PAGES = sorted(FOLDER.glob("*.md"))
CATALOG = load_catalog()
PERSONS = [report for report in CATALOG.values() if report.grain == "person_day"]
ROLES = {None: "", "receive": "tar imot", "contribute": "bidrar", "other": "annen aktivitet"}
SOURCES = {True: "hver natt", False: "bare fra fil"}


def text_of(page: Path) -> str:
    """The page on one line, so that no sentence is broken."""
    return " ".join(page.read_text(encoding="utf-8").split())


def section(heading: str) -> str:
    """What stands in the record between `heading` and the next one."""
    record = (FOLDER / "protokoll-behandling.md").read_text(encoding="utf-8")
    return re.split(r"\n##", record.partition(f"# {heading}\n")[2])[0]


def cells(text: str) -> list[list[str]]:
    """The rows of the table in `text`, without its head and without the marks of code."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_record_names_every_report_that_speaks_of_persons() -> None:
    record = (FOLDER / "protokoll-behandling.md").read_text(encoding="utf-8")

    named = re.findall(r"\n### `(\w+)`", record)

    assert named == ["directory", *(report.name for report in PERSONS)]


@pytest.mark.parametrize("report", PERSONS, ids=lambda report: report.name)
def test_the_record_lists_just_what_is_stored_of_a_person(report: Report) -> None:
    text = section(f"`{report.name}`")

    assert cells(text) == [[c.heading, c.name, ROLES[c.role]] for c in report.stored]


@pytest.mark.parametrize("report", PERSONS, ids=lambda report: report.name)
def test_the_record_lists_just_what_is_thrown_away(report: Report) -> None:
    (told,) = re.findall(r"Lagres ikke: ([^.]+)\.", " ".join(section(f"`{report.name}`").split()))

    assert told.split(", ") == [
        column.heading for column in report.columns.values() if column not in report.stored
    ]


def test_the_record_lists_just_what_is_asked_and_stored_of_an_account() -> None:
    text = section("`directory`")
    asked = text.partition("fra `/users`:")[2].partition(".")[0]

    assert [row[0] for row in cells(text)] == ACCOUNTS.names
    assert re.findall(r"`(\w+)`", asked) == selected("department")


def test_the_record_tells_which_reports_are_fetched_and_which_come_by_hand() -> None:
    by_person = {
        report.name: re.findall(
            r"Microsofts rapport: `(\w+)`. Hentes: ([^.]+)\.", section(f"`{report.name}`")
        )
        for report in PERSONS
    }
    others = {row[0]: row[2] for row in cells(section("Vedlegg 2: rapporter uten enkeltkontoer"))}

    assert by_person == {r.name: [(r.function, SOURCES[r.is_pulled])] for r in PERSONS}
    assert others == {
        r.name: SOURCES[r.is_pulled] for r in CATALOG.values() if r.grain != "person_day"
    }


def test_the_pages_give_the_defaults_and_limits_of_the_settings() -> None:
    told = " ".join(text_of(page) for page in PAGES)

    assert set(re.findall(r"eldre enn (\d+) dager", told)) == {str(Privacy().retention_days)}
    assert set(re.findall(r"færre enn (\d+)", told)) == {str(Privacy().min_group)}
    assert set(re.findall(r"aldri under (\d+)", told)) == {lowest("min_group")}
    assert set(re.findall(r"minst (\d+) dager", told)) == {lowest("retention_days")}
    assert {row[0]: (row[2], row[3]) for row in cells(section("Innstillinger"))} == {
        name: (str(getattr(Privacy(), name)), f"minst {lowest(name)}")
        for name in ("retention_days", "min_group")
    }


def lowest(setting: str) -> str:
    """The limit that the configuration names when it refuses a lower value."""
    text = f'[organisation]\nname = "Fjordvik"\n[privacy]\n{setting} = 1\n'
    with pytest.raises(ConfigError, match=r">= (\d+)") as refused:
        parse_settings(text)
    return str(refused.value).partition(">= ")[2].split()[0].rstrip(".:")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_says_that_it_is_a_draft_for_the_data_protection_officer(page: Path) -> None:
    _, _, opening, *_ = page.read_text(encoding="utf-8").splitlines()

    assert opening.startswith("> **UTKAST (DRAFT)** til personvernombudet i [virksomheten].")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_leads_only_to_pages_that_are_there(page: Path) -> None:
    links = re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8"))

    assert [link for link in links if not (FOLDER / link).is_file()] == []
