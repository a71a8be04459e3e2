"""The pseudonym key: from the environment, or from a file that only its owner can read.

A lake remembers the fingerprint of its key. Under another key everybody would be a stranger and
every unit would read as not reached; so another key is refused. A rotation leaves its chain in
HOME/pseudonym.key.new until the lake goes by it, so that no kill parts a lake from its key.
"""

import os
import secrets
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from adoption.errors import ConfigError
from adoption.identity import check_key, fingerprint, links

VARIABLE = "ADOPTION_PSEUDONYM_KEY"
_PUT_BACK = (
    f"Put the old key back (HOME/pseudonym.key or {VARIABLE}); with another key nobody would be "
    "recognised."
)


def key_path(home: Path) -> Path:
    return home / "pseudonym.key"


def new_key_path(home: Path) -> Path:
    return home / "pseudonym.key.new"


def load_key(home: Path, environ: Mapping[str, str]) -> bytes:
    """The key for the lake under `home`; made at first use where the environment names none.

    Raises ConfigError as `find_key` does.
    """
    key = find_key(home, environ) or check_key(_make(key_path(home)))
    new = new_key_path(home)
    if not environ.get(VARIABLE) and new.exists() and _read_private(new) == key:
        new.replace(key_path(home))  # a rotation was killed after the lake went over
    if not _fingerprint_path(home / "lake").exists():
        remember_key(home / "lake", key)
    return key


def find_key(home: Path, environ: Mapping[str, str]) -> bytes | None:
    """The key as `load_key` would find it, None where it would make one; nothing is written.

    Raises ConfigError: too short, readable by others, not the key that the lake was made with, or
    gone while the lake is there.
    """
    lake, text = home / "lake", environ.get(VARIABLE)
    there = [path for path in (key_path(home), new_key_path(home)) if path.exists()]
    keys = [text.encode()] if text else [_read_private(path) for path in there]
    known = _known_fingerprints(lake)
    for key in keys if known else keys[:1]:
        if not known or fingerprint(check_key(key)) == known[0]:
            return check_key(key)
    if not keys and known:
        raise ConfigError(
            f"The pseudonym key that the lake in {lake} was made with is gone. {_PUT_BACK}"
        )
    if keys:
        raise ConfigError(_wrong_key(lake, keys[0], known))
    return None


def _wrong_key(lake: Path, key: bytes, known: Sequence[str]) -> str:
    if fingerprint(key) not in known:
        return (
            f"The pseudonym key is not the one that the lake in {lake} was made with. {_PUT_BACK}"
        )
    return (
        f"The pseudonym key is the one from before 'adoption key rotate'; the lake in {lake} goes "
        "by the whole chain. Use what the rotation wrote: HOME/pseudonym.key, or, where the key "
        f"comes from {VARIABLE}, what is in HOME/pseudonym.key.new."
    )


def remember_key(lake: Path, key: bytes) -> None:
    """Notes in the folder `lake` which key it goes by, and which ones it went by before."""
    parts = links(key)
    chains = [b",".join(parts[:count]) for count in range(len(parts), 0, -1)]
    lake.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = _fingerprint_path(lake).with_suffix(".tmp")
    temporary.write_text("\n".join(map(fingerprint, chains)))
    temporary.replace(_fingerprint_path(lake))


def _known_fingerprints(lake: Path) -> Sequence[str]:
    path = _fingerprint_path(lake)
    return path.read_text().split() if path.exists() else ()


def _fingerprint_path(lake: Path) -> Path:
    return lake / "key.fingerprint"


def _make(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):  # another process was quicker
        write_private(path, secrets.token_hex(32).encode())
    return _read_private(path)


def write_private(path: Path, key: bytes) -> None:
    """Writes `key` to a file that only its owner can read; raises FileExistsError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())


def _read_private(path: Path) -> bytes:
    mode = stat.S_IMODE(path.stat().st_mode)
    if os.name == "posix" and mode & 0o077:
        raise ConfigError(
            f"The pseudonym key {path} can be read by others (mode {mode:o}). "
            f"Run 'chmod 600 {path}'."
        )
    return path.read_bytes().strip()
