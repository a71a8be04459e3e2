"""The folder that holds everything: writable, private, with room, and with the lake's own key."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from adoption.errors import ConfigError
from adoption.key import VARIABLE, find_key, new_key_path
from adoption.pipeline.doctor.finding import Finding, failed, passed, skipped, told, warned

TOO_LITTLE = 200 * 10**6
"""Bytes; a night writes the warehouse anew beside the old one."""
LITTLE = 2 * 10**9


def look_at_storage(home: Path, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Findings on the home folder, its disk, the lake's mode and the key; nothing is left there."""
    try:
        root = next(path for path in (home, *home.absolute().parents) if path.exists())
        with tempfile.TemporaryFile(dir=root):
            pass
        free = shutil.disk_usage(root).free
    except OSError as error:
        yield failed(
            "home folder",
            f"Cannot write in {home}: {error.strerror or error}.",
            advice="Mend its permissions, or choose another one with --home or [storage] home.",
        )
    else:
        is_there = "can be written" if root == home else "is not there yet; the first run makes it"
        yield passed("home folder", f"{home} {is_there}.")
        yield disk_finding(free)
    yield _lake_finding(home / "lake")
    yield from _warehouse_findings(home / "warehouse")
    yield _key_finding(home, environ)


def disk_finding(free: int) -> Finding:
    """Whether `free` bytes are enough."""
    message = f"{free / 10**9:.1f} GB are free."
    advice = "Free some space, or move [storage] home to a larger disk."
    if free < TOO_LITTLE:
        return failed("disk", message, advice=advice)
    return warned("disk", message, advice=advice) if free < LITTLE else passed("disk", message)


def _lake_finding(lake: Path) -> Finding:
    if os.name != "posix":
        return skipped("lake folder", "This system has no file modes; see who may read it.")
    try:
        mode = stat.S_IMODE(lake.stat().st_mode)
    except FileNotFoundError:
        return skipped("lake folder", "Nothing has landed yet.")
    except OSError as error:
        return failed(
            "lake folder",
            f"Cannot look at {lake}: {error.strerror}.",
            advice="Mend the permissions of the folders above it.",
        )
    if mode & 0o077:
        return failed(
            "lake folder",
            f"{lake} holds person-level rows and is open to others (mode {mode:o}).",
            advice=f"Run 'chmod 700 {lake}'.",
        )
    if files := [path for path in lake.rglob("*.parquet") if _is_open(path, 0o077)]:
        return warned(
            "lake folder",
            f"{lake} is its owner's alone, but {len(files)} files in it would be open "
            "to others once they are copied elsewhere.",
            advice=f"Run 'chmod -R go= {lake}'.",
        )
    return passed("lake folder", f"{lake} is its owner's alone.")


def _warehouse_findings(folder: Path) -> Iterator[Finding]:
    """Who may read it is for the organisation to say; whoever may write it can forge figures."""
    if os.name == "posix" and any(_is_open(p, 0o002) for p in (folder, *folder.glob("*.duckdb"))):
        yield warned(
            "warehouse folder",
            f"{folder} can be written by everybody on this machine.",
            advice=f"Run 'chmod -R o-w {folder}'.",
        )


def _is_open(path: Path, bits: int) -> bool:
    try:
        return bool(stat.S_IMODE(path.lstat().st_mode) & bits)
    except OSError:
        return False


def _key_finding(home: Path, environ: Mapping[str, str]) -> Finding:
    try:
        key = find_key(home, environ)
    except ConfigError as error:
        return told("pseudonym key", error)
    except OSError as error:
        return failed(
            "pseudonym key",
            f"Cannot read the pseudonym key under {home}: {error.strerror}.",
            advice="Make it readable for the account that this runs as, and for no other.",
        )
    if key is None:
        return passed("pseudonym key", "There is none yet; the first run makes it (mode 0600).")
    if environ.get(VARIABLE) and new_key_path(home).exists():
        return warned(
            "pseudonym key",
            f"{VARIABLE} is the lake's own, but {new_key_path(home)} still lies there as well.",
            advice="Remove it, once the chain is kept in a safe place.",
        )
    source = VARIABLE if environ.get(VARIABLE) else str(home / "pseudonym.key")
    lake = "the lake's own" if (home / "lake" / "key.fingerprint").exists() else "fit for a lake"
    return passed("pseudonym key", f"The key in {source} is {lake}.")
