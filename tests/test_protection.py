"""`adoption person` and `adoption key` as their users run them."""

import csv
import io
import json
import os
import pty
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import filelock
import pytest

from adoption.identity import links
from adoption.key import VARIABLE
from tests.pipeline.small_lake import ENGAGE, KEY, directory, engage, held, person, teams, upn
from tests.running import Ended, adoption, files_with

ANN = "Ann@Fjordvik.no"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A lake of ann, who was renamed, and bob, with the key in its file."""
    home = tmp_path / "home"
    directory(home, 10, ann="ann", bob="")
    directory(home, 12, ann="berg", bob="")
    engage(home, 11, ann=3, bob=4)
    teams(home, 13, ann="berg")
    (home / "pseudonym.key").write_bytes(KEY)
    (home / "pseudonym.key").chmod(0o600)
    return home


def run(home: Path, *arguments: str, **environ: str) -> Ended:
    return adoption("--home", home, "--as-of", "2026-11-24", *arguments, **environ)


def log(home: Path) -> list[tuple[object, ...]]:
    lines = [json.loads(line) for line in (home / "audit.jsonl").read_text("utf-8").splitlines()]
    fields = ("action", "result", "reason", "persons", "rows", "snapshots")
    return [tuple(line[field] for field in fields) for line in lines]


def test_show_tells_what_each_table_is_which_days_and_all_columns(home: Path) -> None:
    ended = run(home, "person", "show", ANN)

    assert (ended.status, ended.log) == (0, "")
    first, second, *rest = ended.screen.splitlines()
    assert first == "4 rows are kept."
    assert second == (
        f"No name is kept; numbers stand for it. Account: {person('ann')}. Name to sign in with: "
        f"{', '.join(map(str, sorted([upn('ann'), upn('berg')])))}."
    )
    assert [line for line in rest if line and not line.startswith(" ")] == [
        "What you did in Teams (teams_user_activity): 1 row, 2026-11-13",
        f"What you did in Viva Engage ({ENGAGE}): 1 row, 2026-11-11",
        "What the organisation's list of accounts said of your account (directory): "
        "2 rows, 2026-11-10, 2026-11-12",
    ]
    assert "  read_count: Microsoft's column 'Read Count'" in rest
    (row,) = [line.split() for line in rest if line.startswith("  2026-11-11 ")]
    assert row == ["2026-11-11", "1", "member", str(upn("ann")), "0", "3", "0"]


def test_show_speaks_the_language_of_whoever_asks(home: Path) -> None:
    ended = run(home, "person", "show", ANN, "--language", "nn")

    first, _, *rest = ended.screen.splitlines()
    assert first == "4 rader er lagra."
    assert f"Kva du gjorde i Viva Engage ({ENGAGE}): 1 rad, 2026-11-11" in rest
    assert "  read_count: Microsofts kolonne «Read Count»" in rest


def test_show_as_csv_is_one_table_of_all(home: Path) -> None:
    ended = run(home, "person", "show", ANN, "--format", "csv")

    rows = list(csv.DictReader(io.StringIO(ended.screen)))
    assert [(row["kept_in"], row["day"], row["read_count"]) for row in rows] == [
        ("teams_user_activity", "2026-11-13", ""),
        (ENGAGE, "2026-11-11", "3"),
        ("directory", "2026-11-10", ""),
        ("directory", "2026-11-12", ""),
    ]
    assert ended.log.startswith("4 rows are kept.")


def test_show_as_json_has_every_column_and_its_meaning(home: Path) -> None:
    tables = json.loads(run(home, "person", "show", ANN, "--format", "json").screen)

    assert [table["table"] for table in tables] == ["teams_user_activity", ENGAGE, "directory"]
    assert all(row.keys() == table["columns"].keys() for table in tables for row in table["rows"])
    assert tables[1]["rows"][0]["read_count"] == 3


def test_of_a_name_that_nobody_knows_show_says_so(home: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    unknown = run(home, "person", "show", "cy@fjordvik.no")
    empty = run(tmp_path / "empty", "person", "show", ANN)

    assert (unknown.status, unknown.screen) == (0, "Nothing is kept under this name.\n")
    assert (empty.status, empty.screen) == (
        0,
        f"Nothing is kept under this name: nothing has landed under {tmp_path / 'empty'} yet.\n",
    )
    assert list((tmp_path / "empty").iterdir()) == []


def test_a_name_that_two_have_had_is_said_to_be_so(home: Path) -> None:
    directory(home, 14, eva="ann", bob="")

    now = run(home, "person", "show", ANN)
    before = run(home, "person", "show", ANN, "--on", "2026-11-11")

    assert now.screen.startswith("1 row is kept.")
    assert before.screen.startswith("4 rows are kept.")
    for ended in (now, before):
        assert "2 accounts have had this name, one after the other." in ended.screen


def test_a_wrong_key_is_refused_and_the_try_is_logged(home: Path) -> None:
    ended = run(home, "person", "show", ANN, **{VARIABLE: "another key than this one"})

    assert (ended.status, ended.screen) == (2, "")
    assert ended.log.startswith("The pseudonym key is not the one that the lake in ")
    assert log(home) == [("show", "failed: ConfigError", None, [], 0, 0)]


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    ended = run(tmp_path / "nowhere", "person", "show", ANN)

    assert (ended.status, list(tmp_path.iterdir())) == (2, [])
    assert ended.log.startswith("There is no folder ")


def test_a_dry_run_tells_and_changes_nothing(home: Path) -> None:
    before = held(home)

    ended = run(home, "person", "erase", ANN, "--dry-run")

    assert (ended.status, ended.screen) == (0, "Would erase 4 rows in 4 files of the lake.\n")
    assert held(home) == before
    assert log(home) == [("erase (dry run)", "done", None, [person("ann")], 4, 4)]


def test_nobody_is_erased_without_a_yes(home: Path) -> None:
    before = held(home)

    ended = run(home, "person", "erase", ANN)

    assert ended.status == 2
    assert ended.log == (
        "Erase 4 rows in 4 files of the lake? They cannot be brought back. Nothing was done; "
        "answer with --yes.\n"
    )
    assert held(home) == before


def test_erase_asks_on_a_terminal(home: Path) -> None:
    before = held(home)

    declined = on_terminal(home, "n\n", "person", "erase", ANN)
    between = held(home)
    agreed = on_terminal(home, "y\n", "person", "erase", ANN)

    assert (declined, between) == (1, before)
    assert agreed == 0
    assert upn("ann") not in held(home)[f"{ENGAGE}/day=2026-11-11/D1.parquet"]
    assert [line[:2] for line in log(home)] == [
        ("erase (declined)", "done"), ("erase", "begun"), ("erase", "done"),
    ]  # fmt: skip


def on_terminal(home: Path, answer: str, *arguments: str) -> int:
    """The exit status of a command that is given `answer` on a terminal."""
    ours, theirs = pty.openpty()
    program = "from adoption.cli import main; main()"
    command = [sys.executable, "-c", program, "--home", str(home), *arguments]
    os.write(ours, answer.encode())
    done = subprocess.run(command, stdin=theirs, capture_output=True, check=False)
    os.close(ours)
    os.close(theirs)
    return done.returncode


def test_erase_says_what_went_and_what_stays_and_logs_it(home: Path) -> None:
    ended = run(home, "person", "erase", ANN, "--yes", "--reason", "sak 26/117")
    again = run(home, "person", "erase", ANN, "--yes")
    shown = run(home, "person", "show", ANN)

    assert (ended.status, ended.screen) == (0, "Erased 4 rows in 4 files of the lake.\n")
    assert "Not erased: backups, files that were imported by hand" in ended.log
    assert again.screen == "Erased 0 rows in 0 files of the lake.\n"
    assert shown.screen.startswith(
        "Nothing is kept under this name.\nThe numbers stand on the list of the erased,"
    )
    assert log(home) == [
        ("erase", "begun", "sak 26/117", [person("ann")], 4, 4),
        ("erase", "done", "sak 26/117", [person("ann")], 4, 4),
        *([("erase", result, None, log(home)[2][3], 0, 0) for result in ("begun", "done")]),
        ("show", "done", None, log(home)[4][3], 0, 0),
    ]  # fmt: skip


def test_a_name_that_was_handed_on_after_an_erasure_takes_a_date(home: Path) -> None:
    run(home, "person", "erase", ANN, "--yes")
    directory(home, 14, eva="ann", bob="")

    refused = run(home, "person", "erase", ANN, "--yes")
    meant = run(home, "person", "erase", ANN, "--yes", "--on", "2026-11-24")

    assert refused.status == 2
    assert refused.log.endswith("say so: --on 2026-11-24.\n")
    assert (meant.status, meant.screen) == (0, "Erased 1 row in 1 file of the lake.\n")


def test_the_name_stands_nowhere_under_home_nor_in_the_log(home: Path) -> None:
    shown = run(home, "--debug", "person", "show", ANN)
    erased = run(home, "--debug", "person", "erase", ANN, "--yes")
    refused = run(home, "person", "erase", ANN, "--yes", "--reason", "krav fra ann@fjordvik.no")

    assert files_with(home, [ANN]) == set()
    for ended in (shown, erased, refused):
        assert ANN.lower() not in (ended.screen + ended.log).lower()
    assert (refused.status, len(log(home))) == (2, 3)
    assert refused.log == "--reason has the name in it. The log is kept: give a case number.\n"


@pytest.mark.parametrize(
    "arguments", [("person", "show", ANN), ("person", "erase", ANN, "--yes"), ("key", "rotate")]
)
def test_nothing_is_done_while_another_command_is_at_work(
    home: Path, arguments: Sequence[str]
) -> None:
    before = held(home)

    with filelock.FileLock(home / ".lock"):
        ended = run(home, *arguments)

    assert (ended.status, held(home)) == (1, before)
    assert ended.log.startswith("Another adoption command is at work in ")
    assert [line[1] for line in log(home)] == ["failed: PermanentError"]


def test_rotate_says_where_the_chain_is_and_never_shows_it(home: Path) -> None:
    ended = run(home, "key", "rotate", "--reason", "årlig")
    shown = run(home, "person", "show", ANN)

    chain = (home / "pseudonym.key").read_bytes()
    assert ended.status == 0
    assert ended.screen == (
        "A new key for 7 rows in 4 files of the lake; the key is a chain of 2 now.\n"
        f"It is in {home / 'pseudonym.key'}, which only its owner can read. Keep a copy in a safe "
        "place.\n"
    )
    assert links(chain)[1].decode() not in ended.screen + ended.log
    assert shown.screen.startswith("4 rows are kept.")
    assert [line[:3] + line[4:] for line in log(home)[:2]] == [
        ("rotate", "begun", "årlig", 0, 0), ("rotate", "done", "årlig", 7, 4),
    ]  # fmt: skip


def test_with_the_key_in_the_environment_rotate_says_what_to_put_there(home: Path) -> None:
    (home / "pseudonym.key").unlink()

    ended = run(home, "key", "rotate", **{VARIABLE: KEY.decode()})
    old = run(home, "person", "show", ANN, **{VARIABLE: KEY.decode()})
    new = run(home, "person", "show", ANN, **{VARIABLE: (home / "pseudonym.key.new").read_text()})

    assert f"Put what is in that file into {VARIABLE}, as one line" in ended.screen
    assert (old.status, new.status) == (2, 0)
    assert old.log.startswith("The pseudonym key is the one from before 'adoption key rotate'")
