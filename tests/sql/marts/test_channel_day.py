import duckdb
import pytest

from tests.tables import drawn, given, run_model

COLUMNS = "channel, day, complete, licensed, active, received, contributed, coded"
PEOPLE = "channel | day | licensed | active | received | contributed"


def test_a_day_has_its_counts_of_people(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        "core.channel_day",
        """
        channel | day                    | has_figures | is_complete
        teams   | 2026-01-05             | true        | true
        teams   | 2026-01-06             | true        | false
        """,
    )
    given(
        db,
        "core.channel_day_people",
        f"{PEOPLE}\nteams | 2026-01-05 | 40 | 30 | 20 | 10\nteams | 2026-01-06 | 41 | 31 | 21 | 11",
    )

    assert drawn(run_model(db, "marts.channel_day"), COLUMNS) == [
        "teams | 2026-01-05 | true | 40 | 30 | 20 | 10 | []",
        "teams | 2026-01-06 | false | 41 | 31 | 21 | 11 | []",
    ]


def test_an_unknown_day_is_null_and_nothing_is_coded(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        "core.channel_day",
        "channel | day | has_figures | is_complete\nteams | 2026-01-06 | false | false",
    )
    given(db, "core.channel_day_people", f"{PEOPLE}\nteams | 2026-01-06 | 40 | 0 | 0 | 0")

    assert drawn(run_model(db, "marts.channel_day"), COLUMNS) == [
        "teams | 2026-01-06 | false |  |  |  |  | []"
    ]


@pytest.mark.parametrize(
    ("licensed", "people", "shown", "is_coded"),
    [
        (40, 0, "2", True),
        (40, 2, "2", True),
        (40, 3, "3", False),
        (40, 37, "37", False),
        (40, 38, "38", True),
        (40, 40, "38", True),
        (9, 5, "", True),
        (0, 0, "", True),
    ],
)
def test_a_days_counts_follow_the_rules_of_a_windows(
    db: duckdb.DuckDBPyConnection, licensed: int, people: int, shown: str, is_coded: bool
) -> None:
    given(
        db,
        "core.channel_day",
        "channel | day | has_figures | is_complete\nteams | 2026-01-06 | true | true",
    )
    given(
        db,
        "core.channel_day_people",
        f"{PEOPLE}\nteams | 2026-01-06 | {licensed} | {people} | {people} | {people}",
    )

    result = run_model(db, "marts.channel_day")

    assert drawn(result, "active, received, contributed") == [
        f"{shown} | {shown} | {shown}".strip()
    ]
    assert result.select("list_contains(coded, 'active')").fetchall() == [(is_coded,)]
    assert result.select("list_contains(coded, 'licensed')").fetchall() == [(licensed < 10,)]


def test_the_day_that_counts_as_today_is_not_shown(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        "core.channel_day",
        "channel | day | has_figures | is_complete\nteams | 2026-02-04..2026-02-06 | true | false",
    )
    given(
        db,
        "core.channel_day_people",
        f"{PEOPLE}\nteams | 2026-02-04..2026-02-06 | 40 | 30 | 20 | 10",
    )

    assert drawn(run_model(db, "marts.channel_day"), "day") == ["2026-02-04"]
