"""What was published outlives the rows it was made of: a lake that forgets, and one that does not.

Two homes hold the same town. One keeps everything; the other deletes what is older than 60 days.
Whatever the two publish must be the same, month after month.
"""

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import msgspec
import pyarrow.parquet as pq
import pytest

from adoption.archive import Archive, Mark, keep, put_back, read_mark, write_mark
from adoption.errors import CheckFailed, ContractError, PermanentError
from adoption.models import Model
from adoption.pipeline.build import build_warehouse
from adoption.pipeline.retention import first_kept_day, forget
from adoption.settings import Organisation, Privacy, Settings, Storage, Units
from adoption.warehouse import read_snapshots, run
from tests.long_lake import CHANNELS, FIRST, ONE_DAY, Person, Town, days_from, land_days
from tests.running import Row, marts
from tests.test_warehouse import model

LIMIT = 60
SIZES = {"Nord": 30, "Sør": 25, "Øst": 18, "Vest": 12, "Liten": 6, "Mini": 3}
REGISTER = """unit,parent,aliases,headcount
Helse,,,
Nord,Helse,,35
Sør,Helse,,
Øst,,,
Vest,,,
Liten,Øst,,
Mini,Øst,,
"""
RENAMED = REGISTER.replace("Sør,Helse,,", "Sør og øyene,Helse,Sør,")
UNSEEN = {"upn_id", "identity_class", "plan_set_id"}
"""Columns of persons that none but the lake's own days may have."""


@dataclass(slots=True)
class Twins:
    """The two homes, and what each published at each step."""

    keeps: Settings
    forgets: Settings
    remembered: dict[str, dict[str, list[Row]]] = field(default_factory=dict)
    forgotten: dict[str, dict[str, list[Row]]] = field(default_factory=dict)
    first_kept: dt.date = dt.date.min

    def publish(self, step: str, as_of: dt.date) -> None:
        for settings, published in (
            (self.keeps, self.remembered),
            (self.forgets, self.forgotten),
        ):
            build_warehouse(settings, as_of=as_of)
            published[step] = marts(settings.home)
        self.first_kept = forget(self.forgets, as_of=as_of).first_kept


def make_settings(folder: Path, home: str, retention_days: int) -> Settings:
    return Settings(
        organisation=Organisation("By"),
        storage=Storage(str(folder / home)),
        units=Units(register="units.csv"),
        privacy=Privacy(retention_days=retention_days),
        folder=str(folder),
    )


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Twins:
    """Half a year: units are or fall silent, people come and go, in the end a unit is renamed."""
    folder = tmp_path_factory.mktemp("twins")
    twins = Twins(make_settings(folder, "keeps", 9999), make_settings(folder, "forgets", LIMIT))
    (folder / "units.csv").write_text(REGISTER, encoding="utf-8")
    town, day = Town(SIZES), FIRST
    fall_silent(town.people, "Øst")
    for step, count in (("winter", 49), ("spring", 84), ("summer", 28)):
        if step == "spring":
            fall_silent(town.people, "Nord")
        if step == "summer":
            (folder / "units.csv").write_text(RENAMED, encoding="utf-8")
        land_days(town, [twins.keeps.home, twins.forgets.home], days_from(day, count))
        day += count * ONE_DAY
        twins.publish(step, day + 4 * ONE_DAY)
    return twins


def fall_silent(people: list[Person], unit: str) -> None:
    for person in people:
        if person.unit == unit:
            person.habits = dict.fromkeys(CHANNELS, 0.0)


@pytest.mark.parametrize("step", ["winter", "spring", "summer"])
def test_a_lake_that_forgets_publishes_what_one_that_does_not_publishes(
    twins: Twins, step: str
) -> None:
    for table, rows in twins.remembered[step].items():
        assert twins.forgotten[step][table] == rows, table


def test_figures_from_before_the_limit_are_among_what_stays(twins: Twins) -> None:
    opened = [row for row in twins.forgotten["summer"]["marts.unit_flag"] if row[4] is None]
    windows = {row[2] for row in twins.forgotten["summer"]["marts.unit_reach"]}

    assert min(windows) == FIRST + 6 * ONE_DAY  # type: ignore[type-var]
    assert twins.first_kept > FIRST + 100 * ONE_DAY
    assert any(row[3] < twins.first_kept for row in opened)  # type: ignore[operator]


def test_no_row_of_a_person_is_older_than_the_limit_save_when_they_were_first_seen(
    twins: Twins,
) -> None:
    lake = twins.forgets.home / "lake"
    days = {
        dt.date.fromisoformat(path.parent.name.removeprefix("day="))
        for path in lake.rglob("*.parquet")
        if "person_id" in pq.read_schema(path).names or "upn_id" in pq.read_schema(path).names
        if path.parent.name.startswith("day=")
    }
    kept = {path.stem: set(pq.read_schema(path).names) for path in lake.glob("archive/*.parquet")}

    assert min(days) == twins.first_kept
    assert {name for name, columns in kept.items() if "person_id" in columns} == {"core.first_seen"}
    assert kept["core.first_seen"] == {"person_id", "channel", "first_seen_date"}
    assert [name for name, columns in kept.items() if columns & UNSEEN] == []


