"""The list of the erased: whom it keeps away, and whom it must not."""

import stat
from pathlib import Path

import pyarrow as pa

from adoption.erased import Erased, erased_path, erased_rows, load_erased
from adoption.lake import read_snapshot, remember_erased
from tests.pipeline.small_lake import (
    ENGAGE,
    TEAMS,
    directory,
    engage,
    held,
    on,
    person,
    teams,
    upn,
)

ANN = Erased(frozenset({(person("ann"), upn("ann"))}))
DIRECTORY_10, ENGAGE_11 = (
    "directory/day=2026-11-10/D1.parquet",
    f"{ENGAGE}/day=2026-11-11/D1.parquet",
)


def test_the_list_comes_back_as_it_went_in_and_is_its_owners_alone(tmp_path: Path) -> None:
    erased = Erased(frozenset({(person("ann"), upn("ann")), (None, upn("bob"))}))

    remember_erased(tmp_path, erased)

    assert load_erased(tmp_path) == erased
    assert stat.S_IMODE(erased_path(tmp_path).stat().st_mode) == 0o600
    assert load_erased(tmp_path / "nowhere") == Erased()


def test_the_erased_land_in_no_directory_and_no_report(tmp_path: Path) -> None:
    remember_erased(tmp_path, ANN)

    directory(tmp_path, 10, ann="", bob="")
    engage(tmp_path, 11, ann=1, bob=1)
    teams(tmp_path, 11, ann="ann", bob="bob")

    assert held(tmp_path) == {
        DIRECTORY_10: {person("bob"), upn("bob")},
        "erased.parquet": {person("ann"), upn("ann")},
        f"{TEAMS}/day=2026-11-11/D1.parquet": {person("bob"), upn("bob")},
        ENGAGE_11: {upn("bob")},
    }


def test_the_facts_of_a_snapshot_are_those_of_whoever_is_left(tmp_path: Path) -> None:
    engage(tmp_path / "without", 11, bob=0)
    remember_erased(tmp_path, ANN)

    engage(tmp_path, 11, ann=5, bob=0)

    without, with_ann = (home / "lake" / ENGAGE_11 for home in (tmp_path / "without", tmp_path))
    assert read_snapshot(with_ann) == read_snapshot(without)
    assert with_ann.read_bytes() == without.read_bytes()


def test_an_erased_person_stays_away_under_a_new_name(tmp_path: Path) -> None:
    remember_erased(tmp_path, ANN)

    directory(tmp_path, 10, ann="berg", bob="")
    engage(tmp_path, 11, berg=1, bob=1)

    found = held(tmp_path)
    assert found[ENGAGE_11] == {upn("bob")}
    assert load_erased(tmp_path).pairs == {*ANN.pairs, (person("ann"), upn("berg"))}


def test_whoever_gets_an_erased_persons_name_is_somebody_else_and_stays(tmp_path: Path) -> None:
    directory(tmp_path, 8, bob="")
    remember_erased(tmp_path, ANN)

    directory(tmp_path, 10, eva="ann")
    engage(tmp_path, 9, ann=1, bob=1)
    engage(tmp_path, 11, ann=1, bob=1)

    found = held(tmp_path)
    assert found[DIRECTORY_10] == {person("eva"), upn("ann")}
    assert found[f"{ENGAGE}/day=2026-11-09/D1.parquet"] == {upn("bob")}
    assert found[ENGAGE_11] == {upn("ann"), upn("bob")}


def test_a_name_erased_before_anybody_knew_it_is_that_of_the_first_account_that_has_it(
    tmp_path: Path,
) -> None:
    nameless = 7
    remember_erased(tmp_path, Erased().and_unknown(upn("ann"), nameless))

    directory(tmp_path, 10, ann="", bob="")
    directory(tmp_path, 12, ann="berg", eva="ann")

    found = held(tmp_path)
    assert found[DIRECTORY_10] == {person("bob"), upn("bob")}
    assert found["directory/day=2026-11-12/D1.parquet"] == {person("eva"), upn("ann")}
    assert load_erased(tmp_path).pairs == {
        (nameless, upn("ann")), (person("ann"), upn("ann")), (person("ann"), upn("berg")),
    }  # fmt: skip


def test_a_report_that_was_a_page_still_tells_so_and_one_that_was_none_does_not(
    tmp_path: Path,
) -> None:
    remember_erased(tmp_path, ANN)
    others = {f"p{number}": 1 for number in range(100)}

    engage(tmp_path, 10, **others)
    engage(tmp_path, 11, ann=1, **others)
    engage(tmp_path, 12, ann=1, **dict(list(others.items())[:99]))

    facts = [
        read_snapshot(tmp_path / "lake" / ENGAGE / f"day={on(day)}" / "D1.parquet")
        for day in (10, 11, 12)
    ]
    assert [(fact.row_count, fact.is_page) for fact in facts] == [
        (100, None), (100, False), (99, True),
    ]  # fmt: skip


def test_rows_without_any_identity_are_nobodys() -> None:
    table = pa.table({"upn_id": pa.array([None, upn("ann")], pa.int64())})

    assert erased_rows(table, ANN, None).to_pylist() == [False, True]
