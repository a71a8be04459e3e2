import duckdb
import pytest

from tests.tables import drawn, given, run_model, set_variables

SUBJECT = "unit_id | window_end | staff | reached"


@pytest.mark.parametrize(
    ("staff", "reached", "held"),
    [
        (100, 50, "true"),  # 40.4 % to 59.6 %
        (100, 51, "false"),  # 41.3 % to 60.6 %
        (10, 0, "true"),  # ten people, and at most 28 %
        (10, 1, "false"),  # nine people, though at most 40 %
        (40, 40, "false"),
    ],
)
def test_reach_must_be_surely_below_the_target_and_ten_people_concerned(
    db: duckdb.DuckDBPyConnection, staff: int, reached: int, held: str
) -> None:
    given(
        db,
        "core.flag_subject",
        f"{SUBJECT}\nnorth | 2026-02-01 | {staff} | {reached}",
    )

    assert drawn(run_model(db, "core.flag_not_reached"), "is_held") == [held]


def test_an_interval_that_ends_on_the_target_is_not_below_it(
    db: duckdb.DuckDBPyConnection,
) -> None:
    ((high,),) = db.execute("select wilson_high(50, 100)").fetchall()
    set_variables(db, target=high)
    given(db, "core.flag_subject", f"{SUBJECT}\nn | 2026-02-01 | 100 | 50")

    assert drawn(run_model(db, "core.flag_not_reached"), "is_held") == ["false"]


def test_target_and_number_of_people_come_from_the_configuration(
    db: duckdb.DuckDBPyConnection,
) -> None:
    set_variables(db, target=0.3, min_not_reached=5)
    given(
        db,
        "core.flag_subject",
        f"""
        {SUBJECT}
        few     | 2026-02-01 | 10    | 0
        many    | 2026-02-01 | 100   | 50
        """,
    )

    assert drawn(run_model(db, "core.flag_not_reached"), "unit_id, is_held") == [
        "few | true",
        "many | false",
    ]
