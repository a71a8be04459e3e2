"""Takes one person out of the lake: onto the list of the erased first, then out of every file.

Before, what has been published and is final is kept as it is: whoever compared figures of the same
weeks from before and after would else see what the one did who went.

Killed at any point, the same command goes on from there: nobody on the list lands again, and the
lists of accounts, by which the rest is found, go last.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.compute as pc

from adoption.erased import Erased, load_erased
from adoption.errors import PermanentError
from adoption.lake import erase_rows, remember_erased, sweep
from adoption.pipeline.build import build_warehouse
from adoption.pipeline.subject import Found, Subject, rows_of
from adoption.settings import Settings
from adoption.warehouse import warehouse_path


@dataclass(frozen=True, slots=True)
class Erasure:
    """What an erasure would take away, before anything is touched."""

    subject: Subject
    found: Sequence[Found]

    @property
    def row_count(self) -> int:
        return sum(int(pc.sum(found.mask).as_py()) for found in self.found)


def plan_erasure(home: Path, subject: Subject) -> Erasure:
    """All that is kept on the subject; nothing is changed."""
    return Erasure(subject, list(rows_of(home, subject)))


def is_handed_on(home: Path, subject: Subject) -> bool:
    """Whether the name was erased before, and is now somebody else's."""
    listed = {person for person, name in load_erased(home).pairs if name == subject.name}
    known = listed - {None, subject.nameless}
    return bool(known and subject.persons and not subject.persons & listed)


def has_published(home: Path) -> bool:
    """Whether there are figures that an erasure would change."""
    return warehouse_path(home).exists()


def freeze(settings: Settings, *, as_of: dt.date) -> None:
    """Publishes the lake as it is, and keeps what is final: no later build makes that anew.

    The rows of the archive change, so an erasure is planned after. Raises PermanentError where the
    warehouse cannot be built.
    """
    try:
        build_warehouse(settings, as_of=as_of, keeps_final=True)
    except PermanentError as error:
        raise PermanentError(
            f"Nobody has been erased, since the published figures could not be kept first: {error} "
            f"Mend that and give the command again; or, if the person cannot wait, move "
            f"{warehouse_path(settings.home)} away: then all figures are made anew without them."
        ) from error


def erase(home: Path, erasure: Erasure) -> None:
    """Lists the person as erased, then rewrites each file; raises PermanentError on a full disk."""
    subject = erasure.subject
    try:
        sweep(home)
        remember_erased(home, _with(load_erased(home), subject))
        for found in erasure.found:
            erase_rows(found.path, found.mask)
    except OSError as error:
        raise PermanentError(
            f"Cannot write to the lake under {home}: {error.strerror or error}. The person is not "
            "erased whole. Free some space or mend the permissions, and give the command again."
        ) from error


def _with(erased: Erased, subject: Subject) -> Erased:
    if not subject.persons:
        return erased.and_unknown(subject.name, subject.nameless)
    pairs = {(person, name) for person in subject.persons for name in subject.names}
    return erased.and_also({*pairs, (subject.nameless, subject.name)})
