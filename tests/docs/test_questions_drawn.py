"""The queries of `docs/questions.md` on what the demo cannot show: years, summers, every bound."""

from collections.abc import Iterator

import duckdb
import pytest

from tests.docs.answers import queries
from tests.tables import drawn, given, new_warehouse

REACH = "unit | window_end | status | staff | licensed | reached | coded"


@pytest.fixture
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    with new_warehouse() as connection:
        given(
            connection,
            "marts.build",
            "as_of | window_end | first_ok_window_end\n2026-11-25 | 2026-11-22 | 2026-09-06",
        )
        given(
            connection,
            "marts.unit",
            """
            unit_id | unit     | parent_id | level
            org     | Fjordvik |           | 0
            north   | North    | org       | 1
            south   | South    | org       | 1
            """,
        )
        yield connection


def reach(db: duckdb.DuckDBPyConnection, *rows: str) -> None:
    """Draws `marts.unit_reach`: ids and rates follow from what is drawn."""
    given(db, "marts.unit_reach", "\n".join([REACH, *rows]))
    db.execute(
        "update marts.unit_reach set unit_id = lower(unit), coded = coalesce(coded, []), "
        "reach_rate = share(reached, staff), reach_low = wilson_low(reached, staff), "
        "reach_high = wilson_high(reached, staff)"
    )


def answer(db: duckdb.DuckDBPyConnection, name: str, columns: str) -> list[str]:
    return drawn(db.sql(queries()[name]), columns)