def last_day(twins: Twins) -> dt.date:
    (row,) = twins.forgotten["summer"]["marts.build"]
    assert isinstance(row[0], dt.date)
    return row[0]


def test_a_build_after_the_deletion_gives_the_same_and_forgets_who_has_left(twins: Twins) -> None:
    lake = twins.forgets.home / "lake"
    directories = lake.glob("directory/day=*/*.parquet")
    known = {n for path in directories for n in pq.read_table(path)["person_id"].to_pylist()}

    build_warehouse(twins.forgets, as_of=last_day(twins))

    kept = pq.read_table(lake / "archive" / "core.first_seen.parquet")["person_id"].to_pylist()
    assert marts(twins.forgets.home) == twins.forgotten["summer"]
    assert (len(kept) > 0, set(kept) - known) == (True, set())


def test_deleting_twice_deletes_nothing_more(twins: Twins) -> None:
    assert forget(twins.forgets, as_of=last_day(twins)).folders == 0


def copied(twins: Twins, folder: Path, *, like: str = "forgets") -> Settings:
    """A copy of one of the homes, to break in peace."""
    given = twins.forgets if like == "forgets" else twins.keeps
    shutil.copytree(given.home, folder / "home")
    return msgspec.structs.replace(
        twins.forgets, storage=Storage(str(folder / "home")), folder=twins.forgets.folder
    )


def test_an_archive_that_is_lost_is_told_and_what_was_published_stays(
    twins: Twins, tmp_path: Path
) -> None:
    settings = copied(twins, tmp_path)
    before = marts(settings.home)
    (settings.home / "lake" / "archive" / "marts.unit_reach.parquet").unlink()

    with pytest.raises(PermanentError, match="has lost marts.unit_reach: the published rows dated"):
        build_warehouse(settings, as_of=last_day(twins))

    assert marts(settings.home) == before


def test_a_loss_that_is_accepted_leaves_gaps_and_no_zeros(twins: Twins, tmp_path: Path) -> None:
    settings = copied(twins, tmp_path)
    shutil.rmtree(settings.home / "lake" / "archive")
    (settings.home / "lake" / "archive.json").unlink()

    build_warehouse(settings, as_of=last_day(twins))

    reach = marts(settings.home)["marts.unit_reach"]
    assert all(row[2] >= twins.first_kept for row in reach)  # type: ignore[operator]
    early = [row for row in reach if row[2] < twins.first_kept + 20 * ONE_DAY]  # type: ignore[operator]
    assert {row[4] for row in early} == {"no_data"}


def test_nothing_is_deleted_that_no_build_has_kept(twins: Twins, tmp_path: Path) -> None:
    settings = copied(twins, tmp_path, like="keeps")

    forgotten = forget(settings, as_of=last_day(twins))

    assert forgotten.folders == 0


def test_the_directory_in_force_is_carried_to_the_first_day_that_is_kept(
    twins: Twins, tmp_path: Path
) -> None:
    settings = copied(twins, tmp_path)
    for day in days_from(twins.first_kept, 10):
        shutil.rmtree(settings.home / "lake" / "directory" / f"day={day}")
    older = settings.home / "lake" / "directory" / f"day={twins.first_kept - 9 * ONE_DAY}"
    newer = settings.home / "lake" / "directory" / f"day={twins.first_kept + 10 * ONE_DAY}"
    shutil.copytree(newer, older)

    forget(settings, as_of=last_day(twins))

    carried = settings.home / "lake" / "directory" / f"day={twins.first_kept}" / "D1.parquet"
    facts = [s for s in read_snapshots(settings.home) if s["report"] == "directory"]
    assert pq.read_table(carried, partitioning=None).equals(
        pq.read_table(newer / "D1.parquet", partitioning=None)
    )
    assert (facts[0]["day"], older.exists()) == (twins.first_kept, False)


def test_the_limit_counts_from_today_but_from_no_later_than_a_week_after_the_newest_day() -> None:
    day = dt.date(2026, 6, 1)
    landed = [{"grain": "person_day", "day": day, "row_count": 3}]

    for as_of, first in ((day, 400), (day + 7 * ONE_DAY, 393), (day + 900 * ONE_DAY, 393)):
        assert (day - first_kept_day(landed, retention_days=400, as_of=as_of)).days == first


# The archive of a table, by itself.

WINDOWS = model(
    "marts.window",
    "select * from (values (date '2026-03-01', 1)) as made (window_end, staff)",
    "column window_end: Sunday.",
    "column staff: People.",
    grain="window_end",
)


@pytest.fixture
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for schema in ("core", "marts"):
            connection.execute(f"create schema {schema}")
        yield connection


def kept(db: duckdb.DuckDBPyConnection, home: Path, source: Model, rows: str) -> Archive:
    """An archive that holds `rows` of `source`, up to March."""
    archive = Archive(home, Mark(), dt.date(2026, 3, 1))
    db.execute(f"create table {source.name} as {rows}")
    keep(db, [source], archive)
    db.execute(f"drop table {source.name}")
    return replace(archive, mark=read_mark(home))


