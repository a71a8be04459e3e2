"""The lake: land twice is land once, nothing half, nobody else's to read."""

import datetime as dt
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adoption.lake import Snapshot, land, snapshot_path, sweep
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
    concealed_count=1,
)
ROWS = pa.table({"upn_id": pa.array([1, 2], pa.int64()), "read_count": pa.array([3, None])})
NONE = ROWS.slice(0, 0)


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
    land(tmp_path, SNAPSHOT, ROWS)

    assert land(tmp_path, SNAPSHOT, ROWS.slice(0, 1)) == "landed"
    assert pq.ParquetFile(snapshot_path(tmp_path, SNAPSHOT)).read().num_rows == 1


def test_an_empty_answer_never_replaces_rows(tmp_path: Path) -> None:
    land(tmp_path, SNAPSHOT, ROWS)
    first = state(tmp_path)

    assert land(tmp_path, SNAPSHOT, NONE) == "kept"
    assert state(tmp_path) == first


def test_a_concealed_answer_never_replaces_names_but_names_replace_it(tmp_path: Path) -> None:
    concealed = replace(SNAPSHOT, concealed_count=2)
    land(tmp_path, concealed, ROWS)

    assert land(tmp_path, SNAPSHOT, ROWS) == "landed"
    assert land(tmp_path, concealed, ROWS) == "kept"
    assert [fact["concealed_count"] for fact in read_snapshots(tmp_path)] == [1]


def test_an_empty_answer_lands_where_there_were_no_rows_and_rows_replace_it(
    tmp_path: Path,
) -> None:
    outcomes = [land(tmp_path, SNAPSHOT, table) for table in (NONE, NONE, ROWS)]

    assert outcomes == ["landed", "unchanged", "landed"]


def test_only_the_owner_can_look_into_the_lake(tmp_path: Path) -> None:
    land(tmp_path / "home", SNAPSHOT, ROWS)

    folders = [path for path in (tmp_path / "home").rglob("*") if path.is_dir()]
    assert {str(f.relative_to(tmp_path)): oct(f.stat().st_mode & 0o777) for f in folders} == {
        "home/lake": "0o700",
        "home/lake/viva_engage_user_activity": "0o700",
        "home/lake/viva_engage_user_activity/day=2026-11-20": "0o700",
    }


def test_the_facts_in_the_footer_come_back_as_they_went_in(tmp_path: Path) -> None:
    land(tmp_path, SNAPSHOT, ROWS)
    land(tmp_path, Snapshot("directory", TODAY, 1, TODAY), ROWS)

    assert read_snapshots(tmp_path) == [
        {
            "report": "directory", "day": TODAY, "period_days": 1, "channel": None, "grain": None,
            "fetched_on": TODAY, "refresh_date": None, "row_count": 0, "concealed_count": 0,
        },
        {
            "report": "viva_engage_user_activity", "day": DAY, "period_days": 1,
            "channel": "viva_engage", "grain": "person_day", "fetched_on": TODAY,
            "refresh_date": dt.date(2026, 11, 22), "row_count": 2, "concealed_count": 1,
        },
    ]  # fmt: skip


def test_snapshots_are_read_in_order_and_from_a_day_on(tmp_path: Path) -> None:
    for day, period in ((DAY, 180), (TODAY, 1), (DAY, 1), (dt.date(2026, 11, 1), 1)):
        land(tmp_path, Snapshot("viva_engage_user_activity", day, period, TODAY), ROWS)

    found = [(fact["day"], fact["period_days"]) for fact in read_snapshots(tmp_path)]
    recent = [fact["day"] for fact in read_snapshots(tmp_path, since=DAY)]

    assert found == [(dt.date(2026, 11, 1), 1), (DAY, 1), (DAY, 180), (TODAY, 1)]
    assert recent == [DAY, DAY, TODAY]


def test_a_home_without_a_lake_has_no_snapshots(tmp_path: Path) -> None:
    assert read_snapshots(tmp_path / "nowhere") == []


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
