"""A new key: all or nothing, history stays linked, and the old key alone opens nothing."""

import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from adoption.demo.service import GraphService
from adoption.errors import ConfigError
from adoption.identity import fingerprint, links, pseudonym
from adoption.key import VARIABLE, find_key, load_key, remember_key
from adoption.pipeline.build import build_warehouse
from adoption.pipeline.erasure import erase, plan_erasure
from adoption.pipeline.lock import only_run
from adoption.pipeline.nightly import pull_from_graph
from adoption.pipeline.rotation import Rotated, rotate, settle
from adoption.pipeline.subject import find_subject, rows_of
from adoption.settings import Settings
from tests.demo.small_world import TODAY, SmallWorld
from tests.pipeline.pulling import busy_world, settings_for
from tests.pipeline.small_lake import ENGAGE, KEY, directory, engage, held, on, teams
from tests.running import marts

Files = Mapping[str, bytes]


def lake_with_key(home: Path) -> Path:
    """A small lake whose key is in its file."""
    directory(home, 10, ann="", bob="")
    engage(home, 11, ann=1, bob=2)
    engage(home, 11, 180, ann=1)
    teams(home, 11, ann="ann", bob="bob")
    (home / "pseudonym.key").write_bytes(KEY)
    (home / "pseudonym.key").chmod(0o600)
    return home


def contents(folder: Path) -> Files:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def under(key: bytes, name: str) -> set[int]:
    """What stands for a person and their name under a key."""
    return {
        pseudonym(key, "object_id", f"id-{name}"), pseudonym(key, "upn", f"{name}@fjordvik.no"),
    }  # fmt: skip


def days_of(home: Path, environ: Mapping[str, str], name: str = "ann") -> set[tuple[str, str]]:
    """Table and day of every file with rows of the person, found with the key that is there."""
    key = load_key(home, environ)
    subject = find_subject(home, f"{name}@fjordvik.no", key=key, on=TODAY)
    return {(found.table, str(found.day)) for found in rows_of(home, subject)}


def test_every_pseudonym_goes_by_the_chain_and_the_same_rows_are_found(tmp_path: Path) -> None:
    home = lake_with_key(tmp_path)
    before, shape = days_of(home, {}), held(home)

    rotated = rotate(home, {})

    assert rotated == Rotated(load_key(home, {}), home / "pseudonym.key", rows=7, snapshots=4)
    assert links(rotated.key)[0] == KEY
    assert len(links(rotated.key)) == rotated.link_count == 2
    after = held(home)
    assert after.keys() == shape.keys()
    assert set().union(*after.values()) == under(rotated.key, "ann") | under(rotated.key, "bob")
    assert days_of(home, {}) == before


def test_the_lake_is_byte_for_byte_the_one_that_would_have_landed_under_the_chain(
    tmp_path: Path,
) -> None:
    world = busy_world()
    with GraphService(world, today=TODAY, calls_per_window=1000) as graph:
        home, fresh = tmp_path / "home", tmp_path / "fresh"
        environ = night(graph, home, KEY.decode())
        chain = rotate(home, environ).key.decode()
        night(graph, fresh, chain)

    assert {**contents(home / "lake"), "key.fingerprint": b""} == {
        **contents(fresh / "lake"), "key.fingerprint": b"",
    }  # fmt: skip
    assert (home / "lake" / "key.fingerprint").read_text().split() == [
        fingerprint(chain.encode()), fingerprint(KEY),
    ]  # fmt: skip


def night(graph: GraphService, home: Path, key: str) -> dict[str, str]:
    """One pull of everything under a key from the environment, which is returned."""
    environ = {"ADOPTION_ACCESS_TOKEN": graph.token, VARIABLE: key}
    result = pull_from_graph(settings_for(graph, home), environ=environ, as_of=graph.today)
    assert result.failures == {}
    return environ


