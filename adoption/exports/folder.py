"""The export folders: one per newest window, a manifest last, and only Sundays' kept for good.

A folder of yesterday beside today's would let a reader subtract one from the other and see what a
single day's people did; so each night's folder replaces the last that was not a Sunday's.
"""

import datetime as dt
import hashlib
import json
import logging
import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from adoption.errors import PermanentError

log = logging.getLogger(__name__)

MANIFEST = "manifest.json"
_TEMPORARY = ".{}.tmp"
# What this product writes, besides what a manifest lists. Nothing else is ever removed: with --out
# the folder may be one that people keep their own files in.
_OURS = re.compile(
    r"\..+\.tmp|manifest\.json|report\.(html|xlsx)"
    r"|(unit_reach|unit_channel|unit_flags|data_quality)\.csv"
)
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_SUNDAY = 7


def export_folder(
    root: Path,
    window_end: dt.date,
    write: Callable[[Path], list[Path]],
    manifest: Mapping[str, object],
) -> Path:
    """Writes the export named after `window_end` under `root` and returns its folder.

    `write` puts the files into the folder it gets and returns their paths. `manifest` (language,
    legend, ...) is kept with the files' SHA-256; it is written last, so a folder without one is an
    export that did not finish. What an earlier export left there is removed, and so are other
    folders that are not a Sunday's. The same input gives the same bytes: no clock, no random name.
    Raises PermanentError when the disk refuses.
    """
    folder = root / window_end.isoformat()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        earlier = _written_by_us(folder)
        (folder / MANIFEST).unlink(missing_ok=True)
        files = write(folder)
        _remove(path for path in earlier if path not in files)
        replace_file(folder / MANIFEST, _render_manifest(files, window_end, manifest))
        _remove_passing_folders(root, folder)
    except OSError as error:
        raise PermanentError(
            f"Could not write the export to {folder}: {error}. Close files of it that are open "
            "elsewhere, check space and access rights, and run 'adoption export' again."
        ) from error
    return folder


def replace_file(path: Path, content: bytes) -> Path:
    """Puts `content` at `path` in one step and returns `path`: nobody ever sees half a file."""
    temporary = path.with_name(_TEMPORARY.format(path.name))
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    return path


def _render_manifest(
    files: Iterable[Path], window_end: dt.date, manifest: Mapping[str, object]
) -> bytes:
    sums = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    content = {**manifest, "window_end": window_end.isoformat(), "files": sums}
    return (json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _remove_passing_folders(root: Path, written: Path) -> None:
    for folder in sorted(root.iterdir()):
        day = _day(folder)
        if day is None or folder == written:
            continue
        passing = day.isoweekday() != _SUNDAY
        _remove(p for p in _written_by_us(folder) if passing or p.name.endswith(".tmp"))
        if passing and not any(folder.iterdir()):
            folder.rmdir()
        elif passing:
            log.warning("kept export_folder=%s reason='holds files of others'", folder)


def _day(folder: Path) -> dt.date | None:
    if not _ISO_DATE.fullmatch(folder.name) or folder.is_symlink() or not folder.is_dir():
        return None
    try:
        return dt.date.fromisoformat(folder.name)
    except ValueError:
        return None


def _written_by_us(folder: Path) -> list[Path]:
    listed = _listed(folder / MANIFEST)
    files = (path for path in sorted(folder.iterdir()) if not path.is_dir())
    return [path for path in files if path.name in listed or _OURS.fullmatch(path.name)]


def _listed(manifest: Path) -> frozenset[str]:
    try:
        return frozenset(json.loads(manifest.read_text(encoding="utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return frozenset()  # an unfinished or damaged export: our own names still tell


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
