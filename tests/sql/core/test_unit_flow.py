import duckdb

from tests.tables import drawn, given, run_model

SUNDAY = "window_end | day_count\n2026-02-01 | 28\n2026-02-04 | 28\n2026-02-08 | 30"


def test_people_are_counted_by_where_they_were_and_where_they_are(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(db, "core.evaluation_day", SUNDAY)
    given(db, "core.directory_span", "snapshot_day\n2026-01-04\n2026-01-20")
    given(
        db,
        "core.placement",
        """
        day        | person_id | unit_id
        2026-01-04 | ann       | north
        2026-01-04 | bob       | north
        2026-01-04 | cy        | south
        2026-02-01 | ann       | north
        2026-02-01 | bob       | south
        2026-02-01 | dot       | south
        2026-02-01 | eve       | south
        """,
    )

    assert drawn(run_model(db, "core.unit_flow"), "window_end, unit_before, unit_now, persons") == [
        "2026-02-01 | (outside) | south | 2",
        "2026-02-01 | north | north | 1",
        "2026-02-01 | north | south | 1",
        "2026-02-01 | south | (outside) | 1",
    ]


def test_before_the_first_snapshot_nobody_knows_who_was_there(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(db, "core.evaluation_day", SUNDAY)
    given(db, "core.directory_span", "snapshot_day\n2026-01-05")
    given(
        db,
        "core.placement",
        """
        day        | person_id | unit_id
        2026-01-04 | ann       | north
        2026-02-01 | ann       | north
        """,
    )

    assert drawn(run_model(db, "core.unit_flow"), "window_end") == []
