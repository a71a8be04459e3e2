"""The report catalog and the list of service plans, against the words of definitions.md."""

from pathlib import Path

import pytest

from adoption.catalog import load_catalog, load_service_plans, normalise_heading
from adoption.errors import ConfigError

CATALOG = load_catalog()
PEOPLE = {name: report for name, report in CATALOG.items() if report.grain == "person_day"}


def headings(report: str, role: str) -> set[str]:
    return {c.heading for c in CATALOG[report].stored if c.role == role}


def test_each_report_has_its_channel_function_and_period() -> None:
    assert {
        name: (report.channel, report.function, report.grain, report.period)
        for name, report in CATALOG.items()
    } == {
        "teams_user_activity": ("teams", "getTeamsUserActivityUserDetail", "person_day", "D180"),
        "viva_engage_user_activity": (
            "viva_engage", "getYammerActivityUserDetail", "person_day", "D180",
        ),
        "sharepoint_user_activity": (
            "sharepoint", "getSharePointActivityUserDetail", "person_day", "D180",
        ),
        "teams_user_counts": ("teams", "getTeamsUserActivityUserCounts", "day", "D90"),
        "viva_engage_user_counts": ("viva_engage", "getYammerActivityUserCounts", "day", "D90"),
        "sharepoint_user_counts": ("sharepoint", "getSharePointActivityUserCounts", "day", "D90"),
        "teams_team_activity": ("teams", "getTeamsTeamActivityDetail", "place_day", None),
        "viva_engage_group_activity": (
            "viva_engage", "getYammerGroupsActivityDetail", "place_day", None,
        ),
        "sharepoint_site_usage": (
            "sharepoint", "getSharePointSiteUsageDetail", "place_day", None,
        ),
        "email_user_activity": ("outlook", "getEmailActivityUserDetail", "person_day", None),
    }  # fmt: skip


def test_what_has_no_period_is_never_asked_of_graph() -> None:
    assert {name for name, report in CATALOG.items() if not report.is_pulled} == {
        "teams_team_activity",
        "viva_engage_group_activity",
        "sharepoint_site_usage",
        "email_user_activity",
    }


def test_the_roles_are_those_of_the_definitions() -> None:
    assert {name: (headings(name, "receive"), headings(name, "contribute")) for name in PEOPLE} == {
        "teams_user_activity": (
            {"Meetings Attended Count", "Has Other Action"},
            {"Team Chat Message Count", "Post Messages", "Reply Messages"},
        ),
        "viva_engage_user_activity": ({"Read Count"}, {"Posted Count", "Liked Count"}),
        "sharepoint_user_activity": (
            {"Visited Page Count", "Viewed Or Edited File Count"},
            {"Shared Internally File Count", "Shared Externally File Count"},
        ),
        "email_user_activity": ({"Read Count"}, {"Send Count"}),
    }


def test_only_teams_and_viva_engage_are_conversational() -> None:
    assert {report.channel for report in PEOPLE.values() if report.conversational} == {
        "teams",
        "viva_engage",
    }


def test_every_counter_has_a_role_and_only_counters_have_one() -> None:
    facts = {"Is Deleted", "Is Licensed"}

    for report in PEOPLE.values():
        counters = {c.heading for c in report.stored if c.type in ("count", "seconds", "flag")}
        assert {c.heading for c in report.stored if c.role} == counters - facts


def test_what_names_somebody_is_dropped_or_a_pseudonym() -> None:
    named = {
        "User Principal Name", "User Id", "Display Name", "Tenant Display Name",
        "Owner Display Name", "Owner Principal Name", "Network Display Name",
        "Shared Channel Tenant Display Names", "Assigned Products",
    }  # fmt: skip

    assert {
        (heading, column.type)
        for report in CATALOG.values()
        for heading, column in report.columns.items()
        if heading in named
    } == {
        ("User Principal Name", "upn"),
        ("User Id", "object_id"),
        ("Display Name", "drop"),
        ("Tenant Display Name", "drop"),
        ("Owner Display Name", "drop"),
        ("Owner Principal Name", "drop"),
        ("Network Display Name", "drop"),
        ("Shared Channel Tenant Display Names", "drop"),
        ("Assigned Products", "drop"),
    }


