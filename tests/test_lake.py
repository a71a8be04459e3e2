"""The lake: land twice is land once, nothing half, nobody else's to read."""

import datetime as dt
import json
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adoption.lake import (
    FACTS,
    Snapshot,
    land,
    land_anyway,
    lost_days,
    mark_lost,
    snapshot_path,
    sweep,
)
from adoption.reports import Counted, ReportFacts
from adoption.warehouse import read_snapshots

DAY, TODAY = dt.date(2026, 11, 20), dt.date(2026, 11, 24)
SNAPSHOT = Snapshot(
    "viva_engage_user_activity",
    DAY,
    1,
    TODAY,
    channel="viva_engage",
    grain="person_day",
    refresh_date=dt.date(2026, 11, 22),
    row_count=2,
    facts=ReportFacts(concealed_count=1),
)
ROWS = pa.table({"upn_id": pa.array([1, 2], pa.int64()), "read_count": pa.array([3, None])})
NONE = ROWS.slice(0, 0)


def people(count: int) -> pa.Table:
    return pa.table({"upn_id": pa.array(range(count), pa.int64())})


def snapshot(row_count: int) -> Snapshot:
    return replace(SNAPSHOT, row_count=row_count)


def row_counts(home: Path) -> list[int]:
    """Of what lies under `home`, the rows of each snapshot by its footer, which are its rows."""
    counts = [fact["row_count"] for fact in read_snapshots(home)]
    assert counts == [pq.read_metadata(file).num_rows for file in sorted(home.rglob("*.parquet"))]
    return counts


def state(home: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(home)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in home.rglob("*")
        if path.is_file()
    }


def test_a_snapshot_lands_under_its_report_and_day(tmp_path: Path) -> None:
    assert land(tmp_path, SNAPSHOT, ROWS) == "landed"

    assert list(state(tmp_path)) == ["lake/viva_engage_user_activity/day=2026-11-20/D1.parquet"]
    assert pq.ParquetFile(snapshot_path(tmp_path, SNAPSHOT)).read().equals(ROWS)


def test_a_period_lies_beside_the_day_that_it_ends_on(tmp_path: Path) -> None:
    land(tmp_path, SNAPSHOT, ROWS)
    land(tmp_path, Snapshot("viva_engage_user_activity", DAY, 180, TODAY), ROWS)

    assert sorted(path.name for path in snapshot_path(tmp_path, SNAPSHOT).parent.iterdir()) == [
        "D1.parquet",
        "D180.parquet",
    ]


def test_landing_twice_leaves_the_bytes_and_the_time_of_the_first(tmp_path: Path) -> None:
    land(tmp_path, SNAPSHOT, ROWS)
    first = state(tmp_path)

    assert land(tmp_path, SNAPSHOT, ROWS) == "unchanged"
    assert state(tmp_path) == first


@settings(database=None, deadline=None, max_examples=25)
@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=50))
def test_the_same_rows_are_the_same_bytes_in_any_home(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[int]
) -> None:
    homes = [tmp_path_factory.mktemp("home") for _ in range(2)]

    for home in homes:
        land(home, SNAPSHOT, pa.table({"upn_id": pa.array(numbers, pa.int64())}))

    first, second = [snapshot_path(home, SNAPSHOT).read_bytes() for home in homes]
    assert first == second


def test_newer_rows_replace_the_older_ones(tmp_path: Path) -> None:
    land(tmp_path, SNAPSHOT, people(10))

    assert land(tmp_path, snapshot(7), people(7)) == "landed"
    assert row_counts(tmp_path) == [7]


@pytest.mark.parametrize(
    ("before", "after", "outcome"),
    [
        (10, 6, "kept"), (10, 7, "landed"), (10, 20, "landed"), (101, 100, "kept"),
        (100, 100, "unchanged"), (99, 100, "landed"), (201, 200, "kept"), (2001, 2000, "kept"),
        (2001, 1999, "landed"),
    ],
)  # fmt: skip
def test_an_answer_that_looks_cut_never_replaces_a_longer_one(
    tmp_path: Path, before: int, after: int, outcome: str
) -> None:
    land(tmp_path, snapshot(before), people(before))

    assert land(tmp_path, snapshot(after), people(after)) == outcome
    assert row_counts(tmp_path) == [before if outcome == "kept" else after]


