"""`adoption check`: what it says of a set-up that is well, and of one that is broken."""

import json
from pathlib import Path

import pytest

from adoption.demo.service import Fault, missing_role
from adoption.pipeline.doctor.finding import Finding, failed
from tests.pipeline.doctor.checking import REPORTS, ROLES, Setup
from tests.running import adoption

TOTALS = ("teams_user_counts", "viva_engage_user_counts", "sharepoint_user_counts")
FRIDAY = "2026-11-20"


def contents(home: Path) -> dict[str, bytes]:
    return {str(p.relative_to(home)): p.read_bytes() for p in home.rglob("*") if p.is_file()}


def test_a_set_up_that_is_well_ends_in_0_and_nothing_in_it_is_touched(setup: Setup) -> None:
    home, endpoint, before = setup.home, setup.service.endpoint, contents(setup.home)

    ended = setup.check()

    lines = [line for line in ended.screen.splitlines() if not line.startswith("ok    disk: ")]
    assert lines == [
        f"ok    configuration: {setup.config} is read; the endpoint is {endpoint}.",
        f"ok    home folder: {home} can be written.",
        f"ok    lake folder: {home / 'lake'} is its owner's alone.",
        f"ok    pseudonym key: The key in {home / 'pseudonym.key'} is the lake's own.",
        "ok    retention: No person-level rows are older than 400 days.",
        f"ok    connection: {endpoint} can be reached.",
        "ok    clock: This machine's clock agrees with Graph's.",
        "ok    credential: An access token was got, and Graph takes it.",
        *(f"ok    permission ({role}): The token carries {role}." for role in ROLES),
        *(f"ok    report ({r}): It answers for {FRIDAY} with 30 rows." for r in REPORTS),
        *(f"ok    report ({r}): It answers for D90 with 90 rows." for r in TOTALS),
        "ok    report settings: The tenant shows names in its reports.",
        "ok    licences (teams): A product of the tenant opens Teams.",
        "ok    licences (viva_engage): A product of the tenant opens Viva Engage.",
        "ok    licences (sharepoint): A product of the tenant opens SharePoint.",
        "ok    service plans: Every plan named like a channel is listed.",
        "ok    channel (teams): The tenant uses Teams.",
        "ok    channel (viva_engage): The tenant uses Viva Engage.",
        "ok    channel (sharepoint): The tenant uses SharePoint.",
        "ok    directory: 30 accounts, 30 of them persons.",
        "ok    unit attribute: department is blank for 0.0% of the persons.",
        "ok    unit register: 2 units, 1 without a headcount (there the accounts are counted).",
        "ok    unit values: The unit register knows every department.",
        "ok    freshness (lake): The newest day of every report is 2026-11-23 or later.",
        "ok    freshness (data): Graph's figures of sharepoint reach to 2026-11-22.",
        "ok    freshness (warehouse): Last built for 2026-11-24.",
    ]
    assert (ended.status, ended.log, contents(home)) == (0, "", before)


def test_one_call_goes_to_each_report(setup: Setup) -> None:
    setup.examine()

    asked = [r.path for r in setup.service.requests if r.path.startswith("/v1.0/reports/")]
    assert sorted(asked) == [
        "/v1.0/reports/getSharePointActivityUserCounts(period='D90')",
        f"/v1.0/reports/getSharePointActivityUserDetail(date={FRIDAY})",
        "/v1.0/reports/getTeamsUserActivityUserCounts(period='D90')",
        f"/v1.0/reports/getTeamsUserActivityUserDetail(date={FRIDAY})",
        "/v1.0/reports/getYammerActivityUserCounts(period='D90')",
        f"/v1.0/reports/getYammerActivityUserDetail(date={FRIDAY})",
    ]


def test_a_set_up_that_is_broken_ends_in_1_tells_each_finding_and_nothing_private(
    setup: Setup,
) -> None:
    setup.service.concealed = True
    setup.service.faults = [
        missing_role("getTeamsUserActivityUserDetail"),
        Fault("getSharePointActivityUserDetail", stage="download", body=refuse_all_but_a_few),
    ]
    (setup.home / "lake").chmod(0o755)

    ended = setup.check("--json")

    told_ = json.loads(ended.screen)
    broken = [f for f in told_["findings"] if f["result"] != "pass"]
    assert (ended.status, ended.log, told_["result"]) == (1, "", "fail")
    assert [(f["check"], f["scope"], f["result"]) for f in broken] == [
        ("lake folder", "", "fail"),
        ("report", "teams_user_activity", "fail"),
        ("report", "sharepoint_user_activity", "warn"),
        ("report settings", "", "fail"),
    ]
    assert broken[0]["advice"] == f"Run 'chmod 700 {setup.home / 'lake'}'."
    assert broken[1]["message"].startswith("Graph answered 403 S2SUnauthorized when asked for ")
    assert broken[1]["advice"].startswith("Give the app the application permission Reports.Read.Al")
    assert broken[2] == {
        "check": "report",
        "result": "warn",
        "message": f"2 rows of {FRIDAY} could not be read; such a day does not count.",
        "advice": "Run 'adoption pull', which says what is wrong, and tell it to whoever runs this "
        "program.",
        "scope": "sharepoint_user_activity",
    }
    assert broken[3]["advice"] == (
        "In the Microsoft 365 admin centre, under Settings > Org settings > Services > Reports, "
        'untick "Display concealed user, group, and site names in all reports". This program never '
        "changes it."
    )
    for secret in (setup.service.token, "nordmann", "@fjordvik", "http://127.0.0.1/data"):
        assert secret not in ended.screen.lower(), secret


def refuse_all_but_a_few(body: bytes) -> bytes:
    """The report with words for numbers in its first two rows."""
    lines = body.split(b"\r\n")
    return b"\r\n".join(
        line.replace(b",0,0,0,1,", b",x,0,0,1,") if number in (1, 2) else line
        for number, line in enumerate(lines)
    )


def test_a_configuration_that_cannot_be_read_ends_in_2(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("[organisation\n")

    broken = adoption("--config", tmp_path / "broken.toml", "check", "--json")
    absent = adoption("--config", tmp_path / "absent.toml", "check")

    assert (broken.status, broken.screen, absent.status, absent.screen) == (2, "", 2, "")
    assert absent.log.startswith(f"No configuration at {tmp_path / 'absent.toml'}.")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            'tenant_id = "<00000000-0000-0000-0000-000000000000>"\n',
            failed(
                "configuration",
                "{config} still has '<…>' in [graph] tenant_id.",
                advice="Fill in what stands between < and >.",
            ),
        ),
        (
            '[calendar]\ncountry = "XX"\n',
            failed(
                "configuration",
                "'calendar.country' is 'XX', a country whose holidays are not known.",
                advice="Use its ISO code, such as NO.",
            ),
        ),
    ],
    ids=["not filled in", "unknown country"],
)
def test_a_configuration_that_is_no_use_is_told(
    setup: Setup, given: str, expected: Finding
) -> None:
    setup.configure(given, endpoint="http://127.0.0.1:9/v1.0")

    found = setup.examine()[0]

    assert found == failed(
        expected.check, expected.message.replace("{config}", str(setup.config)),
        advice=expected.advice,
    )  # fmt: skip
