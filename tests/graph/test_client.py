"""What the client asks of Graph, and what it makes of good answers: real HTTP, no waiting."""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from adoption.catalog import Report, load_catalog
from adoption.demo.origin import Answer, Asked, serving
from adoption.demo.service import Fault, Request, missing_role
from adoption.directory import DirectoryAccount, SubscribedSku
from adoption.errors import ContractError, PermanentError
from adoption.graph.client import GraphClient
from adoption.graph.credential import make_credential
from adoption.graph.errors import AccessDenied
from adoption.settings import Graph
from tests.demo.small_world import ALL_PLANS, ENGAGE
from tests.demo.small_world import download as downloaded
from tests.graph.tenant import DAY, FUNCTION, GRAPH_PATH, JSON, REPORT, Tenant, open_tenant

SELECT = (
    "id,userPrincipalName,accountEnabled,userType,department,employeeType,jobTitle,assignedPlans"
)
ANN = DirectoryAccount("id-ann", "Ann@fjordvik.no", True, "Member", "Skole", "Skole", None, None,
                       ALL_PLANS)  # fmt: skip
BOB = DirectoryAccount("id-bob", "bob@fjordvik.no", True, "Member", None, None, None, None,
                       ((ENGAGE, "Deleted"),))  # fmt: skip
GUS = DirectoryAccount("id-gus", "gus_x.no#EXT#@fjordvik.no", True, "Guest", None, None, None,
                       None, ALL_PLANS)  # fmt: skip


def accounts(graph: GraphClient) -> Awaitable[tuple[DirectoryAccount, ...]]:
    return graph.fetch_accounts()


def test_a_day_is_asked_for_without_quotes_and_the_token_stays_with_graph(tenant: Tenant) -> None:
    body = tenant.fetch()

    graph, link = tenant.service.requests
    assert graph == Request("GET", GRAPH_PATH, 302, had_authorization=True)
    assert (link.path.partition("?")[0], link.status) == ("/data/download", 200)
    assert link.had_authorization is False
    assert body == downloaded(tenant.service, f"/reports/{FUNCTION}(date=2026-11-20)")


def test_a_period_is_asked_for_in_quotes(tenant: Tenant) -> None:
    tenant.fetch(day=None, period="D180")

    assert tenant.service.requests[0].path == f"/v1.0/reports/{FUNCTION}(period='D180')"


def test_a_time_of_day_does_not_get_into_the_address(tenant: Tenant) -> None:
    tenant.fetch(day=datetime(2026, 11, 20, 6, 30, tzinfo=UTC))

    assert tenant.service.requests[0].path == GRAPH_PATH


def test_a_last_slash_of_the_endpoint_is_not_doubled(tenant: Tenant) -> None:
    tenant.service.endpoint += "/"

    tenant.fetch()

    assert tenant.service.requests[0].path == GRAPH_PATH


PULLED = {name: report for name, report in load_catalog().items() if report.is_pulled}


@pytest.mark.parametrize("report", PULLED.values(), ids=PULLED)
def test_the_sdk_knows_every_report_of_the_catalog(report: Report) -> None:
    graph = GraphClient(Graph(), make_credential(Graph(), {"ADOPTION_ACCESS_TOKEN": "t"}))
    day = DAY if report.grain == "person_day" else None

    info = graph._report_builder(report, day=day, period=None if day else report.period)

    assert f"/reports/{report.function}(" in info.to_get_request_information().url_template


def test_a_function_that_the_sdk_does_not_know_is_a_plain_error(tenant: Tenant) -> None:
    report = msgspec.structs.replace(REPORT, function="getVivaEngageActivityUserDetail")

    with pytest.raises(PermanentError, match="msgraph-sdk does not know"):
        tenant.ask(lambda graph: graph.fetch_report(report, day=DAY))


@pytest.mark.parametrize(
    "asked",
    [{}, {"day": DAY, "period": "D7"}, {"period": "D31"}, {"period": ""}],
)
def test_a_report_is_for_one_day_or_for_one_of_graphs_periods(
    tenant: Tenant, asked: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match="either|period"):
        tenant.ask(lambda graph: graph.fetch_report(REPORT, **asked))

    assert tenant.service.requests == []


def test_a_file_of_a_header_alone_is_a_file(tenant: Tenant) -> None:
    header = b"\xef\xbb\xbfReport Refresh Date,User Principal Name\r\n"
    tenant.service.faults.append(Fault(FUNCTION, stage="download", body=header))

    assert tenant.fetch() == header


def test_accounts_come_page_by_page_and_no_name_is_asked_for() -> None:
    with open_tenant(page_size=1) as tenant:
        assert tenant.ask(accounts) == (ANN, BOB, GUS)

    assert [request.path.partition("&$skiptoken")[0] for request in tenant.service.requests] == [
        f"/v1.0/users?$select={SELECT}&$top=999"
    ] * 3


@pytest.mark.parametrize(
    ("attribute", "asked", "user"),
    [
        ("department", SELECT, {"department": "Skole"}),
        ("companyName", f"{SELECT},companyName", {"companyName": "Skole"}),
        ("officeLocation", f"{SELECT},officeLocation", {"officeLocation": "Skole"}),
        (
            "employeeOrgData.division",
            f"{SELECT},employeeOrgData",
            {"employeeOrgData": {"division": "Skole", "costCenter": "1"}},
        ),
        (
            "onPremisesExtensionAttributes.extensionAttribute3",
            f"{SELECT},onPremisesExtensionAttributes",
            {"onPremisesExtensionAttributes": {"extensionAttribute3": "Skole"}},
        ),
        (
            "onPremisesExtensionAttributes.extensionAttribute15",
            f"{SELECT},onPremisesExtensionAttributes",
            {"onPremisesExtensionAttributes": None, "department": "Other"},
        ),
    ],
)
def test_a_unit_is_read_from_the_attribute_of_the_settings(
    tenant: Tenant, attribute: str, asked: str, user: dict[str, Any]
) -> None:
    page = msgspec.json.encode({"value": [{"id": "1", "userPrincipalName": "a@x", **user}]})
    tenant.service.faults.append(Fault("/users", status=200, headers=JSON, body=page))

    (account,) = tenant.with_settings(unit_attribute=attribute).ask(accounts)

    assert tenant.service.requests[0].path == f"/v1.0/users?$select={asked}&$top=999"
    assert account.unit_value == (None if user.get("department") == "Other" else "Skole")