def test_a_window_that_is_kept_goes_before_one_that_is_made_anew(
    db: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    archive = kept(db, tmp_path, WINDOWS, "select date '2026-02-22' as window_end, 7 as staff")
    anew = replace(
        WINDOWS,
        sql="select * from (values (date '2026-02-22', 0), (date '2026-03-01', 8)) "
        "as made (window_end, staff)",
    )

    run(db, anew, archive)

    assert db.table("marts.window").order("all").fetchall() == [
        (dt.date(2026, 2, 22), 7),
        (dt.date(2026, 3, 1), 8),
    ]


def test_a_column_that_came_later_is_null_in_rows_that_are_kept_and_one_that_went_is_gone(
    db: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    archive = kept(
        db, tmp_path, WINDOWS, "select date '2026-02-22' as window_end, 7 as staff, 1 as gone"
    )
    wider = replace(
        WINDOWS,
        sql="select date '2026-03-01' as window_end, 8 as staff, 0.5 as fte",
        columns={**WINDOWS.columns, "fte": "Equivalents."},
    )

    run(db, wider, archive)

    assert db.table("marts.window").order("all").fetchall() == [
        (dt.date(2026, 2, 22), 7, None),
        (dt.date(2026, 3, 1), 8, 0.5),
    ]


def test_a_rule_of_today_holds_for_what_is_made_today(
    db: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    archive = kept(db, tmp_path, WINDOWS, "select date '2026-02-22' as window_end, 7 as staff")
    strict = replace(WINDOWS, sql="select date '2026-03-01' as window_end, 10 as staff",
                     fails=("staff >= 10",))  # fmt: skip

    assert run(db, strict, archive) == []

    db.execute("drop table marts.window")
    with pytest.raises(CheckFailed):
        run(db, replace(strict, sql="select date '2026-03-01' as window_end, 7 as staff"), archive)


def test_the_newest_window_gives_way_and_is_kept_on_a_sunday_only(
    db: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    rows = (
        "select * from (values (date '2026-02-21', 28), (date '2026-02-22', 28), "
        "(date '2026-02-25', 30)) as made (window_end, window_days)"
    )

    kept(db, tmp_path, WINDOWS, rows)

    table = pq.read_table(tmp_path / "lake" / "archive" / "marts.window.parquet")
    assert sorted(map(str, table["window_end"].to_pylist())) == ["2026-02-22", "2026-02-25"]


def test_what_is_only_leaned_on_is_kept_as_long_as_it_is(
    db: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    leaned = model("core.flag", "select 1", "history: window_end for 14 days", grain="window_end")
    rows = "select unnest([date '2026-02-08', date '2026-02-15', date '2026-02-22']) as window_end"

    kept(db, tmp_path, leaned, rows)

    table = pq.read_table(tmp_path / "lake" / "archive" / "core.flag.parquet")
    assert sorted(map(str, table["window_end"].to_pylist())) == ["2026-02-15", "2026-02-22"]


def test_files_whose_mark_was_never_written_still_have_what_the_old_mark_leans_on(
    db: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    leaned = model("core.flag", "select 1", "history: window_end for 14 days", grain="window_end")
    sundays = [dt.date(2026, 1, 4) + n * 7 * ONE_DAY for n in range(8)]
    db.execute("create table core.flag as select unnest($1) as window_end", [sundays])
    old = Mark(frozen_before=dt.date(2026, 2, 1), tables=("core.flag",))

    keep(db, [leaned], Archive(tmp_path, old, dt.date(2026, 3, 1)))

    table = pq.read_table(tmp_path / "lake" / "archive" / "core.flag.parquet")
    assert sorted(table["window_end"].to_pylist()) == sundays[2:]


def test_kept_files_are_their_owners_alone(db: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    kept(db, tmp_path, WINDOWS, "select date '2026-02-22' as window_end, 7 as staff")

    modes = {
        path.relative_to(tmp_path / "lake").as_posix(): oct(path.stat().st_mode & 0o777)
        for path in (tmp_path / "lake").rglob("*")
    }
    assert modes == {
        "archive": "0o700",
        "archive/marts.window.parquet": "0o600",
        "archive.json": "0o600",
    }


def test_a_header_says_how_long_a_row_is_kept_in_words_that_are_known() -> None:
    with pytest.raises(ContractError, match="'history: now and then' is not"):
        model("core.flag", "select 1", "history: now and then", grain="window_end")


def test_a_table_that_is_not_kept_is_left_alone(
    db: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    (tmp_path / "lake").mkdir()
    write_mark(tmp_path, Mark(frozen_before=dt.date(2026, 3, 1)))
    archive = Archive(tmp_path, read_mark(tmp_path), dt.date(2026, 3, 1))
    db.execute("create table marts.window as select date '2026-02-22' as window_end, 7 as staff")

    put_back(db, WINDOWS, archive)

    assert db.table("marts.window").fetchall() == [(dt.date(2026, 2, 22), 7)]
