"""The configuration: the contract's example whole, and every mistake in plain words."""

import datetime as dt
from pathlib import Path

import pytest

from adoption.errors import ConfigError
from adoption.settings import (
    Calendar,
    Channels,
    Exclusion,
    Flags,
    Graph,
    Mail,
    Organisation,
    Privacy,
    Settings,
    Storage,
    Trust,
    Units,
    load_settings,
    parse_settings,
)

NAMED = '[organisation]\nname = "Fjordvik kommune"\n'
CONTRACT = """
[organisation]
name = "Fjordvik kommune"
language = "nn"
timezone = "Europe/Oslo"

[graph]
tenant_id = "t"
client_id = "c"
endpoint = "https://graph.microsoft.us/v1.0"
requests_per_10_minutes = 0
unit_attribute = "onPremisesExtensionAttributes.extensionAttribute3"

[storage]
home = "elsewhere"

[units]
register = "units.csv"
exclude = [{ upn = "svc-*" }, { job_title = "Vikar*", department = "Test" }]

[channels]
use = ["teams", "viva_engage"]
leadership = ["viva_engage"]

[calendar]
country = "SE"
closed = [["2026-07-06", "2026-07-31"], [2026-12-24, 2026-12-31]]

[flags]
target = 0.5
fall_points = 15
min_not_reached = 20

[privacy]
min_group = 5
retention_days = 200

[trust]
min_match_share = 0.9
usual_share = 0.5
total_gap = 0.05
total_gap_people = 10
stale_after_days = 14
blank_unit_share = 0.3
bearable_days = 2

[message]
host = "smtp.fjordvik.example"
port = 25
from = "adoption@fjordvik.example"
to = ["ann@fjordvik.example", "bob@fjordvik.example"]
user = "svc-adoption"
starttls = true
"""


