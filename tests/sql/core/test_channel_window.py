import datetime as dt

import duckdb
import pytest

from tests.tables import drawn, given, run_model, set_variables

HEADER = "channel | day | is_complete | is_held_back | is_silent"


def status(
    db: duckdb.DuckDBPyConnection,
    *days: str,
    in_use: str = "true",
    quiet: str = "false",
    persons: str = "",
) -> list[str]:
    """Status of Teams in the window 2026-01-05..2026-02-01, seen on 2026-02-05."""
    given(db, "core.channel", f"channel | is_in_use\nteams | {in_use}")
    given(
        db,
        "core.evaluation_day",
        f"""
        window_end | window_start | is_quiet
        2026-02-01 | 2026-01-05   | {quiet}
        """,
    )
    given(db, "core.channel_day", "\n".join([HEADER, *(f"teams | {day}" for day in days)]))
    given(db, "core.placement_window", f"window_end | is_untrusted\n{persons}" if persons else "")
    return drawn(run_model(db, "core.channel_window"), "incomplete_day_count, status")


@pytest.mark.parametrize(
    ("unknown_until", "known_from", "expected"),
    [
        ("2026-01-05", "2026-01-06", "1 | partial"),
        ("2026-01-08", "2026-01-09", "4 | partial"),
        ("2026-01-09", "2026-01-10", "5 | no_data"),
    ],
)
def test_one_to_four_unknown_days_make_a_window_partial_and_five_no_data(
    db: duckdb.DuckDBPyConnection, unknown_until: str, known_from: str, expected: str
) -> None:
    found = status(
        db,
        f"2026-01-05..{unknown_until} | false | false | false",
        f"{known_from}..2026-02-01 | true | false | false",
    )

    assert found == [expected]


def test_a_whole_window_is_ok_or_quiet_and_one_of_a_channel_that_nobody_has_not_in_use(
    db: duckdb.DuckDBPyConnection,
) -> None:
    whole = "2026-01-05..2026-02-01 | true | false | false"

    assert status(db, whole) == ["0 | ok"]
    assert status(db, whole, quiet="true") == ["0 | quiet"]
    assert status(db, whole, in_use="false") == ["0 | not_in_use"]


def test_days_before_the_first_one_landed_are_unknown(db: duckdb.DuckDBPyConnection) -> None:
    assert status(db, "2026-01-07..2026-02-01 | true | false | false") == ["2 | partial"]


def test_a_window_that_ends_in_days_held_back_is_not_trusted_even_if_they_are_many(
    db: duckdb.DuckDBPyConnection,
) -> None:
    one = status(
        db, "2026-01-05..2026-01-31 | true | false | false", "2026-02-01 | false | true | false"
    )
    many = status(
        db,
        "2026-01-05..2026-01-20 | true | false | false",
        "2026-01-21..2026-02-01 | false | true | false",
    )

    assert one + many == ["1 | not_trusted", "12 | not_trusted"]


def test_days_held_back_with_a_complete_one_after_them_are_only_unknown(
    db: duckdb.DuckDBPyConnection,
) -> None:
    few = status(
        db,
        "2026-01-05..2026-01-29 | true | false | false",
        "2026-01-30..2026-01-31 | false | true | false",
        "2026-02-01 | true | false | false",
    )
    many = status(
        db,
        "2026-01-05..2026-01-09 | false | true | false",
        "2026-01-10..2026-02-01 | true | false | false",
    )

    assert few + many == ["2 | partial", "5 | no_data"]


@pytest.mark.parametrize(
    ("last_complete", "expected"),
    [("2026-01-29", "3 | partial"), ("2026-01-28", "4 | not_trusted")],
)
def test_a_window_after_the_last_complete_day_is_not_trusted_more_than_a_week_later(
    db: duckdb.DuckDBPyConnection, last_complete: str, expected: str
) -> None:
    assert status(db, f"2026-01-05..{last_complete} | true | false | false") == [expected]


def test_where_too_many_persons_lack_a_unit_no_window_is_trusted(
    db: duckdb.DuckDBPyConnection,
) -> None:
    whole = "2026-01-05..2026-02-01 | true | false | false"

    assert status(db, whole, persons="2026-02-01 | true") == ["0 | not_trusted"]
    assert status(db, whole, persons="2026-02-01 | false") == ["0 | ok"]


def test_a_gate_that_holds_on_every_day_but_the_empty_weekends_makes_a_window_not_trusted(
    db: duckdb.DuckDBPyConnection,
) -> None:
    weeks = ("2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26")
    mondays = [dt.date.fromisoformat(monday) for monday in weeks]
    bad = [f"{day}..{day + dt.timedelta(4)} | false | true | false" for day in mondays]
    empty = [
        f"{day + dt.timedelta(5)}..{day + dt.timedelta(6)} | true | false | true" for day in mondays
    ]

    assert status(db, *bad, *empty) == ["20 | not_trusted"]


def test_a_gate_that_fails_on_the_last_friday_alone_makes_a_window_partial(
    db: duckdb.DuckDBPyConnection,
) -> None:
    assert status(
        db,
        "2026-01-05..2026-01-29 | true | false | false",
        "2026-01-30 | false | true | false",
        "2026-01-31..2026-02-01 | true | false | true",
    ) == ["1 | partial"]


def test_how_many_days_may_be_missing_is_configured(db: duckdb.DuckDBPyConnection) -> None:
    set_variables(db, bearable_days=1)

    assert status(db, "2026-01-07..2026-02-01 | true | false | false") == ["2 | no_data"]
