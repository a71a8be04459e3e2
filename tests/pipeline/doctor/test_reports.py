"""`adoption check` on the reports: whether they answer, for which channels, and with names."""

from datetime import date

import pytest

from adoption.demo.service import Fault, error_fault, missing_role, unknown_tenant
from adoption.demo.world import Account
from adoption.pipeline.doctor.finding import verdict, warned
from tests.pipeline.doctor.checking import Setup, by_result, the

FRIDAY = "2026-11-20"


def test_reports_that_all_fail_alike_are_told_once(setup: Setup) -> None:
    setup.service.faults = [missing_role("/reports/")]

    findings = setup.examine()

    assert by_result(findings, "fail") == ["report"]
    assert "S2SUnauthorized" in the(findings, "report").message
    assert by_result(findings, "skip") == [
        *("channel teams", "channel viva_engage", "channel sharepoint"),
    ]


def test_a_graph_that_is_busy_is_a_warning_and_is_not_waited_for(setup: Setup) -> None:
    busy = error_fault("getYammerActivityUserDetail", 429, "TooManyRequests", "Please retry.")
    busy.headers = {**busy.headers, "Retry-After": "540"}
    setup.service.faults = [busy]

    findings = setup.examine()

    assert the(findings, "report", "viva_engage_user_activity") == warned(
        "report",
        "Graph asks to wait 9 minutes: this or another program has used up the calls that it "
        "allows.",
        advice="Run the check again after that.",
        scope="viva_engage_user_activity",
    )
    assert (verdict(findings), by_result(findings, "warn")) == (
        "warn",
        ["report viva_engage_user_activity"],
    )


def test_a_day_without_rows_and_a_day_that_graph_does_not_serve_are_warnings(setup: Setup) -> None:
    header = lambda body: body.partition(b"\r\n")[0] + b"\r\n"  # noqa: E731
    setup.service.faults = [Fault("getTeamsUserActivityUserDetail", stage="download", body=header)]

    empty = setup.examine()
    future = setup.examine(as_of=date(2027, 3, 1))

    assert the(empty, "report", "teams_user_activity") == warned(
        "report",
        f"It answers for {FRIDAY} with no rows.",
        advice="If the channel is used, look again tomorrow: Graph can be some days late.",
        scope="teams_user_activity",
    )
    assert the(empty, "channel", "teams").result == "pass"
    assert the(future, "report", "sharepoint_user_activity") == warned(
        "report",
        "It answers, but Graph does not serve 2027-02-26.",
        advice="Check this machine's date, and --as-of if it is given.",
        scope="sharepoint_user_activity",
    )


def test_a_channel_that_the_tenant_does_not_have_is_a_warning(setup: Setup) -> None:
    setup.service.faults = [unknown_tenant("getYammer")]

    findings = setup.examine()

    assert by_result(findings, "fail") == []
    assert the(findings, "channel", "viva_engage") == warned(
        "channel",
        "Graph knows no use of Viva Engage in this tenant; it is left out of all figures.",
        advice="If that is right, take it out of [channels] in the configuration.",
        scope="viva_engage",
    )


def test_a_channel_without_rows_and_with_totals_of_zero_is_not_in_use(setup: Setup) -> None:
    town = setup.town
    town.done = {key: done for key, done in town.done.items() if key[0] != "viva_engage"}
    town.people = tuple(unlicensed(person) for person in town.people)

    findings = setup.examine()

    assert by_result(findings, "warn") == [
        "report viva_engage_user_activity",
        "report viva_engage_user_counts",
        "channel viva_engage",
    ]


def unlicensed(person: Account) -> Account:
    return Account(person.id, person.upn, person.display_name, person.department, plans=())


def test_a_tenant_in_which_no_leadership_channel_is_used_fails(setup: Setup) -> None:
    setup.service.faults = [unknown_tenant("getYammer|getSharePoint")]

    findings = setup.examine()

    assert by_result(findings, "fail") == ["channel viva_engage", "channel sharepoint"]


@pytest.mark.parametrize(
    ("concealed", "result", "message"),
    [
        (
            False,
            "warn",
            "The app may not look at the tenant's privacy setting for reports; the rows carry "
            "names.",
        ),
        (True, "fail", "The tenant conceals names in its reports: nobody can tell units apart."),
    ],
)
def test_where_the_setting_may_not_be_read_the_rows_tell(
    setup: Setup, concealed: bool, result: str, message: str
) -> None:
    setup.service.concealed = concealed
    setup.service.faults = [missing_role("/admin/reportSettings")]

    findings = setup.examine()

    assert (verdict(findings), the(findings, "report settings").message) == (result, message)


def test_rows_that_still_come_masked_after_the_switch_are_a_warning(setup: Setup) -> None:
    setup.service.concealed = True
    shown = b'{"displayConcealedNames": false}'
    setup.service.faults = [Fault("/admin/reportSettings", body=shown)]

    assert the(setup.examine(), "report settings") == warned(
        "report settings",
        "The tenant shows names, but rows still come without them.",
        advice="The setting may have been changed lately; look again tomorrow.",
    )
