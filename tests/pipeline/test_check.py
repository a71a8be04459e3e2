"""`adoption check`: what it says of a set-up that is well, and of each way to be unwell."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from adoption.archive import Mark, write_mark
from adoption.demo.service import Fault, error_fault, missing_role, unknown_tenant
from adoption.demo.world import Account
from adoption.errors import PermanentError
from adoption.pipeline.doctor.connection import clock_finding
from adoption.pipeline.doctor.finding import (
    Finding,
    failed,
    passed,
    render_json,
    render_line,
    skipped,
    told,
    verdict,
    warned,
)
from adoption.pipeline.doctor.freshness import look_at_freshness
from adoption.pipeline.doctor.retention import look_at_retention
from adoption.pipeline.doctor.storage import disk_finding, look_at_storage
from adoption.pipeline.permissions import ENOUGH
from tests.demo.small_world import ALL_PLANS, TEAMS, TODAY, on
from tests.graph.tls import Said, tls_serving
from tests.pipeline.checking import (
    REPORTS,
    ROLES,
    UNITS,
    Setup,
    Town,
    by_result,
    land_days,
    open_setup,
    publish,
    the,
    token_with,
)
from tests.running import adoption

TOTALS = ("teams_user_counts", "viva_engage_user_counts", "sharepoint_user_counts")
FRIDAY = "2026-11-20"


@pytest.fixture
def setup(tmp_path: Path) -> Iterator[Setup]:
    with open_setup(tmp_path / "home") as setup:
        yield setup


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


@pytest.mark.parametrize(
    ("free", "result"),
    [(199 * 10**6, "fail"), (200 * 10**6, "warn"), (1_999 * 10**6, "warn"), (2 * 10**9, "pass")],
)
def test_a_full_disk_is_told_before_it_is_full(free: int, result: str) -> None:
    assert disk_finding(free).result == result


def test_a_home_that_is_not_there_yet_is_no_failure_and_is_not_made(setup: Setup) -> None:
    home = setup.home / "new" / "home"
    ended = adoption(
        *setup.where, "--home", home, "check", ADOPTION_ACCESS_TOKEN=setup.service.token
    )

    lines = ended.screen.splitlines()
    assert f"ok    home folder: {home} is not there yet; the first run makes it." in lines
    assert "skip  lake folder: Nothing has landed yet." in lines
    assert "ok    pseudonym key: There is none yet; the first run makes it (mode 0600)." in lines
    assert lines[-1] == (
        f"WARN  freshness (lake): Nothing has landed under {home} yet. → Run 'adoption nightly'."
    )
    assert (ended.status, (setup.home / "new").exists()) == (0, False)


def test_a_home_that_is_a_file_cannot_be_written(setup: Setup) -> None:
    shutil.rmtree(setup.home / "lake")
    setup.config.write_text(setup.config.read_text().replace(f'{setup.home}"', f'{setup.config}"'))

    assert the(setup.examine(), "home folder") == failed(
        "home folder",
        f"Cannot write in {setup.config}: Not a directory.",
        advice="Mend its permissions, or choose another one with --home or [storage] home.",
    )


def test_a_key_that_others_can_read_and_a_key_that_is_gone_are_told(setup: Setup) -> None:
    path = setup.home / "pseudonym.key"
    path.chmod(0o640)
    open_to_others = the(setup.examine(), "pseudonym key")
    path.unlink()
    gone = the(setup.examine(), "pseudonym key")

    assert open_to_others == failed(
        "pseudonym key",
        f"The pseudonym key {path} can be read by others (mode 640).",
        advice=f"Run 'chmod 600 {path}'.",
    )
    assert gone == failed(
        "pseudonym key",
        f"The pseudonym key that the lake in {setup.home / 'lake'} was made with is gone.",
        advice="Put the old key back (HOME/pseudonym.key or ADOPTION_PSEUDONYM_KEY); with another "
        "key nobody would be recognised.",
    )
    assert not path.exists()


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [
        (timedelta(minutes=5), passed("clock", "This machine's clock agrees with Graph's.")),
        (timedelta(minutes=6), "This machine's clock is 6 minutes ahead of Graph's."),
        (-timedelta(hours=24), "This machine's clock is 24 hours behind Graph's."),
        (timedelta(hours=25), "This machine's clock is 25 hours ahead of Graph's."),
        (-timedelta(days=400), "This machine's clock is 400 days behind Graph's."),
    ],
    ids=str,
)
def test_a_clock_that_is_wrong_is_told(ahead: timedelta, expected: Finding | str) -> None:
    theirs = datetime(2026, 11, 24, 12, tzinfo=UTC)

    found = clock_finding(theirs + ahead, theirs)

    if isinstance(expected, str):
        tell = warned if abs(ahead) <= timedelta(days=1) else failed
        advice = "Set it, and keep it right with a time service (NTP)."
        expected = tell("clock", expected, advice=advice)
    assert found == expected


def test_without_a_time_from_graph_the_clock_is_not_judged() -> None:
    reason = "Graph's answer carries no time to compare with."

    assert clock_finding(datetime(2026, 11, 24, tzinfo=UTC), None) == skipped("clock", reason)


def test_where_graph_cannot_be_reached_the_rest_is_skipped_but_for_what_needs_no_graph(
    setup: Setup,
) -> None:
    setup.configure(endpoint="http://127.0.0.1:9/v1.0")

    findings = setup.examine()

    assert the(findings, "connection") == failed(
        "connection",
        "127.0.0.1, port 9 cannot be reached (ConnectError: [Errno 111] Connection refused).",
        advice="Check the network, [graph] endpoint, and any proxy or firewall on the way.",
    )
    assert by_result(findings, "skip") == [
        *("clock", "credential", "permission", "report", "report settings", "licences"),
        *("channel teams", "channel viva_engage", "channel sharepoint"),
        *("directory", "unit attribute", "unit values"),
    ]
    assert by_result(findings, "pass")[-4:] == [
        *("unit register", "freshness lake", "freshness data", "freshness warehouse"),
    ]


def test_a_name_that_does_not_resolve_and_a_certificate_that_is_not_trusted_are_told_apart(
    setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    setup.configure(endpoint="https://graph.invalid/v1.0")
    unresolved = the(setup.examine(), "connection")
    with tls_serving(trustme.CA(), lambda _: Said(200)) as url:
        setup.configure(endpoint=f"{url}/v1.0")
        untrusted = the(setup.examine(), "connection")

    assert unresolved == failed(
        "connection",
        "DNS: the name graph.invalid cannot be resolved.",
        advice="Check [graph] endpoint and this machine's name servers; where only a proxy leads "
        "out, set HTTPS_PROXY.",
    )
    assert untrusted == failed(
        "connection",
        "TLS: the certificate of localhost is not trusted (unable to get local issuer "
        "certificate).",
        advice="Check this machine's clock; behind a proxy that opens TLS, set SSL_CERT_FILE and "
        "REQUESTS_CA_BUNDLE to the file of its authority.",
    )


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
    sql = Path(__file__).parents[2] / "sql" / "core" / "quality_service_plan.sql"

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


HRS_LIST = 'register = "units.csv"\nheadcount = "headcount.csv"'


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


@pytest.mark.parametrize(("age", "result"), [(3, "pass"), (4, "warn"), (7, "warn"), (8, "fail")])
def test_nights_that_do_not_run_raise_the_alarm(tmp_path: Path, age: int, result: str) -> None:
    day = TODAY - timedelta(age)
    land_days(tmp_path, day)
    publish(tmp_path, as_of=day)

    findings = list(look_at_freshness(tmp_path, REPORTS, TODAY))

    lake, _, warehouse = findings
    assert [lake.result, warehouse.result] == [result, result]
    if result != "pass":
        assert [lake.message, warehouse.message] == [
            f"The newest day of sharepoint_user_activity is {day}, {age} days ago.",
            f"Last built for {day}, {age} days ago.",
        ]


def test_the_report_that_is_furthest_behind_speaks_for_all(tmp_path: Path) -> None:
    land_days(tmp_path, on(23))
    land_days(tmp_path, on(10), reports=["viva_engage_user_activity"])
    (tmp_path / "lake/viva_engage_user_activity/day=2026-11-23/D1.parquet").unlink()
    publish(tmp_path, as_of=TODAY)

    assert list(look_at_freshness(tmp_path, REPORTS, TODAY)) == [
        failed(
            "freshness",
            "The newest day of viva_engage_user_activity is 2026-11-10, 14 days ago.",
            advice="See why the nightly run does not run or fails: run 'adoption nightly' by hand.",
            scope="lake",
        ),
        failed(
            "freshness",
            "Graph's figures of viva_engage reach to 2026-11-09, 15 days ago.",
            advice="If the lake is fresh, Microsoft is late: see the service health page, and "
            "wait. Otherwise see to the nightly run.",
            scope="data",
        ),
        passed("freshness", "Last built for 2026-11-24.", scope="warehouse"),
    ]


def test_rows_that_are_too_old_or_an_archive_that_is_lost_raise_the_alarm(tmp_path: Path) -> None:
    land_days(tmp_path, on(23))
    settled = list(look_at_retention(tmp_path, 400, TODAY))
    due = TODAY + timedelta(403)
    write_mark(tmp_path, Mark(TODAY, TODAY, ("marts.unit_reach",)))

    assert settled == [passed("retention", "No person-level rows are older than 400 days.")]
    assert list(look_at_retention(tmp_path, 400, due)) == [
        warned(
            "retention",
            "There are person-level rows of 2026-11-23, older than 400 days.",
            advice="Run 'adoption nightly' ('adoption build' where nothing is pulled). Rows "
            "only go as newer ones come in: where the pipeline is not to go on, delete the lake.",
        ),
        failed(
            "retention",
            "The archive of published rows has lost marts.unit_reach.",
            advice=f"Put {tmp_path / 'lake' / 'archive'} back from a backup.",
            scope="archive",
        ),
    ]


def test_modes_that_are_too_open_are_told_of_both_stores(tmp_path: Path) -> None:
    land_days(tmp_path, on(23))
    publish(tmp_path, as_of=TODAY)
    file = next((tmp_path / "lake").rglob("*.parquet"))
    file.chmod(0o640)
    (tmp_path / "warehouse" / "adoption.duckdb").chmod(0o666)

    findings = list(look_at_storage(tmp_path, {}))

    assert [finding for finding in findings if finding.result == "warn"] == [
        warned(
            "lake folder",
            f"{tmp_path / 'lake'} is its owner's alone, but 1 files in it would be open to others "
            "once they are copied elsewhere.",
            advice=f"Run 'chmod -R go= {tmp_path / 'lake'}'.",
        ),
        warned(
            "warehouse folder",
            f"{tmp_path / 'warehouse'} can be written by everybody on this machine.",
            advice=f"Run 'chmod -R o-w {tmp_path / 'warehouse'}'.",
        ),
    ]


def test_a_lake_that_is_gone_or_a_warehouse_that_is_broken_fails(tmp_path: Path) -> None:
    publish(tmp_path, as_of=TODAY)
    without_lake = list(look_at_freshness(tmp_path, REPORTS[:1], TODAY))
    land_days(tmp_path, on(23))
    (tmp_path / "warehouse" / "adoption.duckdb").write_bytes(b"no warehouse")
    broken = list(look_at_freshness(tmp_path, REPORTS, TODAY))

    assert by_result(without_lake, "fail") == ["freshness lake"]
    assert without_lake[0].message == "No day of teams_user_activity has landed yet."
    assert by_result(broken, "fail") == ["freshness warehouse"]


def test_a_line_and_json_say_the_same_and_no_control_character_gets_out() -> None:
    findings = [
        passed("disk", "70.9 GB are free."),
        warned("unit values", "Known by \x1b[31mnobody.", advice="Add it.", scope="x"),
    ]

    assert [render_line(finding) for finding in findings] == [
        "ok    disk: 70.9 GB are free.",
        "WARN  unit values (x): Known by ?[31mnobody. → Add it.",
    ]
    assert json.loads(render_json(findings)) == {
        "result": "warn",
        "findings": [
            {
                "check": "disk",
                "result": "pass",
                "message": "70.9 GB are free.",
                "advice": "",
                "scope": "",
            },
            {
                "check": "unit values",
                "result": "warn",
                "message": "Known by \x1b[31mnobody.",
                "advice": "Add it.",
                "scope": "x",
            },
        ],
    }


def test_each_permission_that_is_looked_for_is_known_to_the_pull() -> None:
    assert [enough[0] for enough in ENOUGH.values()] == list(ROLES)


def test_an_error_without_advice_gets_some() -> None:
    assert told("report", PermanentError("It broke.\nTwice."), advice="Ask.") == failed(
        "report", "It broke. Twice.", advice="Ask."
    )