def test_names_in_the_lake_are_unique_and_safe_to_write_into_sql() -> None:
    for report in CATALOG.values():
        names = [column.name for column in report.stored]
        assert len(names) == len(set(names))
        assert all(name.isascii() and name.isidentifier() and name.islower() for name in names)


def test_a_report_has_no_two_columns_of_one_heading() -> None:
    for report in CATALOG.values():
        headings = [h for c in report.columns.values() for h in (c.heading, *c.aliases)]
        assert len(report.by_heading) == len(headings)


def test_a_duration_stands_in_for_a_column_of_seconds_of_its_report() -> None:
    for report in CATALOG.values():
        durations = [c for c in report.columns.values() if c.type == "duration"]
        seconds = {c.name for c in report.stored if c.type == "seconds"}
        assert {c.stands_in_for for c in durations} == seconds
        assert not any(c.stands_in_for for c in report.stored)


def test_each_total_counts_the_people_of_one_counter_of_its_channels_report() -> None:
    for report in (report for report in CATALOG.values() if report.grain == "day"):
        (person,) = (other for other in PEOPLE.values() if other.channel == report.channel)
        counted = [c.counts for c in report.stored if c.type == "count"]
        assert len(set(counted)) == len(counted)
        assert set(counted) <= {c.name for c in person.stored if c.role}


def test_headings_compare_without_case_white_space_bom_and_what_joins_words() -> None:
    for heading in ("\ufeffRead  COUNT ", "Read_Count", "read-count", "Read\u00a0Count"):
        assert normalise_heading(heading) == normalise_heading("ReadCount")


def test_every_alias_leads_to_its_column(tmp_path: Path) -> None:
    path = tmp_path / "reports.toml"
    path.write_text(
        """
        [visits]
        title = "Visits"
        function = "getVisits"
        channel = "sharepoint"
        grain = "day"
        period = "D90"
        [visits.columns]
        "Visited Page (Count)" = { type = "count", aliases = ["VisitedPages"] }
        "Owner" = { type = "drop" }
        """
    )

    report = load_catalog(path)["visits"]

    assert [column.name for column in report.stored] == ["visited_page_count"]
    assert {key: column.heading for key, column in report.by_heading.items()} == {
        "visitedpage(count)": "Visited Page (Count)",
        "visitedpages": "Visited Page (Count)",
        "owner": "Owner",
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[visits]\ntitle = 'Visits'\n", "missing required field `function`"),
        ("[visits]\ncolour = 'red'\n", "unknown field `colour`"),
        ("[visits\n", "Expected ']'"),
    ],
)
def test_a_broken_catalog_is_a_mistake_in_the_configuration(
    tmp_path: Path, text: str, told: str
) -> None:
    path = tmp_path / "reports.toml"
    path.write_text(text)

    with pytest.raises(ConfigError) as caught:
        load_catalog(path)

    assert str(caught.value).startswith(f"Cannot use the report catalog {path}: ")
    assert told in str(caught.value)


def test_service_plans_are_found_by_lower_case_id_and_none_opens_no_channel(tmp_path: Path) -> None:
    path = tmp_path / "plans.toml"
    path.write_text('[teams]\nTEAMS1 = "57FF2DA0"\n[none]\nEXCHANGE = "efb87545"\n')

    assert load_service_plans(path) == {"57ff2da0": "teams", "efb87545": None}


def test_the_plans_that_everybody_has_open_their_channels() -> None:
    plans = load_service_plans()

    assert {
        name: plans[plan]
        for name, plan in {
            "TEAMS1": "57ff2da0-773e-42df-b2af-ffb7a2317929",
            "YAMMER_ENTERPRISE": "7547a3fe-08ee-4ccb-b430-5077c5041653",
            "SHAREPOINTENTERPRISE": "5dbe027f-2339-4123-9542-606e4d348a72",
        }.items()
    } == {
        "TEAMS1": "teams",
        "YAMMER_ENTERPRISE": "viva_engage",
        "SHAREPOINTENTERPRISE": "sharepoint",
    }
    assert set(plans.values()) <= {"teams", "viva_engage", "sharepoint", None}


def test_a_missing_list_of_service_plans_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="^Cannot use the list of service plans"):
        load_service_plans(tmp_path / "none.toml")
