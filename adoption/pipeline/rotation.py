"""A new key for the whole lake, all or nothing.

Raw names are not kept, so what stands for a person is hashed once more, and the key becomes a
chain. The new lake is made whole beside the old one and then takes its place; where a kill falls
between the two renames, the old one is put back. The key that fits the lake's fingerprint is the
key, whether or not its file has been renamed yet (see key.py).
"""

import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from adoption.errors import ConfigError, PermanentError
from adoption.identity import PSEUDONYMS, linked, links
from adoption.key import (
    VARIABLE,
    find_key,
    key_path,
    load_key,
    new_key_path,
    remember_key,
    write_private,
)
from adoption.lake import render


@dataclass(slots=True)
class Rotated:
    """What a rotation did, and where the chain of keys is now."""

    key: bytes
    path: Path
    rows: int = 0
    snapshots: int = 0

    @property
    def link_count(self) -> int:
        return len(links(self.key))


def rotate(home: Path, environ: Mapping[str, str]) -> Rotated:
    """Links a new key to the chain and brings every pseudonym of the lake under it.

    Raises ConfigError as `find_key` does, or where there is no lake; PermanentError where the disk
    refuses. Then nothing has changed.
    """
    if find_key(home, environ) is None:
        raise ConfigError(f"There is no key under {home} yet, so there is nothing to rotate.")
    link = secrets.token_hex(32).encode()
    chain = load_key(home, environ) + b"," + link
    result = Rotated(chain, new_key_path(home))
    lake, fresh, old = _folders(home)
    try:
        new_key_path(home).unlink(missing_ok=True)
        write_private(new_key_path(home), chain)
        _copy(lake, fresh, link, result)
        remember_key(fresh, chain)
        _flush()
        lake.rename(old)
        fresh.rename(lake)
    except OSError as error:
        settle(home)
        new_key_path(home).unlink(missing_ok=True)
        raise PermanentError(
            f"Cannot write a new lake beside {lake}: {error.strerror or error}. It needs as much "
            "room as the lake itself. Free some space or mend the permissions; nothing has changed."
        ) from error
    if not environ.get(VARIABLE):
        result.path = new_key_path(home).replace(key_path(home))
    settle(home)
    return result


def settle(home: Path) -> None:
    """Ends what a killed rotation began: the lake that is there stays, else the old one is back."""
    lake, fresh, old = _folders(home)
    if old.exists() and not lake.exists():
        old.rename(lake)
    for remains in (fresh, old):
        shutil.rmtree(remains, ignore_errors=True)


def _folders(home: Path) -> tuple[Path, Path, Path]:
    """The lake, the one that is being made, and the one that has been: on one disk."""
    lake = (home / "lake").resolve()
    return lake, lake.with_name(f".{lake.name}.new"), lake.with_name(f".{lake.name}.old")


def _copy(lake: Path, fresh: Path, link: bytes, result: Rotated) -> None:
    """Copies the lake, every pseudonym linked once more; modes and times stay."""
    numbers: dict[int, int] = {}
    fresh.mkdir(mode=0o700)
    for path in sorted(lake.rglob("*")):
        target = fresh / path.relative_to(lake)
        if path.suffix == ".tmp" or ".spill" in path.parts:
            continue  # scratch
        if path.is_dir():
            target.mkdir(mode=0o700)
            shutil.copymode(path, target)
            continue
        shutil.copy2(path, target)
        if path.suffix == ".parquet":
            table = pq.ParquetFile(path).read()
            if held := [name for name in PSEUDONYMS if name in table.column_names]:
                target.write_bytes(render(_relinked(table, held, link, numbers)))
                shutil.copystat(path, target)
                result.rows += table.num_rows
                result.snapshots += 1


def _relinked(table: pa.Table, held: list[str], link: bytes, numbers: dict[int, int]) -> pa.Table:
    """The table under the longer chain, its rows in the order in which they would have landed."""
    for name in held:
        encoded = table[name].combine_chunks().dictionary_encode()
        for number in encoded.dictionary.to_pylist():
            if number not in numbers:
                numbers[number] = linked(number, link)
        under = pa.array([numbers[n] for n in encoded.dictionary.to_pylist()], pa.int64())
        place = table.column_names.index(name)
        table = table.set_column(place, table.field(name), under.take(encoded.indices))
    first = [*held, *({"identity_class"} & set(table.column_names))]
    order = [*first, *(name for name in table.column_names if name not in first)]
    return table.sort_by([(name, "ascending") for name in order])


def _flush() -> None:
    """Waits until the disk has all of it, where the system can be asked to."""
    if hasattr(os, "sync"):
        os.sync()
