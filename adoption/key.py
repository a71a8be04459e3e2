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


def load_key(home: Path, environ: Mapping[str, str]) -> bytes:
    """The key for the lake under `home`; made at first use where the environment names none.

    Raises ConfigError: too short, readable by others, or not the key that the lake was made with.
    """
    text = environ.get(VARIABLE)
    key = check_key(text.encode() if text else _read_or_make(home / "pseudonym.key"))
    _check_fingerprint(home / "lake" / "key.fingerprint", key)
    return key


def _read_or_make(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
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


def _check_fingerprint(path: Path, key: bytes) -> None:
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = path.with_suffix(".tmp")
        temporary.write_text(fingerprint(key))
        temporary.replace(path)
    elif path.read_text().strip() != fingerprint(key):
        raise ConfigError(
            f"The pseudonym key is not the one that the lake in {path.parent} was made with. Put "
            f"the old key back (HOME/pseudonym.key or {VARIABLE}); with another key nobody would "
            "be recognised."
        )
