import duckdb
import pytest

from tests.tables import drawn, given, run_model


@pytest.mark.parametrize(
    ("window", "staff", "expected"),
    [
        ("ok", 10, "ok"),
        ("quiet", 10, "quiet"),
        ("partial", 10, "partial"),
        ("ok", 9, "suppressed"),
        ("quiet", 9, "suppressed"),
        ("partial", 9, "suppressed"),
        ("not_trusted", 9, "not_trusted"),
        ("no_data", 9, "no_data"),
        ("not_in_use", 9, "not_in_use"),
    ],
)
def test_a_unit_below_the_minimum_group_is_suppressed_unless_nothing_is_known_anyway(
    db: duckdb.DuckDBPyConnection, window: str, staff: int, expected: str
) -> None:
    given(db, "core.evaluation_window", f"window_end | status\n2026-02-01 | {window}")
    given(db, "core.unit_funnel", f"unit_id | window_end | staff\nnorth | 2026-02-01 | {staff}")

    assert drawn(run_model(db, "core.unit_window"), "unit_id, status, staff") == [
        f"north | {expected} | {staff}"
    ]


@pytest.mark.parametrize(
    ("licensed", "coded"), [(0, "false"), (1, "true"), (9, "true"), (10, "false")]
)
def test_what_one_to_nine_licensed_people_did_would_speak_of_known_people(
    db: duckdb.DuckDBPyConnection, licensed: int, coded: str
) -> None:
    given(db, "core.evaluation_window", "window_end | status\n2026-02-01 | ok")
    given(
        db,
        "core.unit_funnel",
        f"unit_id | window_end | staff | licensed\nnorth | 2026-02-01 | 40 | {licensed}",
    )

    assert drawn(run_model(db, "core.unit_window"), "is_coded") == [coded]
