import duckdb

from tests.tables import drawn, given, run_model


def test_flags_are_judged_on_sundays_with_an_ok_window_and_not_on_pseudo_units(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(
        db,
        "core.unit",
        """
        unit_id         | is_pseudo
        (organisation)  | false
        north           | false
        (no department) | true
        """,
    )
    given(
        db,
        "core.unit_window",
        """
        unit_id         | window_end | status     | staff | reached
        (organisation)  | 2026-02-01 | ok         | 90    | 40
        (no department) | 2026-02-01 | ok         | 20    | 10
        north           | 2026-02-01 | ok         | 30    | 20
        north           | 2026-02-04 | ok         | 30    | 21
        north           | 2026-02-08 | partial    | 30    | 22
        north           | 2026-02-15 | quiet      | 30    | 23
        north           | 2026-02-22 | suppressed | 9     | 9
        """,
    )

    result = run_model(db, "core.flag_subject")

    assert drawn(result, "unit_id, window_end, staff, reached") == [
        "(organisation) | 2026-02-01 | 90 | 40",
        "north | 2026-02-01 | 30 | 20",
    ]
