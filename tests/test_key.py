"""The pseudonym key: made once, kept private, and one key for one lake."""

import stat
from pathlib import Path

import pytest

from adoption.errors import ConfigError
from adoption.identity import fingerprint
from adoption.key import VARIABLE, find_key, load_key, remember_key

KEY = "a key from the environment"


def test_a_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    home = tmp_path / "home"

    key = load_key(home, {})

    path = home / "pseudonym.key"
    assert path.read_bytes() == key
    assert len(bytes.fromhex(key.decode())) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_key(home, {}) == key


def test_two_homes_have_two_keys(tmp_path: Path) -> None:
    assert load_key(tmp_path / "a", {}) != load_key(tmp_path / "b", {})


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620])
def test_a_key_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    load_key(tmp_path, {})
    path = tmp_path / "pseudonym.key"
    path.chmod(mode)

    with pytest.raises(ConfigError) as caught:
        load_key(tmp_path, {})

    assert str(caught.value) == (
        f"The pseudonym key {path} can be read by others (mode {mode:o}). Run 'chmod 600 {path}'."
    )


def test_the_environment_wins_and_no_file_is_made(tmp_path: Path) -> None:
    assert load_key(tmp_path, {VARIABLE: KEY}) == KEY.encode()

    assert not (tmp_path / "pseudonym.key").exists()


def test_a_line_end_behind_the_key_in_the_file_is_not_of_the_key(tmp_path: Path) -> None:
    path = tmp_path / "pseudonym.key"
    path.write_text(f"{KEY}\n")
    path.chmod(0o600)

    assert load_key(tmp_path, {}) == KEY.encode()
    assert load_key(tmp_path, {VARIABLE: KEY}) == KEY.encode()


@pytest.mark.parametrize("text", ["short", "fifteen letters"])
def test_a_key_that_is_too_short_is_refused_and_not_remembered(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match=f"^The pseudonym key has {len(text)} bytes"):
        load_key(tmp_path, {VARIABLE: text})

    assert load_key(tmp_path, {VARIABLE: KEY}) == KEY.encode()


def test_another_key_than_the_lakes_is_refused(tmp_path: Path) -> None:
    load_key(tmp_path, {VARIABLE: KEY})

    with pytest.raises(ConfigError) as caught:
        load_key(tmp_path, {VARIABLE: "another key of the environment"})

    assert str(caught.value) == (
        f"The pseudonym key is not the one that the lake in {tmp_path / 'lake'} was made with. Put "
        f"the old key back (HOME/pseudonym.key or {VARIABLE}); with another key nobody would be "
        "recognised."
    )
    assert load_key(tmp_path, {VARIABLE: KEY}) == KEY.encode()


def test_where_the_lakes_key_is_gone_no_other_one_is_made(tmp_path: Path) -> None:
    load_key(tmp_path, {VARIABLE: KEY})

    with pytest.raises(ConfigError) as caught:
        load_key(tmp_path, {})

    assert str(caught.value) == (
        f"The pseudonym key that the lake in {tmp_path / 'lake'} was made with is gone. Put the "
        f"old key back (HOME/pseudonym.key or {VARIABLE}); with another key nobody would be "
        "recognised."
    )
    assert not (tmp_path / "pseudonym.key").exists()


def test_looking_for_a_key_makes_nothing(tmp_path: Path) -> None:
    assert find_key(tmp_path / "home", {}) is None
    assert find_key(tmp_path / "home", {VARIABLE: KEY}) == KEY.encode()

    assert list(tmp_path.iterdir()) == []


def test_the_lake_remembers_a_fingerprint_and_not_the_key(tmp_path: Path) -> None:
    load_key(tmp_path, {VARIABLE: KEY})

    lake = tmp_path / "lake"
    assert {path.name: path.read_text() for path in lake.iterdir()} == {
        "key.fingerprint": fingerprint(KEY.encode())
    }
    assert stat.S_IMODE(lake.stat().st_mode) == 0o700


CHAIN = f"{KEY},{'2' * 64}"


def test_a_chain_is_read_from_the_file_and_from_the_environment_alike(tmp_path: Path) -> None:
    lay(tmp_path / "pseudonym.key", CHAIN)

    assert load_key(tmp_path, {}) == load_key(tmp_path, {VARIABLE: CHAIN}) == CHAIN.encode()


def test_the_key_from_before_a_rotation_is_refused_as_such(tmp_path: Path) -> None:
    load_key(tmp_path, {VARIABLE: CHAIN})

    with pytest.raises(ConfigError) as caught:
        load_key(tmp_path, {VARIABLE: KEY})

    assert str(caught.value) == (
        "The pseudonym key is the one from before 'adoption key rotate'; the lake in "
        f"{tmp_path / 'lake'} goes by the whole chain. Use what the rotation wrote: "
        f"HOME/pseudonym.key, or, where the key comes from {VARIABLE}, what is in "
        "HOME/pseudonym.key.new."
    )


def test_a_chain_whose_file_a_killed_rotation_did_not_rename_is_found_and_renamed(
    tmp_path: Path,
) -> None:
    remember_key(tmp_path / "lake", CHAIN.encode())
    lay(tmp_path / "pseudonym.key", KEY)
    lay(tmp_path / "pseudonym.key.new", CHAIN)

    assert find_key(tmp_path, {}) == CHAIN.encode()
    assert (tmp_path / "pseudonym.key").read_text() == KEY
    assert load_key(tmp_path, {}) == CHAIN.encode()
    assert (tmp_path / "pseudonym.key").read_text() == CHAIN
    assert not (tmp_path / "pseudonym.key.new").exists()


def test_a_chain_that_the_lake_does_not_go_by_is_left_alone(tmp_path: Path) -> None:
    remember_key(tmp_path / "lake", KEY.encode())
    lay(tmp_path / "pseudonym.key", KEY)
    lay(tmp_path / "pseudonym.key.new", CHAIN)

    assert load_key(tmp_path, {}) == KEY.encode()
    assert (tmp_path / "pseudonym.key").read_text() == KEY


def lay(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o600)