def test_a_year_has_surely_made_a_difference_where_its_interval_leaves_zero_out(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(
        db,
        "marts.unit_year",
        """
        unit  | window_end | status     | difference | difference_low | difference_high
        North | 2026-11-15 | ok         | 0.3        | 0.2            | 0.4
        North | 2026-11-22 | ok         | -0.2       | -0.3           | -0.1
        South | 2026-11-22 | partial    | 0.1        | -0.1           | 0.3
        West  | 2026-11-22 | ok         | 0.2        | 0.1            | 0.3
        East  | 2026-11-22 | suppressed |            |                |
        """,
    )

    assert answer(db, "last-year", "unit, window_end, difference, is_sure") == [
        "East | 2026-11-22 |  |",
        "North | 2026-11-22 | -0.2 | true",
        "South | 2026-11-22 | 0.1 | false",
        "West | 2026-11-22 | 0.2 | true",
    ]


def test_a_summer_is_seen_from_the_last_window_before_to_the_first_one_after_it(
    db: duckdb.DuckDBPyConnection,
) -> None:
    reach(
        db,
        "North | 2025-07-20 | quiet | 40 | 40 | 3  |",
        "North | 2026-06-21 | ok    | 40 | 40 | 35 |",
        "North | 2026-07-19 | quiet | 40 | 40 | 5  |",
        "North | 2026-08-09 | quiet | 40 | 40 | 4  |",
        "North | 2026-09-06 | ok    | 40 | 40 | 10 |",
        "South | 2026-06-21 | ok    | 40 | 40 | 20 |",
        "South | 2026-09-06 | ok    | 40 | 40 | 21 |",
        "East  | 2026-06-21 | ok    | 40 | 40 | 30 |",
        "East  | 2026-09-06 | ok    | 40 | 40 | 38 | [reached]",
        "West  | 2026-06-21 | ok    | 40 | 40 | 30 |",
        "West  | 2026-09-06 | suppressed | | | |",
    )

    assert answer(db, "summer", "unit, rate_before, rate_after, is_sure") == [
        "North | 0.875 | 0.25 | true",
        "South | 0.5 | 0.525 | false",
    ]


def test_nothing_is_said_of_a_summer_before_the_first_window_after_it(
    db: duckdb.DuckDBPyConnection,
) -> None:
    reach(
        db,
        "North | 2026-06-21 | ok    | 40 | 40 | 35 |",
        "North | 2026-07-19 | quiet | 40 | 40 | 5  |",
        "North | 2026-08-09 | quiet | 40 | 40 | 4  |",
        "North | 2026-08-30 | ok    | 40 | 40 | 10 |",
    )

    assert answer(db, "summer", "unit") == []


def test_a_count_shown_as_at_least_cannot_fail_the_target_and_one_shown_as_at_most_can(
    db: duckdb.DuckDBPyConnection,
) -> None:
    reach(
        db,
        "Few    | 2026-11-22 | ok | 40 | 12 | 10 | [reached]",
        "Nobody | 2026-11-22 | ok | 40 | 40 | 2  | [reached]",
        "Nearly | 2026-11-22 | ok | 40 | 40 | 38 | [reached]",
        "Low    | 2026-11-22 | ok | 40 | 40 | 10 |",
        "Middle | 2026-11-22 | ok | 40 | 40 | 24 |",
        "Kept   | 2026-11-22 | ok | 40 | 8  |    | [reached]",
        "Hidden | 2026-11-22 | suppressed | | | |",
    )

    assert answer(db, "sure", "unit, verdict") == [
        "Few | cannot say",
        "Hidden | not shown",
        "Kept | not shown",
        "Low | does not",
        "Middle | cannot say",
        "Nearly | reaches it",
        "Nobody | does not",
    ]


def test_a_change_is_not_told_of_bounds_and_of_windows_that_lack_days(
    db: duckdb.DuckDBPyConnection,
) -> None:
    before = [f"{unit} | 2026-10-25 | ok | 40 | 40 | 10 |" for unit in ("A", "B", "C", "D")]
    reach(
        db,
        *before,
        "A | 2026-11-22 | ok      | 40 | 40 | 30 |",
        "B | 2026-11-22 | ok      | 40 | 40 | 38 | [reached]",
        "C | 2026-11-22 | partial | 40 | 40 | 30 |",
        "D | 2026-11-22 | ok      | 40 | 40 | 15 |",
        "E | 2026-10-25 | partial | 40 | 40 | 10 |",
        "E | 2026-11-22 | ok      | 40 | 40 | 30 |",
    )

    assert answer(db, "changed", "unit, window_end, change") == ["A | 2026-11-22 | better"]


def test_who_would_be_lost_is_not_computed_from_bounds(db: duckdb.DuckDBPyConnection) -> None:
    reach(
        db,
        "A | 2026-11-22 | ok | 40 | 40 | 30 |",
        "B | 2026-11-22 | ok | 40 | 40 | 38 | [reached]",
        "C | 2026-11-22 | ok | 40 | 40 | 30 |",
        "D | 2026-11-22 | ok | 40 | 40 | 30 |",
        "E | 2026-11-22 | suppressed | | | |",
    )
    given(
        db,
        "marts.unit_channel",
        """
        unit_id | channel     | window_end | status     | received | coded
        a       | sharepoint  | 2026-11-22 | ok         | 12       | [active]
        a       | viva_engage | 2026-11-22 | ok         | 25       | []
        b       | sharepoint  | 2026-11-22 | ok         | 12       | []
        c       | sharepoint  | 2026-11-22 | ok         | 2        | [received]
        d       | sharepoint  | 2026-11-22 | suppressed |          | []
        """,
    )

    assert answer(db, "without-engage", "unit, rate_without, lost") == [
        "A | 0.3 | 18",
        "B | 0.3 |",
        "C | 0.05 |",
        "D |  |",
        "E |  |",
    ]


def test_who_is_elsewhere_is_not_computed_from_bounds(db: duckdb.DuckDBPyConnection) -> None:
    reach(
        db,
        "A | 2026-11-22 | ok | 40 | 40 | 12 |",
        "B | 2026-11-22 | ok | 40 | 40 | 2  | [reached]",
        "C | 2026-11-22 | ok | 40 | 40 | 12 | [active]",
        "D | 2026-11-22 | ok | 40 | 40 | 12 |",
        "E | 2026-11-22 | ok | 40 | 40 | 12 |",
        "F | 2026-11-22 | ok | 40 | 40 | 30 |",
    )
    db.execute("update marts.unit_reach set active = 30")
    given(
        db,
        "marts.unit_channel",
        """
        unit_id | channel | window_end | window_days | active | coded
        a       | teams   | 2026-11-22 | 28          | 20     | []
        b       | teams   | 2026-11-22 | 28          | 20     | []
        c       | teams   | 2026-11-22 | 28          | 20     | []
        d       | teams   | 2026-11-22 | 28          | 38     | [active]
        e       | teams   | 2026-11-22 | 28          | 19     | []
        f       | teams   | 2026-11-22 | 28          | 20     | []
        """,
    )

    assert answer(db, "in-teams", "unit, elsewhere, elsewhere_share") == ["A | 18 | 0.6"]


def test_an_answering_rate_of_a_bound_says_that_it_is_at_most_so_much(
    db: duckdb.DuckDBPyConnection,
) -> None:
    reach(
        db,
        "A | 2026-11-22 | ok | 40 | 40 | 30 | [contributing]",
        "C | 2026-11-22 | ok | 40 | 40 | 30 | [contributing]",
        "D | 2026-11-22 | ok | 40 | 40 | 30 |",
        "E | 2026-11-22 | ok | 40 | 40 | 38 | [reached]",
        "F | 2026-11-22 | ok | 40 | 0  | 0  |",
        "G | 2026-11-22 | suppressed | | | |",
    )
    db.execute(
        "update marts.unit_reach set contributing = case unit when 'A' then 2 "
        "when 'D' then 15 when 'E' then 20 when 'F' then 0 end"
    )

    assert answer(db, "two-way", "unit, answering_rate, bound") == [
        "A | 0.0666667 | at most",
        "C |  | not shown",
        "D | 0.5 | exact",
        "F |  | exact",
        "G |  | not shown",
    ]


def test_licences_that_came_help_surely_only_where_no_count_is_a_bound(
    db: duckdb.DuckDBPyConnection,
) -> None:
    reach(
        db,
        "A | 2026-09-06 | ok | 40 | 0  | 0  |",
        "A | 2026-11-22 | ok | 40 | 40 | 30 |",
        "B | 2026-09-06 | ok | 40 | 10 | 8  | [reached]",
        "B | 2026-11-22 | ok | 40 | 40 | 30 |",
        "C | 2026-09-06 | ok | 40 | 37 | 30 |",
        "C | 2026-11-22 | ok | 40 | 40 | 37 |",
        "D | 2026-09-06 | suppressed | | | |",
        "D | 2026-11-22 | ok | 40 | 40 | 37 |",
    )

    assert answer(db, "licences", "unit, licensed_before, licensed_now, is_bound, is_sure") == [
        "A | 0 | 40 | false | true",
        "B | 10 | 40 | true | false",
    ]


def test_heads_without_an_account_stand_beside_their_full_time_equivalents(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(
        db,
        "marts.unit_staff",
        """
        unit_id | unit     | window_end | status     | staff | account | fte
        org     | Fjordvik | 2026-11-22 | ok         | 90    | 60      | 70
        north   | North    | 2026-11-22 | ok         | 50    | 30      | 25
        south   | South    | 2026-11-22 | ok         | 30    | 29      |
        east    | East     | 2026-11-22 | ok         | 10    | 10      | 9
        west    | West     | 2026-11-22 | suppressed |       |         |
        """,
    )

    assert answer(db, "heads", "unit, without_account, fte_per_head") == [
        "North | 20 | 0.5",
        "South | 1 |",
    ]


def test_a_day_of_which_nothing_is_known_is_told_apart_from_one_that_can_still_change(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(
        db,
        "marts.channel_day",
        """
        channel | day                    | complete | active
        teams   | 2026-10-01             | false    |
        teams   | 2026-11-01..2026-11-20 | true     | 30
        teams   | 2026-11-21             | false    |
        teams   | 2026-11-22             | false    | 12
        """,
    )

    assert answer(db, "days", "channel, unknown_count, unfinished_count") == ["teams | 1 | 1"]


def test_what_is_hidden_has_no_share_and_what_is_shown_has_its_own(
    db: duckdb.DuckDBPyConnection,
) -> None:
    reach(
        db,
        "Org   | 2026-11-22 | ok         | 100 | 90 | 80 |",
        "North | 2026-11-22 | ok         | 60  | 50 | 48 | [reached]",
        "South | 2026-11-22 | suppressed |     |    |    |",
    )

    columns = "status, unit_count, unit_count_with_bounds, staff_share"
    assert answer(db, "hidden", columns) == ["ok | 1 | 1 | 0.6", "suppressed | 1 | 0 |"]
