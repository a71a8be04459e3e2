"""The pseudonym key: from the environment, or from a file that only its owner can read.

A lake remembers the fingerprint of its key. Under another key everybody would be a stranger and
every unit would read as not reached; so another key is refused.
"""

import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path

from adoption.errors import ConfigError
from adoption.identity import check_key, fingerprint

VARIABLE = "ADOPTION_PSEUDONYM_KEY"
_PUT_BACK = (
    f"Put the old key back (HOME/pseudonym.key or {VARIABLE}); with another key nobody would be "
    "recognised."
)


def load_key(home: Path, environ: Mapping[str, str]) -> bytes:
    """The key for the lake under `home`; made at first use where the environment names none.

    Raises ConfigError as `find_key` does.
    """
    key = find_key(home, environ) or check_key(_make(home / "pseudonym.key"))
    _remember(_fingerprint_path(home), key)
    return key


def find_key(home: Path, environ: Mapping[str, str]) -> bytes | None:
    """The key as `load_key` would find it, None where it would make one; nothing is written.

    Raises ConfigError: too short, readable by others, not the key that the lake was made with, or
    gone while the lake is there.
    """
    text, path, remembered = environ.get(VARIABLE), home / "pseudonym.key", _fingerprint_path(home)
    if not text and not path.exists():
        if remembered.exists():
            raise ConfigError(
                f"The pseudonym key that the lake in {remembered.parent} was made with is gone. "
                f"{_PUT_BACK}"
            )
        return None
    key = check_key(text.encode() if text else _read_private(path))
    if remembered.exists() and remembered.read_text().strip() != fingerprint(key):
        raise ConfigError(
            f"The pseudonym key is not the one that the lake in {remembered.parent} was made with. "
            f"{_PUT_BACK}"
        )
    return key


def _fingerprint_path(home: Path) -> Path:
    return home / "lake" / "key.fingerprint"


def _make(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was quicker
        return _read_private(path)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32))
    return _read_private(path)


def _read_private(path: Path) -> bytes:
    mode = stat.S_IMODE(path.stat().st_mode)
    if os.name == "posix" and mode & 0o077:
        raise ConfigError(
            f"The pseudonym key {path} can be read by others (mode {mode:o}). "
            f"Run 'chmod 600 {path}'."
        )
    return path.read_bytes().strip()


def _remember(path: Path, key: bytes) -> None:
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = path.with_suffix(".tmp")
        temporary.write_text(fingerprint(key))
        temporary.replace(path)
