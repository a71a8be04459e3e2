"""Export folders: the manifest last, only Sundays' kept, the same bytes again."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from adoption.errors import PermanentError
from adoption.exports.folder import export_folder, replace_file

TUESDAY, WEDNESDAY, SUNDAY = dt.date(2026, 3, 3), dt.date(2026, 3, 4), dt.date(2026, 3, 1)
MANIFEST = {"language": "nb", "legend": ": skjult"}


def writer(*names: str) -> Callable[[Path], list[Path]]:
    return lambda folder: [replace_file(folder / name, name.encode()) for name in names]


def tree(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def test_the_manifest_lists_the_files_with_their_sums(tmp_path: Path) -> None:
    folder = export_folder(tmp_path, TUESDAY, writer("unit_reach.csv"), MANIFEST)

    assert folder == tmp_path / "2026-03-03"
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8")) == {
        "window_end": "2026-03-03",
        "language": "nb",
        "legend": ": skjult",
        "files": {"unit_reach.csv": hashlib.sha256(b"unit_reach.csv").hexdigest()},
    }


def test_the_same_export_again_leaves_the_same_bytes(tmp_path: Path) -> None:
    export_folder(tmp_path, TUESDAY, writer("unit_reach.csv"), MANIFEST)
    first = tree(tmp_path)

    export_folder(tmp_path, TUESDAY, writer("unit_reach.csv"), dict(reversed(MANIFEST.items())))

    assert tree(tmp_path) == first


def test_only_sundays_folders_stay_beside_the_one_just_written(tmp_path: Path) -> None:
    for day in (SUNDAY, TUESDAY, WEDNESDAY):
        export_folder(tmp_path, day, writer("unit_reach.csv"), MANIFEST)

    assert sorted(p.name for p in tmp_path.iterdir()) == ["2026-03-01", "2026-03-04"]


def test_what_others_put_there_is_never_removed(tmp_path: Path) -> None:
    kept = ["2026-03-02/notes.txt", "budget/plan.csv", "2026-W10-2/x.csv", "2026-13-45/x.csv"]
    for name in (*kept, "2026-03-02/unit_reach.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")

    export_folder(tmp_path, TUESDAY, writer(), MANIFEST)

    assert sorted(tree(tmp_path)) == sorted([*kept, "2026-03-03/manifest.json"])


def test_a_link_to_a_folder_is_not_followed(tmp_path: Path) -> None:
    root, elsewhere = tmp_path / "exports", tmp_path / "elsewhere"
    root.mkdir()
    elsewhere.mkdir()
    (elsewhere / "unit_reach.csv").write_bytes(b"x")
    (root / "2026-03-02").symlink_to(elsewhere)

    export_folder(root, TUESDAY, writer(), MANIFEST)

    assert (elsewhere / "unit_reach.csv").exists()


def test_files_that_this_export_did_not_write_are_gone(tmp_path: Path) -> None:
    export_folder(tmp_path, TUESDAY, writer("unit_reach.csv", "extra.csv", "report.html"), MANIFEST)

    folder = export_folder(tmp_path, TUESDAY, writer("unit_reach.csv"), MANIFEST)

    assert sorted(p.name for p in folder.iterdir()) == ["manifest.json", "unit_reach.csv"]


def test_an_export_that_stops_halfway_has_no_manifest_and_the_next_one_mends_it(
    tmp_path: Path,
) -> None:
    folder = export_folder(tmp_path, SUNDAY, writer("unit_reach.csv"), MANIFEST)
    whole = tree(tmp_path)

    def killed(folder: Path) -> list[Path]:
        (folder / ".unit_reach.csv.tmp").write_bytes(b"half a f")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_folder(tmp_path, SUNDAY, killed, MANIFEST)
    assert sorted(p.name for p in folder.iterdir()) == [".unit_reach.csv.tmp", "unit_reach.csv"]
    assert (folder / "unit_reach.csv").read_bytes() == b"unit_reach.csv"

    export_folder(tmp_path, SUNDAY, writer("unit_reach.csv"), MANIFEST)
    assert tree(tmp_path) == whole


def test_a_stale_temporary_file_in_a_sundays_folder_goes_and_the_files_stay(
    tmp_path: Path,
) -> None:
    folder = export_folder(tmp_path, SUNDAY, writer("unit_reach.csv"), MANIFEST)
    (folder / ".unit_flags.csv.tmp").write_bytes(b"half")

    export_folder(tmp_path, TUESDAY, writer("unit_reach.csv"), MANIFEST)

    assert sorted(p.name for p in folder.iterdir()) == ["manifest.json", "unit_reach.csv"]


@pytest.mark.parametrize("damaged", ["", "[]", '{"files": 3}', "\udcff"])
def test_a_damaged_manifest_does_not_stop_the_next_export(tmp_path: Path, damaged: str) -> None:
    folder = export_folder(tmp_path, TUESDAY, writer("unit_reach.csv"), MANIFEST)
    whole = tree(tmp_path)
    (folder / "manifest.json").write_bytes(damaged.encode(errors="surrogateescape"))

    export_folder(tmp_path, TUESDAY, writer("unit_reach.csv"), MANIFEST)

    assert tree(tmp_path) == whole


def test_a_disk_that_refuses_is_a_plain_error(tmp_path: Path) -> None:
    (tmp_path / "2026-03-03").write_bytes(b"a file in the way")

    with pytest.raises(PermanentError, match=r"Could not write the export to .*2026-03-03"):
        export_folder(tmp_path, TUESDAY, writer(), MANIFEST)