def mistake(text: str, *, home: str | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        parse_settings(NAMED + text, source="adoption.toml", home=home)
    return str(caught.value)


def test_everything_that_the_contract_lists_is_read() -> None:
    assert parse_settings(CONTRACT, folder="config") == Settings(
        organisation=Organisation("Fjordvik kommune", "nn", "Europe/Oslo"),
        graph=Graph(
            tenant_id="t",
            client_id="c",
            endpoint="https://graph.microsoft.us/v1.0",
            requests_per_10_minutes=0,
            unit_attribute="onPremisesExtensionAttributes.extensionAttribute3",
        ),
        storage=Storage("elsewhere"),
        units=Units(
            "units.csv",
            (Exclusion(upn="svc-*"), Exclusion(job_title="Vikar*", department="Test")),
        ),
        channels=Channels(("teams", "viva_engage"), ("viva_engage",)),
        calendar=Calendar(
            "SE",
            (
                (dt.date(2026, 7, 6), dt.date(2026, 7, 31)),
                (dt.date(2026, 12, 24), dt.date(2026, 12, 31)),
            ),
        ),
        flags=Flags(0.5, 15.0, 20),
        privacy=Privacy(5, 200),
        trust=Trust(0.9, 0.5, 0.05, 10, 14, 0.3, 2),
        message=Mail(
            "smtp.fjordvik.example",
            25,
            "adoption@fjordvik.example",
            ("ann@fjordvik.example", "bob@fjordvik.example"),
            "svc-adoption",
        ),
        folder="config",
    )


def test_only_the_name_is_needed_and_the_rest_is_as_documented() -> None:
    settings = parse_settings(NAMED)

    assert settings == Settings(
        organisation=Organisation("Fjordvik kommune", "nb", "Europe/Oslo"),
        graph=Graph("", "", "https://graph.microsoft.com/v1.0", 12, 600.0, "department"),
        storage=Storage("data"),
        units=Units(None, ()),
        channels=Channels(("teams", "viva_engage", "sharepoint"), ("viva_engage", "sharepoint")),
        calendar=Calendar("NO", ()),
        flags=Flags(0.60, 10.0, 10),
        privacy=Privacy(10, 400),
        trust=Trust(0.95, 0.70, 0.02, 5, 7, 0.20, 4),
    )
    assert (settings.home, settings.register_path) == (Path("data"), None)


def test_hrs_list_lies_beside_the_configuration() -> None:
    units = '[units]\nregister = "units.csv"\nheadcount = "headcount.csv"\n'

    settings = parse_settings(NAMED + units, folder="config")

    assert settings.headcount_path == Path("config/headcount.csv")
    assert parse_settings(NAMED).headcount_path is None


def test_hrs_list_without_a_register_has_no_names_to_go_by() -> None:
    assert mistake('[units]\nheadcount = "headcount.csv"\n') == (
        "adoption.toml: 'units.headcount' needs 'units.register', whose names its lines go by."
    )


def test_a_home_from_the_command_line_wins_and_the_rest_stays() -> None:
    settings = parse_settings(CONTRACT, home="here")

    assert settings.home == Path("here")
    assert settings.units == parse_settings(CONTRACT).units


def test_the_register_lies_beside_the_configuration(tmp_path: Path) -> None:
    path = tmp_path / "adoption.toml"
    path.write_bytes(f'\ufeff{NAMED}[units]\nregister = "units.csv"\n'.encode())

    assert load_settings(path).register_path == tmp_path / "units.csv"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[organization]\nname = 'x'", "unknown key 'organization'. Did you mean 'organisation'?"),
        ("[flags]\ntargets = 0.6", "unknown key 'flags.targets'. Did you mean 'flags.target'?"),
        ("[privacy]\nmin_grp = 5", "unknown key 'privacy.min_grp'. Did you mean 'privacy.min_g"),
        (
            "[units]\nexclude = [{ upn = 'a' }, { jobtitle = 'b' }]",
            "unknown key 'units.exclude.jobtitle'. Did you mean 'units.exclude.job_title'?",
        ),
        (
            "[message]\nsender = 'a@b'",
            "unknown key 'message.sender'. Did you mean 'message.user'?",
        ),
        ("folder = 'x'", "unknown key 'organisation.folder'. Did you mean"),
        ("[folder]", "unknown key 'folder'. Did you mean"),
    ],
)
def test_an_unknown_key_is_told_with_the_nearest_known_one(text: str, told: str) -> None:
    assert mistake(text).startswith(f"adoption.toml: {told}")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[flags]\ntarget = '0.6'", "Expected `float`, got `str` (at 'flags.target')."),
        ("[flags]\ntarget = 60", "Expected `float` < 1.0 (at 'flags.target')."),
        ("[flags]\ntarget = 0.0", "Expected `float` > 0.0 (at 'flags.target')."),
        ("[flags]\nmin_not_reached = 0", "Expected `int` >= 1 (at 'flags.min_not_reached')."),
        ("[trust]\nusual_share = 1.0", "Expected `float` < 1.0 (at 'trust.usual_share')."),
        ("[trust]\nstale_after_days = 2", "Expected `int` >= 3 (at 'trust.stale_after_days')."),
        ("[trust]\nbearable_days = 28", "Expected `int` <= 27 (at 'trust.bearable_days')."),
        ("[privacy]\nmin_group = 4", "Expected `int` >= 5 (at 'privacy.min_group')."),
        ("[privacy]\nmin_group = true", "Expected `int`, got `bool` (at 'privacy.min_group')."),
        (
            "[privacy]\nretention_days = 55",
            "'privacy.retention_days' is 55; it must be >= 56 days: figures rest on windows of 28 "
            "days, each is compared with the 28 days before it, and Graph can change a day for 28 "
            "days.",
        ),
        (
            "[graph]\nrequests_per_10_minutes = -1",
            "Expected `int` >= 0 (at 'graph.requests_per_10_minutes').",
        ),
        ("language = 'no'", "Invalid enum value 'no' (at 'organisation.language')."),
        ("[channels]\nuse = ['yammer']", "Invalid enum value 'yammer' (at 'channels.use[0]')."),
        (
            "[calendar]\nclosed = [['2026-07-06']]",
            "Expected `array` of length 2, got 1 (at 'calendar.closed[0]').",
        ),
        (
            "[calendar]\nclosed = [['2026-07-31', '2026-07-06']]",
            "'calendar.closed' has a period that ends (2026-07-06) before it begins (2026-07-31).",
        ),
        (
            "[units]\nexclude = [{ upn = 'a' }, {}]",
            "a rule in 'units.exclude' is empty: it would match all.",
        ),
        (
            "[units]\nexclude = [{ upn = '' }]",
            "a rule in 'units.exclude' is empty: it would match all.",
        ),
        (
            "[channels]\nleadership = []",
            "'channels.leadership' must name at least one channel, each of them also in "
            "'channels.use'; not in use: none.",
        ),
        (
            "[channels]\nuse = ['teams']",
            "'channels.leadership' must name at least one channel, each of them also in "
            "'channels.use'; not in use: sharepoint, viva_engage.",
        ),
        (
            "[message]\nhost = 'mail'",
            "[message] needs 'host', 'from' and 'to', or leave the section out.",
        ),
        (
            "[message]\nhost = 'mail'\nfrom = 'a@b'\nto = ['c@d, e@f']",
            "'c@d, e@f' in [message] is no mail address. Write name@example.org.",
        ),
        (
            "[message]\nhost = 'mail'\nfrom = 'a@b'\nto = ['c@d']\nstarttls = false",
            "'message.starttls' may be false only for a mail server on this machine (127.0.0.1): "
            "the message, and the password, would go out in the clear.",
        ),
        (
            "[storage]\nhome = 's3://bucket'",
            "'storage.home' is an address; this version keeps its files in a folder.",
        ),
        (
            "[graph]\nunit_attribute = 'city'",
            "'graph.unit_attribute' is 'city'. Use department, companyName, officeLocation, "
            "employeeOrgData.division, employeeOrgData.costCenter or "
            "onPremisesExtensionAttributes.extensionAttribute1 to 15.",
        ),
    ],
)
def test_a_wrong_value_is_told_with_its_key(text: str, told: str) -> None:
    assert mistake(text) == f"adoption.toml: {told}"


