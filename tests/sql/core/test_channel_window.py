import duckdb
import pytest

from tests.tables import drawn, given, run_model

HEADER = "channel | day | is_complete | is_concealed"


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
        f"2026-01-05..{unknown_until} | false | false",
        f"{known_from}..2026-02-01 | true | false",
    )

    assert found == [expected]


def test_a_whole_window_is_ok_or_quiet_and_one_of_a_channel_that_nobody_has_not_in_use(
    db: duckdb.DuckDBPyConnection,
) -> None:
    whole = "2026-01-05..2026-02-01 | true | false"

    assert status(db, whole) == ["0 | ok"]
    assert status(db, whole, quiet="true") == ["0 | quiet"]
    assert status(db, whole, in_use="false") == ["0 | not_in_use"]


def test_days_before_the_first_one_landed_are_unknown(db: duckdb.DuckDBPyConnection) -> None:
    assert status(db, "2026-01-07..2026-02-01 | true | false") == ["2 | partial"]


def test_a_window_that_ends_in_concealed_days_is_not_trusted_even_if_they_are_many(
    db: duckdb.DuckDBPyConnection,
) -> None:
    one = status(db, "2026-01-05..2026-01-31 | true | false", "2026-02-01 | false | true")
    many = status(
        db, "2026-01-05..2026-01-20 | true | false", "2026-01-21..2026-02-01 | false | true"
    )

    assert one + many == ["1 | not_trusted", "12 | not_trusted"]


def test_concealed_days_with_a_complete_one_after_them_are_only_unknown(
    db: duckdb.DuckDBPyConnection,
) -> None:
    few = status(
        db,
        "2026-01-05..2026-01-29 | true | false",
        "2026-01-30..2026-01-31 | false | true",
        "2026-02-01 | true | false",
    )
    many = status(
        db,
        "2026-01-05..2026-01-09 | false | true",
        "2026-01-10..2026-02-01 | true | false",
    )

    assert few + many == ["2 | partial", "5 | no_data"]


@pytest.mark.parametrize(
    ("last_complete", "expected"),
    [("2026-01-29", "3 | partial"), ("2026-01-28", "4 | not_trusted")],
)
def test_a_window_after_the_last_complete_day_is_not_trusted_more_than_a_week_later(
    db: duckdb.DuckDBPyConnection, last_complete: str, expected: str
) -> None:
    assert status(db, f"2026-01-05..{last_complete} | true | false") == [expected]


def test_where_too_many_persons_lack_a_unit_no_window_is_trusted(
    db: duckdb.DuckDBPyConnection,
) -> None:
    whole = "2026-01-05..2026-02-01 | true | false"

    assert status(db, whole, persons="2026-02-01 | true") == ["0 | not_trusted"]
    assert status(db, whole, persons="2026-02-01 | false") == ["0 | ok"]