def test_an_empty_answer_never_replaces_rows(tmp_path: Path) -> None:
    land(tmp_path, SNAPSHOT, ROWS)
    first = state(tmp_path)

    assert land(tmp_path, SNAPSHOT, NONE) == "kept"
    assert state(tmp_path) == first


def test_a_concealed_answer_never_replaces_names_but_names_replace_it(tmp_path: Path) -> None:
    concealed = replace(SNAPSHOT, facts=ReportFacts(concealed_count=2))
    land(tmp_path, concealed, ROWS)

    assert land(tmp_path, SNAPSHOT, ROWS) == "landed"
    assert land(tmp_path, concealed, ROWS) == "kept"
    assert [fact["concealed_count"] for fact in read_snapshots(tmp_path)] == [1]


WORSE = {
    "refused rows": ReportFacts(refused_count=1),
    "a blank column": ReportFacts(counters={"read_count": Counted(above_zero=0, blank=2)}),
    "concealed names": ReportFacts(concealed_count=2),
}


@pytest.mark.parametrize("facts", WORSE.values(), ids=WORSE)
def test_an_answer_that_knows_less_never_replaces_one_that_knows_more(
    tmp_path: Path, facts: ReportFacts
) -> None:
    worse, good = replace(SNAPSHOT, facts=facts), replace(SNAPSHOT, facts=ReportFacts())
    land(tmp_path, worse, ROWS)

    assert land(tmp_path, replace(worse, fetched_on=DAY), ROWS) == "landed"
    assert land(tmp_path, good, ROWS) == "landed"
    first = state(tmp_path)
    assert land(tmp_path, worse, ROWS) == "kept"
    assert state(tmp_path) == first


def test_a_column_with_one_value_is_not_blank(tmp_path: Path) -> None:
    counters = {"read_count": Counted(above_zero=0, blank=1)}
    land(tmp_path, SNAPSHOT, ROWS)

    newer = replace(SNAPSHOT, facts=ReportFacts(counters=counters))
    assert land(tmp_path, newer, ROWS) == "landed"


def test_what_has_been_judged_before_lands_anyway(tmp_path: Path) -> None:
    land(tmp_path, snapshot(10), people(10))

    assert land_anyway(tmp_path, snapshot(1), people(1)) == "landed"
    assert land_anyway(tmp_path, snapshot(1), people(1)) == "unchanged"
    assert row_counts(tmp_path) == [1]


def test_an_empty_answer_lands_where_there_were_no_rows_and_rows_replace_it(
    tmp_path: Path,
) -> None:
    outcomes = [land(tmp_path, SNAPSHOT, table) for table in (NONE, NONE, ROWS)]

    assert outcomes == ["landed", "unchanged", "landed"]


def test_only_the_owner_can_look_into_the_lake(tmp_path: Path) -> None:
    land(tmp_path / "home", SNAPSHOT, ROWS)

    paths = (tmp_path / "home").rglob("*")
    assert {str(p.relative_to(tmp_path)): oct(p.stat().st_mode & 0o777) for p in paths} == {
        "home/lake": "0o700",
        "home/lake/viva_engage_user_activity": "0o700",
        "home/lake/viva_engage_user_activity/day=2026-11-20": "0o700",
        "home/lake/viva_engage_user_activity/day=2026-11-20/D1.parquet": "0o600",
    }


def test_the_facts_in_the_footer_come_back_as_they_went_in(tmp_path: Path) -> None:
    facts = ReportFacts(
        concealed_count=1,
        guest_count=2,
        deleted_count=3,
        idle_count=4,
        refused_count=5,
        counters={"read_count": Counted(above_zero=6, blank=7)},
        unknown_headings=("Storyline Posts",),
        absent_headings=("User State", "Last Activity Date"),
    )
    land(tmp_path, replace(SNAPSHOT, facts=facts, is_unknown=True), ROWS)

    (found,) = read_snapshots(tmp_path)

    assert json.loads(found.pop("counters")) == {"read_count": {"above_zero": 6, "blank": 7}}
    assert found == {
        "report": "viva_engage_user_activity", "day": DAY, "period_days": 1,
        "channel": "viva_engage", "grain": "person_day", "fetched_on": TODAY,
        "refresh_date": dt.date(2026, 11, 22), "row_count": 2, "is_unknown": True, "is_page": None,
        "concealed_count": 1, "guest_count": 2, "deleted_count": 3, "idle_count": 4,
        "refused_count": 5, "unknown_headings": ["Storyline Posts"],
        "absent_headings": ["User State", "Last Activity Date"],
    }  # fmt: skip


