"""What the local Graph service says of a tenant: reports, users, products, settings."""

import json
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from adoption.demo.service import GraphService
from adoption.demo.world import Account
from tests.demo.small_world import (
    ALL_PLANS,
    BOB,
    ENGAGE,
    TODAY,
    YAMMER_DAY,
    YAMMER_DETAIL,
    SmallWorld,
    ask,
    download,
    error_of,
    fetch,
    on,
    rows,
)


@pytest.fixture
def world() -> SmallWorld:
    return SmallWorld()


@pytest.fixture
def graph(world: SmallWorld) -> Iterator[GraphService]:
    with GraphService(world, today=TODAY) as service:
        yield service


@pytest.mark.parametrize(
    ("argument", "refusal"),
    [
        (
            "date=2026-10-26",
            (
                400,
                "InvalidArgument",
                "Invalid date value specified: 2026-10-26. Only support data for the past 28 days.",
            ),
        ),
        (
            "date=2026-11-24",
            (
                400,
                "InvalidArgument",
                "Invalid date value specified: 2026-11-24. Only support data for the past 28 days.",
            ),
        ),
        (
            "date='2026-11-20'",
            (
                400,
                "BadRequest",
                "Expression of type 'Edm.String' cannot be converted to type 'Edm.Date'.",
            ),
        ),
        (
            "date=2026-11-20T00:00:00",
            (400, "BadRequest", "Unrecognized 'Edm.Date' literal '2026-11-20T00:00:00'."),
        ),
        ("period='D28'", (400, "InvalidArgument", "Invalid period value specified: 'D28'.")),
    ],
)
def test_an_argument_that_graph_does_not_take_is_refused(
    graph: GraphService, argument: str, refusal: tuple[int, str, str]
) -> None:
    assert error_of(ask(graph, f"{YAMMER_DETAIL}({argument})")) == refusal


@pytest.mark.parametrize("day", ["2026-10-27", "2026-11-23"])
def test_28_days_back_to_yesterday_are_served(graph: GraphService, day: str) -> None:
    assert ask(graph, f"{YAMMER_DETAIL}(date={day})").status == 302


def test_a_daily_total_has_no_day_request(graph: GraphService) -> None:
    reply = ask(graph, "/reports/getYammerActivityUserCounts(date=2026-11-20)")

    status, code, message = error_of(reply)
    assert (status, code) == (404, "UnknownError")
    assert json.loads(message)["error"] == {
        "code": "InvalidArgument",
        "message": "The requested function cannot be found.",
    }


def test_licensed_people_are_listed_and_others_only_where_they_did_something(
    world: SmallWorld, graph: GraphService
) -> None:
    world.done["teams", on(20)] = {
        "id-bob": {"Call Count": 1},
        "id-gus": {"Has Other Action": True},
    }
    world.leavers = ("id-bob",)

    path = "/reports/getTeamsUserActivityUserDetail"
    columns = ("User Id", "Is Licensed", "Is Deleted", "Call Count", "Has Other Action")

    assert rows(graph, f"{path}(date=2026-11-20)", *columns) == [
        ("id-ann", "Yes", "False", "0", "No"),
        ("id-bob", "No", "True", "1", "No"),
        ("id-gus", "Yes", "False", "0", "Yes"),
    ]
    assert rows(graph, f"{path}(date=2026-11-19)", "User Id") == [("id-ann",)]


def test_the_teams_file_has_the_live_columns_and_durations_twice(
    world: SmallWorld, graph: GraphService
) -> None:
    world.done["teams", on(20)] = {"id-ann": {"Audio Duration In Seconds": 3725}}

    text = download(graph, "/reports/getTeamsUserActivityUserDetail(date=2026-11-20)").decode()

    header, row, end = text.split("\r\n")
    assert (len(header.split(",")), end) == (33, "")
    assert row == (
        "2026-11-22,id-ann,Ann@fjordvik.no,,False,,ENTERPRISEPACK"
        + ",0" * 12
        + ",PT1H2M5S,PT0S,PT0S,3725,0,0,No,0,0,,,0,Yes,1"
    )


