from itertools import combinations_with_replacement

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
    assert reason(db, "90 | 80 | 70 | 60 | 50 | 40", "45 | 40 | 35 | 30 | 25 | 20") == []
    assert reason(db, "90 | 80 | 70 | 60 | 50 | 40", "25 | 25 | 25 | 25 | 25 | 25") == []
    assert reason(db, "26 | 11 | 11 | 11 | 11 | 11", "26 | 11 | 11 | 11 | 11 | 11") == []


def test_a_step_that_nobody_enters_is_no_reason(db: duckdb.DuckDBPyConnection) -> None:
    assert reason(db, "20 | 0 | 0 | 0 | 0 | 0", "10 | 0 | 0 | 0 | 0 | 0") == []


def test_each_window_is_held_against_the_organisation_of_its_own_day(
    db: duckdb.DuckDBPyConnection,
) -> None:
    rows = [
        "(organisation) | 2026-02-01 | 200 | 100 | 100 | 100 | 100 | 100",
        "north          | 2026-02-01 | 100 | 50  | 40  | 40  | 40  | 40",
        "(organisation) | 2026-02-08 | 200 | 200 | 100 | 100 | 100 | 100",
        "north          | 2026-02-08 | 100 | 50  | 40  | 40  | 40  | 40",
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


def test_rows_that_are_shown_alike_have_the_same_reason_whatever_lies_beneath_their_codes(
    db: duckdb.DuckDBPyConnection,
) -> None:
    staff, licensed = 16, 14
    beneath = list(combinations_with_replacement(range(licensed, -1, -1), 3))
    rows = [f"{n} | 2026-02-01 | {staff} | 15 | {licensed}" for n in range(len(beneath))]
    counts = [" | ".join(map(str, conduct)) for conduct in beneath]
    draw(
        db,
        [
            "(organisation) | 2026-02-01 | 400 | 390 | 370 | 355 | 330 | 290",
            *(f"{row} | {conduct}" for row, conduct in zip(rows, counts, strict=True)),
        ],
    )

    result = run_model(db, "core.unit_reason")

    found = dict(result.project("unit_id, reason").fetchall())
    alike: dict[tuple[int, ...], set[str | None]] = {}
    for number, conduct in enumerate(beneath):
        codes = tuple(2 if c <= 2 else 12 if c >= 12 else c for c in conduct)
        alike.setdefault(codes, set()).add(found.get(str(number)))
    assert {len(reasons) for reasons in alike.values()} == {1}
    assert set().union(*alike.values()) == {None, "never_onboarded", "dormant", "wrong_channel"}


@pytest.mark.parametrize(("staff", "expected"), [(40, "no_account"), (30, None)])
def test_of_a_few_licensed_people_whose_number_is_not_shown_the_reason_does_not_tell_it(
    db: duckdb.DuckDBPyConnection, staff: int, expected: str | None
) -> None:
    """Of 30, one licensed would make it no_licence, and nine no_account."""
    rows = [f"{n} | 2026-02-01 | {staff} | 16 | {n} | {n} | {n} | {n}" for n in range(1, 10)]
    whole = "(organisation) | 2026-02-01 | 400 | 390 | 370 | 355 | 330 | 290"
    given(db, "core.unit_window", "\n".join([HEADER, whole, *rows]))
    shown = [f"{n} | 2026-02-01 | {staff} | 16 | | | | | ok" for n in range(1, 10)]
    given(db, "core.unit_shown", "\n".join([f"{HEADER} | status", f"{whole} | ok", *shown]))

    found = dict(run_model(db, "core.unit_reason").project("unit_id, reason").fetchall())

    assert [found.get(str(n)) for n in range(1, 10)] == [expected] * 9


def test_of_a_hidden_row_no_reason_is_given(db: duckdb.DuckDBPyConnection) -> None:
    draw(db, ["(organisation) | 2026-02-01 | 100 | 95 | 90 | 85 | 80 | 75"])
    row = "north | 2026-02-01 | 20 | 20 | 20 | 10 | 10 | 10"
    db.execute("insert into core.unit_window (unit_id, window_end) values ('north', '2026-02-01')")
    given(db, "core.unit_shown", f"{HEADER} | status\n{row} | suppressed")

    assert drawn(run_model(db, "core.unit_reason"), "unit_id, reason") == []
