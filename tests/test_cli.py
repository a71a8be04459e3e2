"""How commands end when something is wrong: plain lines, the documented status, nothing lost."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import trustme

from adoption.demo.run import write_config
from adoption.demo.service import GraphService, error_fault, missing_role
from tests.conftest import Demo
from tests.graph.tls import Posted, Said, tls_serving
from tests.running import Ended, adoption, in_home, marts, rows, run, warehouse


def published(home: Path) -> str:
    return hashlib.sha256(warehouse(home).read_bytes()).hexdigest()


def test_a_report_that_is_refused_ends_in_3_and_is_named_while_the_rest_lands(
    home: Path, graph: GraphService
) -> None:
    graph.faults = [missing_role("getYammerActivityUserDetail")]

    ended = run(home, "pull")

    assert (ended.status, ended.log.count("Missing:")) == (3, 1)
    assert "Missing: viva_engage_user_activity: Graph answered 403 S2SUnauthorized" in ended.log
    assert "Reports.Read.All" in ended.log


def test_a_missing_permission_for_all_reports_ends_in_1_and_keeps_what_is_published(
    home: Path, graph: GraphService
) -> None:
    graph.faults = [missing_role("/reports/|/users|/subscribedSkus")]
    before = published(home)

    ended = run(home, "pull")

    assert (ended.status, published(home)) == (1, before)
    assert ended.log.startswith("Nothing could be fetched.\n")
    assert "Traceback" not in ended.log


def test_an_unreadable_configuration_ends_in_2(home: Path, tmp_path: Path) -> None:
    before = published(home)
    (tmp_path / "broken.toml").write_text("[organisation\n")

    broken = adoption("--config", tmp_path / "broken.toml", "build")
    absent = adoption("--config", tmp_path / "absent.toml", "nightly")

    assert (broken.status, absent.status, published(home)) == (2, 2, before)
    assert broken.log.startswith(f"{tmp_path / 'broken.toml'} is not valid TOML:")
    assert absent.log == (
        f"No configuration at {tmp_path / 'absent.toml'}. Run 'adoption init' to write one to fill "
        "in, or name another with --config or ADOPTION_CONFIG.\n"
    )


def test_an_unreachable_host_ends_in_1_and_keeps_what_is_published(demo: Demo, home: Path) -> None:
    write_config(home, demo.world, endpoint="http://127.0.0.1:9/v1.0")
    before = published(home)

    ended = run(home, "pull", "--report", "directory")

    assert (ended.status, published(home)) == (1, before)
    assert "The connection failed when Graph was asked for the user list" in ended.log
    assert "Traceback" not in ended.log


def test_a_wrong_secret_ends_in_1_with_entras_own_reason_once_and_without_the_secret(
    demo: Demo, home: Path, tmp_path: Path
) -> None:
    config = write_config(home, demo.world, endpoint="http://127.0.0.1:9/v1.0")
    ids = 'tenant_id = "contoso"\nclient_id = "app"\n'
    config.write_text(config.read_text().replace("[graph]\n", f"[graph]\n{ids}"))
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    before = published(home)

    with tls_serving(authority, refuse_secret) as url:
        ended = run(
            home, "pull",
            ADOPTION_ACCESS_TOKEN="", ADOPTION_CLIENT_SECRET="hunter2",
            AZURE_AUTHORITY_HOST=url, REQUESTS_CA_BUNDLE=str(tmp_path / "ca.pem"),
        )  # fmt: skip

    assert (ended.status, ended.log.count("AADSTS7000215"), published(home)) == (1, 1, before)
    assert ended.log.startswith("Nothing could be fetched.\n")
    assert "for app app in tenant contoso with the client secret in ADOPTION_CLIENT" in ended.log
    assert "hunter2" not in ended.log
    assert "Traceback" not in ended.log


def refuse_secret(_request: Posted) -> Said:
    """What Entra answers to a secret that it does not know."""
    body = {"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret."}
    return Said(401, {"Content-Type": "application/json"}, json.dumps(body).encode())


def test_a_full_disk_ends_in_1_and_keeps_what_is_published(home: Path) -> None:
    before = published(home)

    ended = with_file_size_limit(64 * 1024, home, "build")

    assert (ended.status, published(home)) == (1, before)
    assert ended.log.startswith(f"Could not build the warehouse {warehouse(home)}: ")
    assert ended.log.endswith("What was published before is untouched.\n")
    assert not list(warehouse(home).parent.glob(".*"))


def with_file_size_limit(size: int, home: Path, command: str) -> Ended:
    """Runs `command` where the system refuses each write past `size`, as a full disk does."""
    program = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size})); "
        "from adoption.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *in_home(home), command],
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def test_a_tenant_that_conceals_names_ends_in_3_names_the_setting_and_gets_no_rate(
    home: Path, graph: GraphService
) -> None:
    shutil.rmtree(home / "lake")
    (home / "pseudonym.key").unlink()
    graph.concealed = True

    pulled, built = run(home, "pull"), run(home, "build")

    assert (pulled.status, built.status) == (0, 3)
    assert "«Display concealed user, group, and site names in all reports»" in built.log
    statuses = rows(home, "select distinct status, reach_rate from marts.unit_reach order by 1")
    assert statuses == [("no_data", None), ("not_trusted", None)]
    totals = rows(home, "select distinct active from marts.channel_day")
    assert totals == [(None,)]


def test_a_night_without_a_report_and_a_message_publishes_the_rest_and_ends_in_3(
    home: Path, graph: GraphService
) -> None:
    graph.faults = [error_fault("getSharePointActivityUserCounts", 400, "BadRequest", "No.")]
    before = marts(home)

    ended = run(home, "nightly", ADOPTION_TEAMS_WEBHOOK="http://127.0.0.1:9/s3cret")

    assert ended.status == 3
    assert "Missing: sharepoint_user_counts: Graph answered 400 BadRequest" in ended.log
    assert "Warning: The message (teams) was not sent; the next run tries again." in ended.log
    assert "s3cret" not in ended.log
    assert marts(home) == before


def test_the_day_that_counts_as_today_may_stand_before_or_after_the_command(home: Path) -> None:
    before = adoption("--home", home, "--as-of", "2026-11-20", "status")
    after = adoption("--home", home, "status", "--as-of", "2026-11-20")

    assert before == after
    assert before.status == 0


@pytest.mark.parametrize(
    "arguments",
    [("status", "--as-of", "yesterday"), ("nonsense",), ("query", "--format", "yaml"), ("--x",)],
)
def test_a_wrong_command_ends_in_2(arguments: tuple[str, ...], home: Path) -> None:
    assert adoption("--home", home, *arguments).status == 2


def test_init_writes_a_configuration_to_fill_in_and_never_overwrites(tmp_path: Path) -> None:
    config = tmp_path / "config" / "adoption.toml"

    first = adoption("--config", config, "init")
    config.write_text("mine")
    second = adoption("--config", config, "init")

    assert (first.status, first.screen) == (0, f"{config}\n{config.with_name('units.csv')}\n")
    assert (second.status, second.screen, config.read_text()) == (0, "", "mine")


def test_export_writes_english_and_bokmal(home: Path, tmp_path: Path) -> None:
    for language in ("en", "nb"):
        run(home, "export", "--out", str(tmp_path / language), "--language", language)

    english, bokmal = (
        (tmp_path / language / "2026-11-22" / "unit_flags.csv").read_text("utf-8-sig").splitlines()
        for language in ("en", "nb")
    )
    assert english[0].startswith("Unit id,Unit,")
    assert bokmal[0].startswith("Enhets-ID;Enhet;")
    flags = rows(home, "from marts.unit_flag")
    assert len(english) == len(bokmal) == 1 + len(flags)


def test_export_writes_the_formats_that_are_named_and_refuses_one_it_does_not_know(
    home: Path,
) -> None:
    folder = home / "exports" / "2026-11-22"

    one = run(home, "export", "--format", "xlsx")
    only = sorted(path.name for path in folder.iterdir())
    unknown = run(home, "export", "--format", "csv,pdf", "--format", "xlsx")

    assert (one.status, only) == (0, ["manifest.json", "report.xlsx"])
    assert unknown.status == 2
    assert unknown.log.startswith("Unknown format: pdf. Known: csv, xlsx")
