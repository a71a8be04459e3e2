"""marts.unit_target and marts.unit_step: the way from what is shown to the target."""

import duckdb
import pytest

from adoption.texts import actor_rows
from tests.tables import drawn, given, run_chain, set_variables

FUNNEL = "staff | account | licensed | onboarded | active | reached"
REACH = f"unit_id | unit | window_end | status | coded | {FUNNEL}"
WHOLE = "(organisation) | Fjordvik | 2026-02-01 | ok | [] | 200 | 190 | 180 | 170 | 160 | 100"
STEPS = "no_account, no_licence, never_onboarded, dormant, wrong_channel"
ACTORS = "hr_it, it, line_leader, communications"


def target(db: duckdb.DuckDBPyConnection, columns: str, *rows: str) -> list[str]:
    given(db, "config.actor", "\n".join(["reason | actor", *map(" | ".join, actor_rows())]))
    given(db, "marts.unit_reach", "\n".join([REACH, *rows]))
    return drawn(run_chain(db, "marts.unit_target"), columns)


def test_the_lost_are_told_by_step_and_by_who_can_act(db: duckdb.DuckDBPyConnection) -> None:
    north = "north | North | 2026-02-01 | ok | [] | 40 | 31 | 30 | 25 | 22 | 20"

    rows = target(db, f"unit, not_reached, {STEPS}, {ACTORS}, coded", WHOLE, north)

    assert rows == [
        "Fjordvik | 100 | 10 | 10 | 10 | 10 | 60 | 10 | 10 | 20 | 60 | []",
        "North | 20 | 9 | 1 | 5 | 3 | 2 | 9 | 1 | 8 | 2 | []",
    ]


@pytest.mark.parametrize(
    ("share", "staff", "reached", "expected"),
    [
        (0.60, 41, 20, "25 | 5 | 0.21"),  # 24.6 people are 25
        (0.60, 40, 24, "24 | 0 | 0.16"),
        (0.60, 40, 40, "24 | 0 | 0"),
        (0.07, 100, 0, "7 | 7 | 1"),  # 0.07 * 100 is a little more than 7 to a computer
    ],
)
def test_the_target_is_so_many_more_people(
    db: duckdb.DuckDBPyConnection, share: float, staff: int, reached: int, expected: str
) -> None:
    set_variables(db, target=share)
    funnel = " | ".join([*[str(staff)] * 5, str(reached)])
    north = f"north | North | 2026-02-01 | ok | [] | {funnel}"

    rows = target(db, "unit, needed, to_target, gap_share", WHOLE, north)

    assert rows[1:] == [f"North | {expected}"]


def test_where_everybody_is_reached_nobody_has_a_part_in_the_gap(
    db: duckdb.DuckDBPyConnection,
) -> None:
    whole = "(organisation) | Fjordvik | 2026-02-01 | ok | [] | 20 | 20 | 20 | 20 | 20 | 20"

    assert target(db, "to_target, not_reached, gap_share", whole) == ["0 | 0 |"]


@pytest.mark.parametrize("status", ["suppressed", "not_trusted", "no_data", "not_in_use"])
def test_what_is_not_shown_is_a_row_without_numbers(
    db: duckdb.DuckDBPyConnection, status: str
) -> None:
    north = f"north | North | 2026-02-01 | {status} | [] | | | | | |"

    columns = f"unit, status, needed, to_target, not_reached, gap_share, {STEPS}, {ACTORS}, coded"
    rows = target(db, columns, WHOLE, north)

    assert rows[1:] == [" | ".join(["North", status, *[""] * 13, "[]"])]


def test_a_bound_is_computed_with_and_named(db: duckdb.DuckDBPyConnection) -> None:
    north = "north | North | 2026-02-01 | ok | [onboarded, reached] | 40 | 31 | 30 | 28 | 22 | 2"

    rows = target(db, f"unit, to_target, not_reached, {STEPS}, {ACTORS}, coded", WHOLE, north)

    assert rows[1:] == [
        "North | 22 | 38 | 9 | 1 | 2 | 6 | 20 | 9 | 1 | 8 | 20 | "
        "[to_target, not_reached, gap_share, never_onboarded, dormant, wrong_channel, "
        "communications, line_leader]"
    ]


def test_a_bound_of_the_organisation_makes_every_part_of_the_gap_one(
    db: duckdb.DuckDBPyConnection,
) -> None:
    whole = WHOLE.replace("[]", "[reached]")
    north = "north | North | 2026-02-01 | ok | [] | 40 | 31 | 30 | 25 | 22 | 20"

    assert target(db, "unit, coded", whole, north)[1:] == ["North | [gap_share]"]


def test_of_a_few_licensed_only_the_first_steps_are_known(db: duckdb.DuckDBPyConnection) -> None:
    coded = "[onboarded, active, reached, contributing]"
    north = f"north | North | 2026-02-01 | ok | {coded} | 40 | 31 | 9 | | |"

    rows = target(db, f"unit, needed, to_target, not_reached, {STEPS}, {ACTORS}", WHOLE, north)

    assert rows[1:] == ["North | 24 |  |  | 9 | 22 |  |  |  | 9 | 22 |  |"]
