"""The log of what was done with a person's rows or with the key: HOME/audit.jsonl, one JSON a line.

A name never stands in it, only pseudonyms, each under the key whose fingerprint stands beside it.
A line is written before the answer is given, so that nothing goes unlogged.
"""

import datetime as dt
import getpass
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from adoption.errors import PermanentError


@dataclass(slots=True)
class Entry:
    """One action; what is found out on the way is filled in."""

    action: str
    reason: str | None = None
    key: str | None = None
    """Fingerprint of the key that the pseudonyms are under."""
    persons: tuple[int, ...] = ()
    """Pseudonyms; of the name, where no account is known."""
    rows: int = 0
    snapshots: int = 0


@contextmanager
def audited(home: Path, entry: Entry, *, now: dt.datetime) -> Iterator[Entry]:
    """Logs the action when it ends, whichever way; an action that cannot be logged fails.

    What it is about to change it tells with `write` before.
    """
    try:
        yield entry
    except BaseException as error:
        write(home, entry, result=f"failed: {type(error).__name__}", now=now)
        raise
    write(home, entry, result="done", now=now)


def write(home: Path, entry: Entry, *, result: str, now: dt.datetime) -> None:
    """Adds a line to the log and waits until the disk has it; raises PermanentError."""
    path = audit_path(home)
    line = {"at": now.isoformat(timespec="seconds"), "user": _user(), "result": result}
    data = json.dumps({**line, **asdict(entry)}, ensure_ascii=False) + "\n"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, data.encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise PermanentError(
            f"Cannot write to the log {path}: {error.strerror or error}. What cannot be logged is "
            "not done."
        ) from error


def audit_path(home: Path) -> Path:
    return home / "audit.jsonl"


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name
        return str(os.getuid())