def test_a_period_adds_its_days_up_to_the_refresh_date(
    world: SmallWorld, graph: GraphService
) -> None:
    for day, pages in ((15, 100), (16, 1), (22, 2), (23, 100)):
        world.done["sharepoint", on(day)] = {"id-ann": {"Visited Page Count": pages}}
    world.last["id-ann"] = on(22)

    columns = ("Visited Page Count", "Last Activity Date", "Report Period")

    path = "/reports/getSharePointActivityUserDetail(period='D7')"
    assert rows(graph, path, *columns) == [("3", "2026-11-22", "7")]


def test_the_last_activity_may_lie_long_before_the_period(
    world: SmallWorld, graph: GraphService
) -> None:
    world.last["id-ann"] = date(2024, 1, 2)

    path = f"{YAMMER_DETAIL}(period='D7')"
    assert rows(graph, path, "Last Activity Date", "Read Count") == [("2024-01-02", "0")]


def test_a_counter_of_none_is_a_blank_cell(world: SmallWorld, graph: GraphService) -> None:
    world.done["viva_engage", on(20)] = {"id-ann": {"Read Count": None, "Liked Count": 2}}

    columns = ("Posted Count", "Read Count", "Liked Count")
    assert rows(graph, YAMMER_DAY, *columns) == [("0", "", "2")]
    assert rows(graph, f"{YAMMER_DETAIL}(period='D7')", *columns) == [("0", "", "2")]


def test_a_day_after_the_refresh_date_has_no_rows_until_something_is_known(
    world: SmallWorld, graph: GraphService
) -> None:
    yesterday = f"{YAMMER_DETAIL}(date=2026-11-23)"
    assert rows(graph, yesterday, "Read Count") == []

    world.done["viva_engage", on(23)] = {"id-ann": {"Read Count": 1}}
    graph.today = TODAY + timedelta(days=1)

    assert rows(graph, yesterday, "Report Refresh Date", "Read Count") == [("2026-11-23", "1")]


def test_daily_totals_count_people_by_kind_of_action_newest_day_first(
    world: SmallWorld, graph: GraphService
) -> None:
    world.done["viva_engage", on(22)] = {
        "id-ann": {"Read Count": 9, "Posted Count": 1},
        "id-bob": {"Read Count": 2, "Posted Count": 0},
    }

    text = download(graph, "/reports/getYammerActivityUserCounts(period='D7')").decode("utf-8-sig")

    assert text.split("\r\n") == [
        "Report Refresh Date,Liked,Posted,Read,Report Date,Report Period",
        "2026-11-22,0,1,2,2026-11-22,7",
        *(f"2026-11-22,0,0,0,2026-11-{day},7" for day in range(21, 15, -1)),
        "",
    ]


def test_the_other_daily_totals_have_their_columns(world: SmallWorld, graph: GraphService) -> None:
    world.done["teams", on(22)] = {"id-ann": {"Meeting Count": 2, "Has Other Action": True}}
    world.done["sharepoint", on(22)] = {"id-ann": {"Shared Externally File Count": 1}}

    teams = download(graph, "/reports/getTeamsUserActivityUserCounts(period='D7')")
    sharepoint = download(graph, "/reports/getSharePointActivityUserCounts(period='D7')")

    assert teams.decode("utf-8-sig").split("\r\n")[:2] == [
        "Report Refresh Date,Report Date,Team Chat Messages,Private Chat Messages,Calls,Meetings,"
        "Other Actions,Report Period",
        "2026-11-22,2026-11-22,0,0,0,1,1,7",
    ]
    assert sharepoint.decode("utf-8-sig").split("\r\n")[:2] == [
        "Report Refresh Date,Visited Page,Viewed Or Edited,Synced,Shared Internally,"
        "Shared Externally,Report Date,Report Period",
        "2026-11-22,0,0,0,0,1,2026-11-22,7",
    ]


def test_a_channel_that_the_tenant_lacks_has_files_without_rows(
    world: SmallWorld, graph: GraphService
) -> None:
    world.people = (BOB,)

    assert rows(graph, YAMMER_DAY, "Read Count") == []
    assert rows(graph, "/reports/getYammerActivityUserCounts(period='D90')", "Read") == []


