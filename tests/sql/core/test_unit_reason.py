import duckdb
import pytest

from tests.tables import drawn, given, run_model

HEADER = "unit_id | window_end | staff | account | licensed | onboarded | active | reached"


def draw(db: duckdb.DuckDBPyConnection, rows: list[str]) -> None:
    """Windows whose counts are shown as they are."""
    given(db, "core.unit_window", "\n".join([HEADER, *rows]))
    shown = [f"{row} | ok" for row in rows]
    given(db, "core.unit_shown", "\n".join([f"{HEADER} | status", *shown]))


def reason(db: duckdb.DuckDBPyConnection, organisation: str, unit: str) -> list[str]:
    draw(
        db,
        [f"(organisation) | 2026-02-01 | {organisation}", f"north | 2026-02-01 | {unit}"],
    )
    return drawn(run_model(db, "core.unit_reason"), "unit_id, reason")


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("20 | 10 | 10 | 10 | 10 | 10", "no_account"),
        ("20 | 20 | 10 | 10 | 10 | 10", "no_licence"),
        ("20 | 20 | 20 | 10 | 10 | 10", "never_onboarded"),
        ("20 | 20 | 20 | 20 | 10 | 10", "dormant"),
        ("20 | 20 | 20 | 20 | 20 | 10", "wrong_channel"),
    ],
)
def test_the_step_that_loses_most_beyond_the_organisations_rate_is_the_reason(
    db: duckdb.DuckDBPyConnection, unit: str, expected: str
) -> None:
    assert reason(db, "100 | 95 | 90 | 85 | 80 | 75", unit) == [f"north | {expected}"]


def test_what_counts_is_people_lost_beyond_the_rate_of_those_who_entered_the_step(
    db: duckdb.DuckDBPyConnection,
) -> None:
    # No account: 8 lost of 20 where half is usual. Dormant: 4 lost of 12 where none is.
    assert reason(db, "100 | 50 | 50 | 50 | 50 | 50", "20 | 12 | 12 | 12 | 8 | 8") == [
        "north | dormant"
    ]


def test_a_tie_goes_to_the_earlier_step(db: duckdb.DuckDBPyConnection) -> None:
    # 5.8 too many on the first step and on the second; to a double the first is a hair less.
    assert reason(db, "50 | 30 | 21 | 21 | 21 | 21", "33 | 14 | 4 | 4 | 4 | 4") == [
        "north | no_account"
    ]
    assert reason(db, "90 | 81 | 81 | 81 | 81 | 81", "30 | 27 | 24 | 24 | 21 | 18") == [
        "north | no_licence"
    ]


def test_no_step_above_the_organisations_own_rate_is_no_reason(
    db: duckdb.DuckDBPyConnection,
) -> None:
    assert reason(db, "90 | 80 | 70 | 60 | 50 | 40", "9 | 8 | 7 | 6 | 5 | 4") == []
    assert reason(db, "90 | 80 | 70 | 60 | 50 | 40", "9 | 9 | 9 | 9 | 9 | 9") == []
    assert reason(db, "26 | 11 | 11 | 11 | 11 | 11", "26 | 11 | 11 | 11 | 11 | 11") == []


def test_a_step_that_nobody_enters_is_no_reason(db: duckdb.DuckDBPyConnection) -> None:
    assert reason(db, "20 | 0 | 0 | 0 | 0 | 0", "10 | 0 | 0 | 0 | 0 | 0") == []


def test_each_window_is_held_against_the_organisation_of_its_own_day(
    db: duckdb.DuckDBPyConnection,
) -> None:
    rows = [
        "(organisation) | 2026-02-01 | 20 | 10 | 10 | 10 | 10 | 10",
        "north          | 2026-02-01 | 10 | 5  | 4  | 4  | 4  | 4",
        "(organisation) | 2026-02-08 | 20 | 20 | 10 | 10 | 10 | 10",
        "north          | 2026-02-08 | 10 | 5  | 4  | 4  | 4  | 4",
    ]

    draw(db, rows)

    assert drawn(run_model(db, "core.unit_reason"), "unit_id, window_end, reason") == [
        "north | 2026-02-01 | no_licence",
        "north | 2026-02-08 | no_account",
    ]


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("40 | 40 | 9 | 0 | 0 | 0", ["north | no_licence"]),
        ("40 | 39 | 9 | 9 | 9 | 0", ["north | no_licence"]),
        ("9  | 9  | 9 | 0 | 0 | 0", []),
        ("10 | 10 | 10 | 0 | 0 | 0", ["north | never_onboarded"]),
    ],
)
def test_of_a_few_licensed_people_no_reason_is_given_that_speaks_of_what_they_did(
    db: duckdb.DuckDBPyConnection, unit: str, expected: list[str]
) -> None:
    assert reason(db, "100 | 95 | 90 | 85 | 80 | 75", unit) == expected


def test_of_a_hidden_row_no_reason_is_given(db: duckdb.DuckDBPyConnection) -> None:
    draw(db, ["(organisation) | 2026-02-01 | 100 | 95 | 90 | 85 | 80 | 75"])
    row = "north | 2026-02-01 | 20 | 20 | 20 | 10 | 10 | 10"
    db.execute("insert into core.unit_window (unit_id, window_end) values ('north', '2026-02-01')")
    given(db, "core.unit_shown", f"{HEADER} | status\n{row} | suppressed")

    assert drawn(run_model(db, "core.unit_reason"), "unit_id, reason") == []