def test_an_account_that_two_pages_name_counts_once(tenant: Tenant) -> None:
    twice = b'{"value": [{"id": "1"}, {"id": "2"}, {"id": "1", "accountEnabled": false}]}'
    tenant.service.faults.append(Fault("/users", status=200, headers=JSON, body=twice))

    found = [(account.id, account.upn, account.enabled) for account in tenant.ask(accounts)]

    assert found == [("1", "", False), ("2", "", True)]


@pytest.mark.parametrize(
    ("listed", "plans"),
    [({}, None), ({"assignedPlans": None}, None), ({"assignedPlans": []}, ())],
    ids=["left out", "null", "none"],
)
def test_a_list_of_plans_that_is_left_out_is_unknown_and_an_empty_one_is_none(
    tenant: Tenant, listed: dict[str, Any], plans: tuple[object, ...] | None
) -> None:
    page = msgspec.json.encode({"value": [{"id": "1", **listed}]})
    tenant.service.faults.append(Fault("/users", status=200, headers=JSON, body=page))

    assert [account.plans for account in tenant.ask(accounts)] == [plans]


def linking_to(link: str) -> Fault:
    page = msgspec.json.encode({"value": [], "@odata.nextLink": link})
    return Fault("/users", status=200, headers=JSON, body=page)


def test_a_next_page_on_another_origin_is_never_asked_for(tenant: Tenant) -> None:
    asked: list[Asked] = []

    def note(request: Asked) -> Answer:
        asked.append(request)
        return Answer(200)

    with serving(note) as elsewhere:
        tenant.service.faults.append(linking_to(f"{elsewhere}/v1.0/users?$skiptoken=x"))

        with pytest.raises(PermanentError, match="not the endpoint .*; nothing was sent there"):
            tenant.ask(accounts)

    assert (tenant.asked, asked) == ([("/v1.0/users", 200)], [])


def test_pages_that_go_round_in_a_circle_are_an_error(tenant: Tenant) -> None:
    tenant.service.faults.append(linking_to(f"{tenant.service.endpoint}/users?$skiptoken=x"))

    with pytest.raises(ContractError, match="page 2 points back to a page already read"):
        tenant.ask(accounts)


def test_a_page_of_another_shape_is_an_error(tenant: Tenant) -> None:
    tenant.service.faults.append(Fault("/users", status=200, headers=JSON, body=b'{"value": 1}'))

    with pytest.raises(ContractError, match="Graph's user list is not of the agreed shape"):
        tenant.ask(accounts)


def test_products_come_with_their_plans(tenant: Tenant) -> None:
    plans = ((ENGAGE, "YAMMER_ENTERPRISE"),)

    assert tenant.ask(lambda graph: graph.fetch_skus()) == (
        SubscribedSku("sku-1", "ENTERPRISEPACK", "Enabled", 2, 10, plans),
    )


@pytest.mark.parametrize("concealed", [False, True])
def test_the_report_settings_tell_whether_names_are_concealed(
    tenant: Tenant, concealed: bool
) -> None:
    tenant.service.concealed = concealed

    assert tenant.ask(lambda graph: graph.fetch_names_are_concealed()) is concealed


Question = Callable[[GraphClient], Awaitable[Any]]


@pytest.mark.parametrize(
    ("ask", "permission"),
    [
        (lambda graph: graph.fetch_report(REPORT, day=DAY), "Reports.Read.All"),
        (accounts, "User.Read.All"),
        (lambda graph: graph.fetch_skus(), "Organization.Read.All"),
        (lambda graph: graph.fetch_names_are_concealed(), "ReportSettings.Read.All"),
    ],
)
def test_a_missing_permission_is_named_and_asked_for_once(
    tenant: Tenant, ask: Question, permission: str
) -> None:
    tenant.service.faults.append(missing_role("."))

    with pytest.raises(AccessDenied, match=f"application permission {permission} in Entra"):
        tenant.ask(ask)

    assert tenant.statuses == [403]


@pytest.mark.parametrize(
    ("token", "permissions"),
    [
        ("x.eyJyb2xlcyI6WyJSZXBvcnRzLlJlYWQuQWxsIl19.x", frozenset({"Reports.Read.All"})),
        ("x.eyJzY3AiOiJhIGIifQ.x", frozenset({"a", "b"})),
        ("x.e30.x", frozenset()),
        ("opaque", None),
        ("a.b.c", None),
        ("x.W10.x", None),
    ],
)
def test_a_token_tells_its_permissions_if_it_can_be_read(
    tenant: Tenant, token: str, permissions: frozenset[str] | None
) -> None:
    tenant.credential = make_credential(Graph(), {"ADOPTION_ACCESS_TOKEN": token})

    assert tenant.ask(lambda graph: graph.fetch_granted_permissions()) == permissions


def test_no_library_logs_an_address_a_link_or_a_token(
    tenant: Tenant, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    tenant.fetch()

    assert [record.name for record in caplog.records if record.name != "asyncio"] == []
