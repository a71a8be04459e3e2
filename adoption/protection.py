"""The commands on one person and on the key: what a data subject may ask for, and every use logged.

The name that is asked for is used and forgotten: it is neither stored nor logged.
"""

import datetime as dt
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from adoption.arguments import DONE, FAILED, LANGUAGES, Globals, as_of_option, parse_date, say
from adoption.errors import ConfigError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from adoption.audit import Entry
    from adoption.pipeline.subject import Subject

_reason = click.option(
    "--reason",
    metavar="TEXT",
    help="Why, for the log, such as a case number. It is kept: write no names into it.",
)
_on = click.option(
    "--on",
    metavar="DATE",
    help="Of several accounts that have had the name, the one that had it on this day.",
)


def _person_options(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.argument("upn")(_on(_reason(as_of_option(click.pass_obj(command)))))


@click.group()
def person() -> None:
    """Show or erase all that is kept on one person."""


@person.command()
@click.option("--format", "form", type=click.Choice(("table", "csv", "json")), default="table")
@click.option("--language", type=click.Choice(LANGUAGES), help="Default: the organisation's.")
@_person_options
def show(
    given: Globals, upn: str, form: str, language: str | None, on: str | None, reason: str | None
) -> int:
    """Show every row that is kept on the person with this name to sign in with (UPN)."""
    home, day = _known_home(given), parse_date(on) or given.today()
    language = language or given.language()
    from adoption.pipeline.person import kept_on, render_kept, summary

    if not (home / "lake").is_dir():
        print(f"Nothing is kept under this name: nothing has landed under {home} yet.")
        return DONE
    with _logged(home, "show", reason, upn) as entry:
        subject = _find(home, upn, day, entry)
        kept = kept_on(home, subject, language)
        entry.rows = sum(len(part.rows) for part in kept if part.snapshots)
        entry.snapshots = sum(part.snapshots for part in kept)
        lines = list(summary(home, subject, kept, language))
    for line in lines:
        print(line) if form == "table" else say(line)
    if kept or form != "table":
        sys.stdout.write(("\n" if form == "table" else "") + render_kept(kept, form, language))
    return DONE


@person.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", "is_trial", is_flag=True, help="Say what would go, and do nothing.")
@_person_options
def erase(
    given: Globals, upn: str, yes: bool, is_trial: bool, on: str | None, reason: str | None
) -> int:
    """Erase every row that is kept on the person, and let no later fetch bring them back."""
    home, day = _known_home(given), parse_date(on) or given.today()
    from adoption import audit
    from adoption.pipeline.erasure import erase as erase_rows
    from adoption.pipeline.erasure import freeze, has_published, is_handed_on, plan_erasure

    with _logged(home, "erase (dry run)" if is_trial else "erase", reason, upn) as entry:
        subject = _find(home, upn, day, entry)
        if is_handed_on(home, subject) and not on:
            raise ConfigError(
                "The one who had this name before has been erased; now another account has it. If "
                f"that one is to be erased as well, say so: --on {day}."
            )
        plan = plan_erasure(home, subject)
        entry.rows, entry.snapshots = plan.row_count, len(plan.found)
        what = _counted(entry.rows, entry.snapshots)
        if is_trial:
            print(f"Would erase {what}.")
            return DONE
        settings = given.settings() if plan.found and has_published(home) else None
        if not yes and not _confirmed(f"Erase {what}? They cannot be brought back."):
            entry.action = "erase (declined)"
            say("Nothing was erased.")
            return FAILED
        audit.write(home, entry, result="begun", now=_now())
        if settings:
            freeze(settings, as_of=given.today())
            plan = plan_erasure(home, subject)  # the archive has been written anew
        erase_rows(home, plan)
    print(f"Erased {what}.")
    _say_what_stays()
    return DONE


def _say_what_stays() -> None:
    say(
        "The pseudonyms are on a list, so that no later fetch or import brings the person back.\n"
        "What has been published are figures of groups. Those of days that no later night can "
        "change stay as they are; the next build makes newer ones anew, without the person.\n"
        "Not erased: backups, files that were imported by hand, and exports that were sent out."
    )


@click.group()
def key() -> None:
    """Look after the key that the pseudonyms are made with."""


@key.command()
@_reason
@as_of_option
@click.pass_obj
def rotate(given: Globals, reason: str | None) -> int:
    """Bring the whole lake under a new key; its history stays linked."""
    home = _known_home(given)
    from adoption import audit
    from adoption.identity import fingerprint
    from adoption.key import VARIABLE, load_key
    from adoption.pipeline.rotation import rotate as rotate_key

    with _logged(home, "rotate", reason) as entry:
        entry.key = fingerprint(load_key(home, os.environ))
        audit.write(home, entry, result="begun", now=_now())
        rotated = rotate_key(home, os.environ)
        entry.key, entry.rows = fingerprint(rotated.key), rotated.rows
        entry.snapshots = rotated.snapshots
    print(
        f"A new key for {_counted(rotated.rows, rotated.snapshots)}; the key is a chain of "
        f"{rotated.link_count} now."
    )
    print(f"It is in {rotated.path}, which only its owner can read. Keep a copy in a safe place.")
    if os.environ.get(VARIABLE):
        print(
            f"Put what is in that file into {VARIABLE}, as one line, and then remove the file: the "
            "key that is there now no longer fits."
        )
    return DONE


def _counted(rows: int, files: int) -> str:
    row_word, file_word = "row" if rows == 1 else "rows", "file" if files == 1 else "files"
    return f"{rows} {row_word} in {files} {file_word} of the lake"


def _known_home(given: Globals) -> "Path":
    home = given.home_folder()
    if not home.is_dir():
        raise ConfigError(f"There is no folder {home}. Name the right one with --home.")
    return home


def _logged(
    home: "Path", action: str, reason: str | None, upn: str | None = None
) -> "AbstractContextManager[Entry]":
    """Holds the folder as a nightly run does, and logs how the action ends."""
    if upn and reason and upn.strip().casefold() in reason.casefold():
        raise ConfigError("--reason has the name in it. The log is kept: give a case number.")
    from contextlib import contextmanager

    from adoption.audit import Entry, audited
    from adoption.pipeline.lock import only_run

    @contextmanager
    def logged() -> Any:
        with audited(home, Entry(action, reason), now=_now()) as entry, only_run(home):
            yield entry

    return logged()


def _find(home: "Path", upn: str, day: dt.date, entry: "Entry") -> "Subject":
    """Whom the name stands for, noted in the log by pseudonyms alone."""
    from adoption.identity import fingerprint
    from adoption.key import load_key
    from adoption.pipeline.subject import find_subject

    secret = load_key(home, os.environ)
    subject = find_subject(home, upn, key=secret, on=day)
    entry.key = fingerprint(secret)
    entry.persons = tuple(sorted(subject.persons or {subject.name}))
    return subject


def _confirmed(question: str) -> bool:
    if not sys.stdin.isatty():
        raise ConfigError(f"{question} Nothing was done; answer with --yes.")
    return click.confirm(question, err=True)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
