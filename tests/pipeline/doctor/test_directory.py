"""`adoption check` on the tenant's products, the directory and the units."""

from pathlib import Path

import pytest

from adoption.demo.world import Account
from adoption.pipeline.doctor.finding import Finding, failed, passed, skipped, verdict, warned
from tests.demo.small_world import ALL_PLANS, TEAMS
from tests.pipeline.doctor.checking import UNITS, Setup, Town, by_result, the

HRS_LIST = 'register = "units.csv"\nheadcount = "headcount.csv"'


def test_channels_without_a_plan_and_plans_that_look_like_a_channel_are_told(setup: Setup) -> None:
    setup.town.plans = ((TEAMS, "TEAMS1"), ("new-1", "VIVAENGAGE_NEW"), ("new-2", "EXCHANGE_S"))

    findings = setup.examine()

    assert by_result(findings, "warn") == [
        *("licences viva_engage", "licences sharepoint", "service plans")
    ]
    assert the(findings, "licences", "sharepoint") == warned(
        "licences",
        "No product of the tenant has a plan that we know for SharePoint.",
        advice="If the tenant has the channel, add its plan to config/service_plans.toml; "
        "otherwise take it out of [channels] in the configuration.",
        scope="sharepoint",
    )
    assert the(findings, "service plans").message == (
        "Plans that look as if they open a channel, but are not listed: VIVAENGAGE_NEW."
    )


def test_what_looks_like_a_channels_plan_is_said_alike_in_the_warehouse() -> None:
    sql = Path(__file__).parents[3] / "sql" / "core" / "quality_service_plan.sql"

    assert "'^(TEAMS|YAMMER|VIVAENGAGE|SHAREPOINT)'" in sql.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("blank", "result", "said"),
    [(2, "pass", "< 10"), (9, "warn", "< 10"), (20, "warn", "20.0%"), (21, "fail", "21.0%")],
)
def test_a_unit_attribute_that_is_blank_is_told_by_its_share(
    setup: Setup, blank: int, result: str, said: str
) -> None:
    setup.town.people = Town(["Skole"] * (100 - blank) + [None] * blank).people

    found = the(setup.examine(), "unit attribute")

    message = f"department is blank for {said} of the persons."
    assert (found.result, found.message) == (result, message)


def test_a_value_that_few_people_have_is_never_shown(setup: Setup) -> None:
    many = [f"Avdeling {number:02}" for number in range(11) for _ in range(30 - number)]
    few = ["Kari sitt kontor"] * 4 + ["Ola sitt kontor"]
    setup.town.people = Town(["SKOLEN", "Skole", *many, *few]).people

    found = the(setup.examine(), "unit values")

    shown = ", ".join(f"'Avdeling {number:02}' ({30 - number})" for number in range(10))
    assert found.message == (
        "Values of department that the unit register does not know, and how many persons have "
        f"them: {shown}, others (25)."
    )
    assert found.result == "warn"


@pytest.mark.parametrize(
    ("units", "said"),
    [
        (["Kari sitt kontor"] * 4, "rare values (< 10)"),
        (["Kultur"] * 5 + ["KULTUR"] * 7 + ["Park"], "'KULTUR' (12), others (< 10)"),
        (["Kultur"] * 5, "'Kultur' (< 10)"),
    ],
)
def test_spellings_count_as_one_value_and_small_numbers_are_not_told(
    setup: Setup, units: list[str], said: str
) -> None:
    setup.town.people = Town([*UNITS, *units]).people

    assert the(setup.examine(), "unit values").message == (
        "Values of department that the unit register does not know, and how many persons have "
        f"them: {said}."
    )


def test_who_is_no_person_does_not_count(setup: Setup) -> None:
    guests = [
        Account(f"g{n}", f"g{n}@fjordvik.no", "G", None, user_type="Guest", plans=ALL_PLANS)
        for n in range(20)
    ]
    gone = [Account(f"d{n}", f"d{n}@fjordvik.no", "D", None, enabled=False) for n in range(20)]
    setup.town.people = (*setup.town.people, *guests, *gone)

    findings = setup.examine()

    assert the(findings, "directory").message == "70 accounts, 30 of them persons."
    assert the(findings, "unit attribute").result == "pass"


def test_a_directory_without_persons_fails(setup: Setup) -> None:
    setup.config.write_text(f'{setup.config.read_text()}exclude = [{{ upn = "*" }}]\n')

    findings = setup.examine()

    assert by_result(findings, "fail") == ["directory"]
    assert the(findings, "directory").message == (
        "Of 30 accounts none counts as a person (enabled, member, not excluded)."
    )
    assert the(findings, "unit attribute").message == "There are no persons."


def test_a_register_that_is_broken_is_told_in_full(setup: Setup) -> None:
    path = setup.home / "units.csv"
    path.write_text("unit,parent,headcount\nSkole,Nowhere,many\n")

    assert the(setup.examine(), "unit register") == failed(
        "unit register",
        f"{path}: Line 2: headcount 'many' is not a whole number. 'Skole' hangs under 'nowhere', "
        "which is not a unit of the register.",
        advice=f"Mend {path} and run this again.",
    )


def test_a_headcount_of_nobody_is_a_warning(setup: Setup) -> None:
    (setup.home / "units.csv").write_text("unit,parent,headcount\nSkole,,0\nBarnehage,,\n")

    assert the(setup.examine(), "unit register") == warned(
        "unit register",
        "2 units, 1 without a headcount (there the accounts are counted). A headcount of 0: Skole.",
        advice="Leave the headcount blank where it is not known; 0 says that nobody works directly "
        "there.",
    )


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            "Skole,2026-01-01,20\nSkole,1.7.2026,22\nBarnehage,2026-01-01,12\n",
            passed("headcount list", "2 units, the newest number of 2026-07-01."),
        ),
        ("", warned("headcount list", "It has no line.", advice="Fill {path} in.")),
        (
            "Skole,2026-01-01,many\n",
            failed(
                "headcount list",
                "{path}: Line 2: headcount 'many' is not a whole number.",
                advice="Mend {path} and run this again.",
            ),
        ),
    ],
)
def test_hrs_list_is_looked_at(setup: Setup, lines: str, expected: Finding) -> None:
    path = setup.home / "headcount.csv"
    path.write_text(f"unit,date,headcount\n{lines}")
    setup.config.write_text(setup.config.read_text().replace('register = "units.csv"', HRS_LIST))

    found = the(setup.examine(), "headcount list")

    said = tuple(text.format(path=path) for text in (expected.message, expected.advice))
    assert (found.result, found.message, found.advice) == (expected.result, *said)


def test_without_a_register_each_value_is_a_unit(setup: Setup) -> None:
    setup.config.write_text(setup.config.read_text().replace('register = "units.csv"', ""))

    findings = setup.examine()

    assert the(findings, "unit register") == skipped(
        "unit register", "None is configured: each value of department is a unit of its own."
    )
    assert verdict(findings) == "pass"