def test_a_home_from_the_command_line_does_not_hide_a_mistake() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_settings(f'storage = "data"\n{NAMED}', source="adoption.toml", home="here")

    assert str(caught.value) == "adoption.toml: Expected `object`, got `str` (at 'storage')."


def test_a_file_without_the_organisations_name_is_refused() -> None:
    with pytest.raises(ConfigError, match="missing required field `organisation`"):
        parse_settings("")


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://graph.microsoft.com/v1.0",
        "https://microsoftgraph.chinacloudapi.cn/v1.0",
        "https://127.0.0.1:8443/v1.0",
        "http://127.0.0.1:53123/v1.0",
        "http://localhost:80/v1.0",
        "http://[::1]:5000/v1.0",
    ],
)
def test_https_and_the_loopback_are_endpoints(endpoint: str) -> None:
    settings = parse_settings(f"{NAMED}[graph]\nendpoint = '{endpoint}'")

    assert settings.graph.endpoint == endpoint


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://graph.microsoft.com/v1.0",
        "http://127.0.0.1.example.com/v1.0",
        "http://127.0.0.1@example.com/v1.0",
        "http://localhost:port/v1.0",
        "https://[graph/v1.0",
        "https:///v1.0",
        "graph.microsoft.com/v1.0",
        "file:///etc/passwd",
        "",
    ],
)
def test_any_other_endpoint_is_refused(endpoint: str) -> None:
    assert mistake(f"[graph]\nendpoint = '{endpoint}'") == (
        f"adoption.toml: 'graph.endpoint' is '{endpoint}'. It must be https; http is allowed only "
        "for a service on this machine (127.0.0.1)."
    )


def test_a_missing_file_is_told_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "adoption.toml"

    with pytest.raises(ConfigError) as caught:
        load_settings(path)

    assert str(caught.value) == (
        f"No configuration at {path}. Run 'adoption init' to write one to fill in, or name another "
        "with --config or ADOPTION_CONFIG."
    )


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"[organisation\n", "adoption.toml is not valid TOML: Expected ']'"),
        ("[organisation]\nname = 'Ås'\n".encode("cp1252"), "Cannot read the configuration"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_toml_in_utf_8_is_refused(tmp_path: Path, data: bytes, told: str) -> None:
    path = tmp_path / "adoption.toml"
    path.write_bytes(data)

    with pytest.raises(ConfigError) as caught:
        load_settings(path)

    assert told in str(caught.value)
