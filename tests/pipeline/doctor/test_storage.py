"""`adoption check` on this machine: the disk, the folder and the key."""

import shutil
from pathlib import Path

import pytest

from adoption.pipeline.doctor.finding import failed, warned
from adoption.pipeline.doctor.storage import disk_finding, look_at_storage
from tests.demo.small_world import TODAY, on
from tests.pipeline.doctor.checking import Setup, land_days, publish, the
from tests.running import adoption


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