def test_a_later_pull_links_old_and_new_days_and_the_marts_are_as_without_rotation(
    tmp_path: Path,
) -> None:
    world = SmallWorld()
    for day in (20, 24):
        world.done["viva_engage", on(day)] = {"id-ann": {"Read Count": 3}}
    built = {}
    for name in ("never", "rotated"):
        home = tmp_path / name
        with GraphService(world, today=TODAY, calls_per_window=1000) as graph:
            settings = settings_for(graph, home)
            environ = night(graph, home, KEY.decode())
            if name == "rotated":
                build_warehouse(settings, as_of=TODAY)
                before = marts(home)
                environ[VARIABLE] = rotate(home, environ).key.decode()
                build_warehouse(settings, as_of=TODAY)
                assert marts(home) == before
            graph.today = on(25)
            night(graph, home, environ[VARIABLE])
        built[name] = (published(settings), days_of(home, environ))

    assert built["rotated"] == built["never"]
    assert {(ENGAGE, "2026-11-20"), (ENGAGE, "2026-11-24")} <= built["rotated"][1]


def published(settings: Settings) -> object:
    build_warehouse(settings, as_of=on(25))
    return marts(settings.home)


def test_the_old_key_is_refused_with_a_plain_line(tmp_path: Path) -> None:
    home = lake_with_key(tmp_path)
    rotate(home, {})

    with pytest.raises(ConfigError, match="is the one from before 'adoption key rotate'"):
        load_key(home, {VARIABLE: KEY.decode()})


def test_the_old_key_alone_finds_nobody(tmp_path: Path) -> None:
    home = lake_with_key(tmp_path)
    rotate(home, {})

    subject = find_subject(home, "ann@fjordvik.no", key=KEY, on=TODAY)

    assert list(rows_of(home, subject)) == []


def test_modes_and_times_stay_and_the_chain_is_its_owners_alone(tmp_path: Path) -> None:
    home = lake_with_key(tmp_path)
    (home / "lake" / ENGAGE / "day=2026-11-11" / "D1.parquet").chmod(0o640)
    stats = {path.name: path.stat() for path in (home / "lake").rglob("*")}

    rotate(home, {})

    now = {path.name: path.stat() for path in (home / "lake").rglob("*")}
    assert {name: stat.S_IMODE(s.st_mode) for name, s in now.items()} == {
        name: stat.S_IMODE(s.st_mode) for name, s in stats.items()
    }
    assert stat.S_IMODE((home / "lake").stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "pseudonym.key").stat().st_mode) == 0o600


def test_marks_lists_and_notes_in_the_lake_come_along(tmp_path: Path) -> None:
    home = lake_with_key(tmp_path)
    subject = find_subject(home, "bob@fjordvik.no", key=KEY, on=TODAY)
    erase(home, plan_erasure(home, subject))
    (home / "lake" / ENGAGE / "day=2026-11-01").mkdir()
    (home / "lake" / ENGAGE / "day=2026-11-01" / ".lost").touch()
    (home / "lake" / "archive.json").write_text("{}")
    (home / "lake" / ".spill").mkdir()

    key = rotate(home, {}).key

    assert under(key, "bob") <= held(home)["erased.parquet"]
    assert (home / "lake" / ENGAGE / "day=2026-11-01" / ".lost").exists()
    assert (home / "lake" / "archive.json").read_text() == "{}"
    assert not (home / "lake" / ".spill").exists()


def test_with_the_key_in_the_environment_the_chain_waits_in_a_file(tmp_path: Path) -> None:
    home, environ = lake_with_key(tmp_path), {VARIABLE: KEY.decode()}

    rotated = rotate(home, environ)

    assert rotated.path == home / "pseudonym.key.new"
    assert rotated.path.read_bytes() == rotated.key
    assert stat.S_IMODE(rotated.path.stat().st_mode) == 0o600
    assert (home / "pseudonym.key").read_bytes() == KEY
    assert load_key(home, {VARIABLE: rotated.path.read_text()}) == rotated.key


def test_a_rotation_can_follow_another(tmp_path: Path) -> None:
    home = lake_with_key(tmp_path)
    before = days_of(home, {})

    rotate(home, {})
    third = rotate(home, {})

    assert third.link_count == 3
    assert days_of(home, {}) == before
    with pytest.raises(ConfigError, match="from before 'adoption key rotate'"):
        load_key(home, {VARIABLE: ",".join(part.decode() for part in links(third.key)[:2])})