def test_what_is_not_said_of_a_snapshot_is_nothing(tmp_path: Path) -> None:
    land(tmp_path, Snapshot("directory", TODAY, 1, TODAY), ROWS)

    assert read_snapshots(tmp_path) == [
        {
            "report": "directory", "day": TODAY, "period_days": 1, "channel": None, "grain": None,
            "fetched_on": TODAY, "refresh_date": None, "row_count": 0, "is_unknown": False,
            "is_page": None,
            "concealed_count": 0, "guest_count": 0, "deleted_count": 0, "idle_count": 0,
            "refused_count": 0, "counters": "{}", "unknown_headings": [], "absent_headings": [],
        }
    ]  # fmt: skip


def test_every_fact_stands_in_the_footer_once(tmp_path: Path) -> None:
    land(tmp_path, SNAPSHOT, ROWS)

    metadata = pq.read_metadata(snapshot_path(tmp_path, SNAPSHOT)).metadata
    whole = {field.name for kind in (Snapshot, ReportFacts) for field in fields(kind)}
    assert json.loads(metadata[FACTS.encode()]).keys() == whole - {"facts", "is_page"}


def test_snapshots_are_read_in_order_and_from_a_day_on(tmp_path: Path) -> None:
    for day, period in ((DAY, 180), (TODAY, 1), (DAY, 1), (dt.date(2026, 11, 1), 1)):
        land(tmp_path, Snapshot("viva_engage_user_activity", day, period, TODAY), ROWS)

    found = [(fact["day"], fact["period_days"]) for fact in read_snapshots(tmp_path)]
    recent = [fact["day"] for fact in read_snapshots(tmp_path, since=DAY)]

    assert found == [(dt.date(2026, 11, 1), 1), (DAY, 1), (DAY, 180), (TODAY, 1)]
    assert recent == [DAY, DAY, TODAY]


def test_a_home_without_a_lake_has_no_snapshots(tmp_path: Path) -> None:
    assert read_snapshots(tmp_path / "nowhere") == []


def test_a_day_that_cannot_be_had_is_noted_until_it_lands(tmp_path: Path) -> None:
    report, other = SNAPSHOT.report, dt.date(2026, 11, 19)
    mark_lost(tmp_path, report, DAY)
    mark_lost(tmp_path, report, DAY)
    mark_lost(tmp_path, report, other)
    lost = lost_days(tmp_path, report)

    land(tmp_path, SNAPSHOT, ROWS)
    land(tmp_path, replace(SNAPSHOT, day=other, period_days=30), ROWS)

    assert [sorted(lost), sorted(lost_days(tmp_path, report))] == [[other, DAY], [other]]
    assert lost_days(tmp_path, "sharepoint_user_activity") == set()
    assert [fact["period_days"] for fact in read_snapshots(tmp_path)] == [30, 1]


def test_what_a_killed_run_left_is_never_read_and_swept(tmp_path: Path) -> None:
    land(tmp_path, SNAPSHOT, ROWS)
    path = snapshot_path(tmp_path, SNAPSHOT)
    leftover = path.with_name(f".{path.name}.tmp")
    leftover.write_bytes(path.read_bytes()[:50])
    before = read_snapshots(tmp_path)

    sweep(tmp_path)

    assert [fact["day"] for fact in before] == [DAY]
    assert list(path.parent.iterdir()) == [path]


def test_sweeping_where_there_is_no_lake_does_nothing(tmp_path: Path) -> None:
    sweep(tmp_path / "nowhere")

    assert list(tmp_path.iterdir()) == []


ON_A_FULL_DISK = """
import datetime, pathlib, resource, sys
import pyarrow
from adoption.lake import Snapshot, land
day = datetime.date(2026, 11, 20)
table = pyarrow.table({"upn_id": [n * n * 7919 for n in range(5000)]})
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
try:
    land(pathlib.Path(sys.argv[1]), Snapshot("viva_engage_user_activity", day, 1, day), table)
except OSError as error:
    sys.exit(error.strerror)
"""


def test_a_disk_that_refuses_leaves_the_old_snapshot_and_nothing_else(tmp_path: Path) -> None:
    land(tmp_path, SNAPSHOT, ROWS)
    first = state(tmp_path)

    run = subprocess.run(
        [sys.executable, "-c", ON_A_FULL_DISK, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[1],
    )

    assert (run.returncode, run.stderr) == (1, "File too large\n")
    assert state(tmp_path) == first
