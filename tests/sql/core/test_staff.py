import duckdb

from tests.tables import drawn, given, run_model


def test_the_people_of_a_window_are_those_of_its_last_day(db: duckdb.DuckDBPyConnection) -> None:
    given(db, "core.evaluation_day", "window_end\n2026-01-11\n2026-01-18")
    given(
        db,
        "core.placement",
        """
        day        | person_id | unit_id | plan_set_id
        2025-12-14 | ann       | attic   | e3
        2026-01-11 | ann       | north   | e3
        2026-01-18 | ann       | south   | f1
        """,
    )

    assert drawn(run_model(db, "core.staff"), "window_end, person_id, unit_id, plan_set_id") == [
        "2026-01-11 | ann | north | e3",
        "2026-01-18 | ann | south | f1",
    ]
