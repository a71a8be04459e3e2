"""`adoption check` on how old the lake, Graph's data and the warehouse are."""

from datetime import timedelta
from pathlib import Path

import pytest

from adoption.pipeline.doctor.finding import failed, passed
from adoption.pipeline.doctor.freshness import look_at_freshness
from tests.demo.small_world import TODAY, on
from tests.pipeline.doctor.checking import REPORTS, by_result, land_days, publish


@pytest.mark.parametrize(("age", "result"), [(3, "pass"), (4, "warn"), (7, "warn"), (8, "fail")])
def test_nights_that_do_not_run_raise_the_alarm(tmp_path: Path, age: int, result: str) -> None:
    day = TODAY - timedelta(age)
    land_days(tmp_path, day)
    publish(tmp_path, as_of=day)

    findings = list(look_at_freshness(tmp_path, REPORTS, TODAY))

    lake, _, warehouse = findings
    assert [lake.result, warehouse.result] == [result, result]
    if result != "pass":
        assert [lake.message, warehouse.message] == [
            f"The newest day of sharepoint_user_activity is {day}, {age} days ago.",
            f"Last built for {day}, {age} days ago.",
        ]


def test_the_report_that_is_furthest_behind_speaks_for_all(tmp_path: Path) -> None:
    land_days(tmp_path, on(23))
    land_days(tmp_path, on(10), reports=["viva_engage_user_activity"])
    (tmp_path / "lake/viva_engage_user_activity/day=2026-11-23/D1.parquet").unlink()
    publish(tmp_path, as_of=TODAY)

    assert list(look_at_freshness(tmp_path, REPORTS, TODAY)) == [
        failed(
            "freshness",
            "The newest day of viva_engage_user_activity is 2026-11-10, 14 days ago.",
            advice="See why the nightly run does not run or fails: run 'adoption nightly' by hand.",
            scope="lake",
        ),
        failed(
            "freshness",
            "Graph's figures of viva_engage reach to 2026-11-09, 15 days ago.",
            advice="If the lake is fresh, Microsoft is late: see the service health page, and "
            "wait. Otherwise see to the nightly run.",
            scope="data",
        ),
        passed("freshness", "Last built for 2026-11-24.", scope="warehouse"),
    ]


def test_a_lake_that_is_gone_or_a_warehouse_that_is_broken_fails(tmp_path: Path) -> None:
    publish(tmp_path, as_of=TODAY)
    without_lake = list(look_at_freshness(tmp_path, REPORTS[:1], TODAY))
    land_days(tmp_path, on(23))
    warehouse = tmp_path / "warehouse" / "adoption.duckdb"
    warehouse.unlink()  # nobody can write in it
    warehouse.write_bytes(b"no warehouse")
    broken = list(look_at_freshness(tmp_path, REPORTS, TODAY))

    assert by_result(without_lake, "fail") == ["freshness lake"]
    assert without_lake[0].message == "No day of teams_user_activity has landed yet."
    assert by_result(broken, "fail") == ["freshness warehouse"]
    assert broken[-1].message.startswith(f"Cannot read the warehouse {warehouse}: IO Error: ")
    assert broken[-1].advice.startswith("Run 'adoption build', which makes it anew;")