def test_without_a_key_there_is_nothing_to_rotate(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="There is no key under"):
        rotate(tmp_path, {})

    assert list(tmp_path.iterdir()) == []


def killed(home: Path) -> Iterator[tuple[str, bool]]:
    """Every state in which a kill can leave `home`, and whether the rotation then holds."""
    before = home.parent / "before"
    shutil.copytree(home, before)
    rotated = rotate(home, {})
    after = home.parent / "after"
    shutil.copytree(home, after)
    states = {
        "chain written": (before / "lake", None, None, True),
        "half copied": (before / "lake", "half", None, True),
        "copied": (before / "lake", "whole", None, True),
        "old moved away": (None, "whole", before / "lake", True),
        "new moved in": (after / "lake", None, before / "lake", True),
        "old half removed": (after / "lake", None, "half", False),
    }
    for name, (lake, fresh, old, has_new_key) in states.items():
        shutil.rmtree(home)
        home.mkdir()
        if lake:
            shutil.copytree(lake, home / "lake")
        if fresh:
            shutil.copytree(after / "lake", home / ".lake.new")
        if old:
            shutil.copytree(before / "lake", home / ".lake.old")
        for folder in (home / ".lake.new", home / ".lake.old"):
            if (fresh if folder.name == ".lake.new" else old) == "half":
                shutil.rmtree(folder / "directory")
        shutil.copy(before / "pseudonym.key", home)
        if has_new_key:
            (home / "pseudonym.key.new").write_bytes(rotated.key)
            (home / "pseudonym.key.new").chmod(0o600)
        else:
            shutil.copy(after / "pseudonym.key", home)
        yield name, lake == after / "lake"


def test_wherever_a_rotation_is_killed_the_next_command_finds_all_or_nothing(
    tmp_path: Path,
) -> None:
    home = lake_with_key(tmp_path / "home")
    found_before = days_of(home, {})

    for name, is_rotated in killed(home):
        with only_run(home):
            pass

        key = load_key(home, {})
        assert len(links(key)) == (2 if is_rotated else 1), name
        assert days_of(home, {}) == found_before, name
        assert (home / "pseudonym.key").read_bytes() == key, name
        assert {path.name for path in home.glob(".lake*")} == set(), name


def test_with_the_old_key_in_the_environment_a_killed_rotation_holds_or_never_was(
    tmp_path: Path,
) -> None:
    home = lake_with_key(tmp_path / "home")

    for name, is_rotated in killed(home):
        settle(home)
        chain = (home / "pseudonym.key.new").exists() and (home / "pseudonym.key.new").read_text()

        if not is_rotated:
            assert find_key(home, {VARIABLE: KEY.decode()}) == KEY, name
        elif chain:
            assert find_key(home, {VARIABLE: chain}) == chain.encode(), name


def test_a_full_disk_changes_nothing(tmp_path: Path) -> None:
    home = lake_with_key(tmp_path)
    directory(home, 12, **{f"p{n}": "" for n in range(400)})
    remember_key(home / "lake", KEY)
    before = contents(home)
    program = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from adoption.errors import PermanentError\n"
        "from adoption.pipeline.rotation import rotate\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))\n"
        "try:\n    rotate(Path(sys.argv[1]), {})\n"
        "except PermanentError as error:\n    print(error)\n"
    )

    command = [sys.executable, "-c", program, str(home)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert done.stdout == (
        f"Cannot write a new lake beside {home / 'lake'}: File too large. It needs as much room as "
        "the lake itself. Free some space or mend the permissions; nothing has changed.\n"
    )
    assert contents(home) == before
    assert list(home.glob(".lake*")) == []


def test_a_lake_that_lies_elsewhere_is_rotated_there(tmp_path: Path) -> None:
    home = lake_with_key(tmp_path / "home")
    elsewhere = tmp_path / "disk" / "lake"
    elsewhere.parent.mkdir()
    shutil.move(home / "lake", elsewhere)
    (home / "lake").symlink_to(elsewhere)
    before = days_of(home, {})

    rotate(home, {})

    assert (home / "lake").is_symlink()
    assert days_of(home, {}) == before
    assert [path.name for path in elsewhere.parent.iterdir()] == ["lake"]