def test_concealed_reports_hide_every_name(world: SmallWorld, graph: GraphService) -> None:
    graph.concealed = True

    [(id_, upn)] = rows(
        graph,
        "/reports/getTeamsUserActivityUserDetail(date=2026-11-20)",
        "User Id",
        "User Principal Name",
    )
    [(name,)] = rows(graph, YAMMER_DAY, "Display Name")

    assert id_ == "00000000-0000-0000-0000-000000000000"
    assert [(len(mask), set(mask) <= set("0123456789ABCDEF")) for mask in (upn, name)] == [
        (32, True)
    ] * 2
    assert json.loads(ask(graph, "/admin/reportSettings").body) == {"displayConcealedNames": True}
    assert {a["id"] for a in json.loads(ask(graph, "/users").body)["value"]} == {
        a.id for a in world.people
    }


def test_row_order_means_nothing_but_repeats(world: SmallWorld, graph: GraphService) -> None:
    world.people = tuple(
        Account(f"id-{n}", f"{n}@fjordvik.no", str(n), None, plans=ALL_PLANS) for n in range(10, 40)
    )

    first, again = download(graph, YAMMER_DAY), download(graph, YAMMER_DAY)

    names = [line.split(",")[2] for line in first.decode().splitlines()[1:]]
    assert first == again
    assert (sorted(names), names == sorted(names)) == ([str(n) for n in range(10, 40)], False)


def test_users_come_in_pages_with_the_selected_properties_only(graph: GraphService) -> None:
    first = json.loads(ask(graph, "/users?$select=id,department&$top=2").body)
    second = json.loads(fetch(first["@odata.nextLink"], f"Bearer {graph.token}").body)

    assert first["value"] == [
        {"id": "id-ann", "department": "Skole"},
        {"id": "id-bob", "department": None},
    ]
    assert second["value"] == [{"id": "id-gus", "department": None}]
    assert "@odata.nextLink" not in second


def test_the_page_size_of_the_service_is_the_upper_limit(world: SmallWorld) -> None:
    with GraphService(world, today=TODAY, page_size=1) as graph:
        page = json.loads(ask(graph, "/users?$select=id&$top=999").body)

    assert page["value"] == [{"id": "id-ann"}]


def test_without_a_selection_users_have_no_department(graph: GraphService) -> None:
    user = json.loads(ask(graph, "/users").body)["value"][0]

    assert (user["id"], user["userPrincipalName"]) == ("id-ann", "Ann@fjordvik.no")
    assert "department" not in user


def test_users_tell_their_plans_and_answer_unset_properties_with_null(graph: GraphService) -> None:
    unset = "companyName,officeLocation,employeeOrgData,onPremisesExtensionAttributes"
    path = f"/users?$select=accountEnabled,userType,assignedPlans,{unset}"

    user = json.loads(ask(graph, path).body)["value"][1]

    assert user == {
        "accountEnabled": True,
        "userType": "Member",
        "assignedPlans": [
            {
                "assignedDateTime": "2024-08-15T06:00:00Z",
                "capabilityStatus": "Deleted",
                "service": "YammerEnterprise",
                "servicePlanId": ENGAGE,
            }
        ],
        **dict.fromkeys(unset.split(",")),
    }


@pytest.mark.parametrize(
    "query", ["$top=1000", "$select=hat", "$skiptoken=x", "$filter=id eq 'a'", "$top=x"]
)
def test_a_question_to_users_that_is_not_served_is_refused(graph: GraphService, query: str) -> None:
    assert ask(graph, f"/users?{query}").status == 400


def test_products_are_listed_with_their_plans(graph: GraphService) -> None:
    assert json.loads(ask(graph, "/subscribedSkus").body)["value"] == [
        {
            "skuId": "sku-1",
            "skuPartNumber": "ENTERPRISEPACK",
            "appliesTo": "User",
            "capabilityStatus": "Enabled",
            "consumedUnits": 2,
            "prepaidUnits": {"enabled": 10, "suspended": 0, "warning": 0, "lockedOut": 0},
            "servicePlans": [
                {
                    "servicePlanId": ENGAGE,
                    "servicePlanName": "YAMMER_ENTERPRISE",
                    "provisioningStatus": "Success",
                    "appliesTo": "User",
                }
            ],
        }
    ]
