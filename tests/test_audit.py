"""The log: every action a line, failed ones as well, its owner's alone, and only ever added to."""

import datetime as dt
import getpass
import json
import stat
from pathlib import Path

import pytest

from adoption.audit import Entry, audit_path, audited, write
from adoption.errors import PermanentError

NOW = dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC)


def lines(home: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in audit_path(home).read_text("utf-8").splitlines()]


def test_an_action_is_a_line_with_what_was_found_out_on_the_way(tmp_path: Path) -> None:
    with audited(tmp_path, Entry("show", reason="sak 26/117 æ"), now=NOW) as entry:
        entry.key, entry.persons, entry.rows, entry.snapshots = "abc", (1, 2), 7, 3

    assert lines(tmp_path) == [
        {
            "at": "2026-11-24T09:30:00+00:00", "user": getpass.getuser(), "result": "done",
            "action": "show", "reason": "sak 26/117 æ", "key": "abc", "persons": [1, 2],
            "rows": 7, "snapshots": 3,
        }
    ]  # fmt: skip
    assert stat.S_IMODE(audit_path(tmp_path).stat().st_mode) == 0o600


@pytest.mark.parametrize("error", [PermanentError("no"), ValueError("ann@x.no"), SystemExit(1)])
def test_a_failed_action_is_logged_by_the_kind_of_failure(
    tmp_path: Path, error: BaseException
) -> None:
    with pytest.raises(type(error)), audited(tmp_path, Entry("erase"), now=NOW):
        raise error

    assert [line["result"] for line in lines(tmp_path)] == [f"failed: {type(error).__name__}"]


def test_lines_are_only_ever_added(tmp_path: Path) -> None:
    write(tmp_path, Entry("rotate"), result="begun", now=NOW)
    first = audit_path(tmp_path).read_bytes()
    write(tmp_path, Entry("rotate"), result="done", now=NOW)

    assert audit_path(tmp_path).read_bytes().startswith(first)
    assert [line["result"] for line in lines(tmp_path)] == ["begun", "done"]


def test_what_cannot_be_logged_fails(tmp_path: Path) -> None:
    audit_path(tmp_path).mkdir()

    with pytest.raises(PermanentError, match="What cannot be logged is not done"):
        write(tmp_path, Entry("show"), result="done", now=NOW)
