"""An erasure and what has been published: what is final stays, and newer windows are without them.

A town of eight weeks, published on a Wednesday. The newest Sunday can still change by then; all
that ends before is final.
"""

import copy
import datetime as dt
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from adoption.archive import read_mark
from adoption.key import remember_key
from adoption.pipeline.build import build_warehouse
from adoption.settings import Settings, load_settings
from tests.long_lake import CHANNELS, FIRST, ONE_DAY, Town, days_from, land_days
from tests.pipeline.small_lake import KEY, held, person, upn
from tests.running import Ended, Row, adoption, rows, warehouse

WEDNESDAY = dt.date(2026, 3, 4)
FINAL, NEWEST, NEXT = dt.date(2026, 2, 22), dt.date(2026, 3, 1), dt.date(2026, 3, 8)
FIRST_OPEN = dt.date(2026, 2, 27)
"""A Friday: the first day that Wednesday's night asks for again."""


@dataclass(frozen=True, slots=True)
class Home:
    """A home whose figures have been published, and the people whom they are of."""

    folder: Path
    town: Town

    @property
    def settings(self) -> Settings:
        return load_settings(self.folder / "adoption.toml", home=str(self.folder))

    def build(self, as_of: dt.date = WEDNESDAY) -> None:
        build_warehouse(self.settings, as_of=as_of)

    def erase(self, name: str, *options: str) -> Ended:
        return adoption(
            "--config", self.folder / "adoption.toml", "--home", self.folder, "--as-of",
            WEDNESDAY.isoformat(), "person", "erase", f"{name}@fjordvik.no", *options,
        )  # fmt: skip

    def reached(self) -> list[Row]:
        """By Sunday: staff and reached in the unit where ann and bob are."""
        return rows(
            self.folder,
            "select window_end, staff, reached from marts.unit_reach "
            f"where unit = 'Nord' and window_end >= date '{FINAL}' order by all",
        )


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("town") / "home", Town({"Nord": 18, "Sør": 15, "Vik": 6}))
    for each, name in zip(home.town.people, ("ann", "bob"), strict=False):
        each.id, each.upn, each.is_licensed = person(name), upn(name), True
        each.habits = dict.fromkeys(CHANNELS, 1.0)
    land_days(home.town, [home.folder], days_from(FIRST, 56))
    remember_key(home.folder / "lake", KEY)
    (home.folder / "pseudonym.key").write_bytes(KEY)
    (home.folder / "pseudonym.key").chmod(0o600)
    (home.folder / "adoption.toml").write_text('[organisation]\nname = "By"\n', encoding="utf-8")
    home.build()
    return home


@pytest.fixture
def home(published: Home, tmp_path: Path) -> Home:
    shutil.copytree(published.folder, tmp_path / "home")
    return Home(tmp_path / "home", copy.deepcopy(published.town))


def of_persons(home: Path) -> set[int]:
    """Whose rows there are in the lake and its archive."""
    return {n for place, found in held(home).items() if place != "erased.parquet" for n in found}


def final_rows(home: Path) -> dict[str, list[Row]]:
    """Every row of every table that is not dated, or dated before the first day that is open."""
    with duckdb.connect(str(warehouse(home)), read_only=True) as connection:
        tables = connection.execute(
            "select table_name, coalesce(max(column_name) filter (where column_name in "
            "('window_end', 'day') and table_name <> 'build'), 'date ''0001-01-01''') "
            "from duckdb_columns() "
            "where schema_name = 'marts' group by all order by all"
        ).fetchall()
        return {
            name: connection.execute(
                f"from marts.{name} where {day} < $1 order by all",
                [FIRST_OPEN],
            ).fetchall()
            for name, day in tables
        }


def test_what_is_final_stays_and_what_is_newer_is_without_the_person(home: Home) -> None:
    before, as_they_were = final_rows(home.folder), home.reached()

    ended = home.erase("ann", "--yes")
    between = of_persons(home.folder)
    home.build()

    assert (ended.status, read_mark(home.folder).frozen_before) == (0, FIRST_OPEN)
    assert final_rows(home.folder) == before
    assert as_they_were == [(FINAL, 18, 10), (NEWEST, 18, 11)]
    assert home.reached() == [(FINAL, 18, 10), (NEWEST, 17, 10)]
    assert (between | of_persons(home.folder)) & {person("ann"), upn("ann")} == set()
    assert person("bob") in held(home.folder)["archive/core.first_seen.parquet"]


def test_a_later_sunday_is_without_the_person_and_what_was_final_still_stays(home: Home) -> None:
    before = final_rows(home.folder)
    home.erase("ann", "--yes")

    land_days(home.town, [home.folder], days_from(NEWEST + ONE_DAY, 7))
    home.build(WEDNESDAY + 7 * ONE_DAY)

    undated = {"build", "unit"}
    after = final_rows(home.folder)
    assert {name: after[name] for name in before.keys() - undated} == {
        name: before[name] for name in before.keys() - undated
    }
    assert home.reached() == [(FINAL, 18, 10), (NEWEST, 17, 10), (NEXT, 17, 10)]


def test_two_who_are_erased_one_after_the_other_both_stay_in_what_is_final(home: Home) -> None:
    before = final_rows(home.folder)

    ended = [home.erase(name, "--yes").status for name in ("ann", "bob")]
    home.build()

    assert (ended, final_rows(home.folder)) == ([0, 0], before)
    assert home.reached() == [(FINAL, 18, 10), (NEWEST, 16, 9)]
    assert of_persons(home.folder) & {person("ann"), person("bob")} == set()


def test_nobody_is_erased_where_what_is_published_cannot_be_kept(home: Home) -> None:
    before, published = held(home.folder), warehouse(home.folder).read_bytes()
    (home.folder / "lake" / "archive.json").write_text("{", encoding="utf-8")

    tried = home.erase("ann", "--dry-run")
    refused = home.erase("ann", "--yes")
    left, stays = held(home.folder), warehouse(home.folder).read_bytes()
    warehouse(home.folder).unlink()
    unpublished = home.erase("ann", "--yes")

    assert (tried.status, refused.status, unpublished.status) == (0, 1, 0)
    assert refused.log.startswith("Nobody has been erased, since the published figures could not ")
    assert (left, stays) == (before, published)
    assert person("ann") not in of_persons(home.folder)


def test_without_the_configuration_nobody_is_erased_from_what_is_published(home: Home) -> None:
    before = held(home.folder)
    (home.folder / "adoption.toml").unlink()

    refused = home.erase("ann", "--yes")

    assert (refused.status, held(home.folder)) == (2, before)
