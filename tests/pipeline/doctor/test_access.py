"""`adoption check` on the credential, and on what the token may do."""

import pytest

from adoption.demo.service import missing_role
from adoption.pipeline.doctor.finding import failed, skipped, verdict
from adoption.pipeline.permissions import ENOUGH
from tests.pipeline.doctor.checking import ROLES, Setup, by_result, the, token_with


def test_without_a_credential_the_tenant_is_skipped(setup: Setup) -> None:
    findings = setup.examine(ADOPTION_ACCESS_TOKEN="", ADOPTION_CLIENT_SECRET="hunter2")

    assert the(findings, "credential") == failed(
        "credential",
        "The configuration lacks [graph] tenant_id and client_id.",
        advice="Take them from the app's page in Entra, and set in the environment "
        "ADOPTION_CLIENT_SECRET or ADOPTION_CLIENT_CERTIFICATE (a path), or ADOPTION_ACCESS_TOKEN "
        "for a first try.",
    )
    assert the(findings, "report") == skipped("report", "There is no access token.")


def test_a_token_that_graph_refuses_is_told_once(setup: Setup) -> None:
    findings = setup.examine(ADOPTION_ACCESS_TOKEN="an-old-token")

    refused = the(findings, "credential")
    assert by_result(findings, "fail") == ["credential"]
    assert refused.message.startswith("Graph answered 401 InvalidAuthenticationToken when asked ")
    assert refused.advice == (
        "Check that it is for this Graph endpoint and has not expired (ADOPTION_ACCESS_TOKEN lives "
        "about an hour)."
    )
    assert the(findings, "report") == skipped("report", "Graph refuses the access token.")


def test_what_the_token_may_not_do_is_told_and_not_asked(setup: Setup) -> None:
    setup.service.token = token_with("Mail.Read")

    findings = setup.examine()

    assert by_result(findings, "fail") == [
        "permission Reports.Read.All",
        "permission User.Read.All",
    ]
    assert by_result(findings, "warn") == [
        "permission Organization.Read.All",
        "permission ReportSettings.Read.All",
    ]
    assert the(findings, "permission", "Reports.Read.All") == failed(
        "permission",
        "The token does not carry Reports.Read.All: no report can be fetched.",
        advice="Give the app the application permission Reports.Read.All in Entra and let an "
        "administrator consent to it; it can take some minutes to take effect.",
        scope="Reports.Read.All",
    )
    assert the(findings, "report") == skipped("report", "The token lacks Reports.Read.All.")
    asked = {request.path for request in setup.service.requests}
    assert asked == {"/v1.0", "/v1.0/admin/reportSettings"}


@pytest.mark.parametrize("role", ["Directory.Read.All", "Directory.ReadWrite.All"])
def test_a_wider_permission_will_do(setup: Setup, role: str) -> None:
    setup.service.token = token_with("Reports.Read.All", role, "ReportSettings.ReadWrite.All")

    findings = setup.examine()

    assert verdict(findings) == "pass"
    assert the(findings, "permission", "User.Read.All").message == f"The token carries {role}."


def test_a_token_that_does_not_tell_leaves_it_to_graph(setup: Setup) -> None:
    setup.service.token = "opaque"
    setup.service.faults = [missing_role("/users"), missing_role("/subscribedSkus")]

    findings = setup.examine()

    assert the(findings, "permission") == skipped(
        "permission", "The token does not tell; Graph's answers below decide."
    )
    assert by_result(findings, "fail") == ["directory"]
    assert by_result(findings, "warn") == ["licences"]
    assert the(findings, "directory").advice.startswith("Give the app the application permission")
    assert the(findings, "unit attribute").message == "The directory could not be read."


def test_each_permission_that_is_looked_for_is_known_to_the_pull() -> None:
    assert [enough[0] for enough in ENOUGH.values()] == list(ROLES)
