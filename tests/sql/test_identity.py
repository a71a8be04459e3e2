"""From report rows to persons: names change hands, and the directory of the day decides."""

import duckdb

from tests.tables import drawn, given, run_chain

SNAPSHOTS = """
    report    | day
    directory | 2026-01-07
    directory | 2026-01-12
    directory | 2026-01-19
"""
ACTIVE = "person_id, channel, active_days"


def active_days(db: duckdb.DuckDBPyConnection, accounts: str, rows: str) -> list[str]:
    given(db, "staging.snapshot", SNAPSHOTS)
    given(db, "staging.directory", accounts)
    given(db, "staging.viva_engage_user_activity", rows)
    return drawn(run_chain(db, "core.person_activity"), ACTIVE)


def test_a_renamed_person_is_one_person_on_whatever_day_either_name_appears(
    db: duckdb.DuckDBPyConnection,
) -> None:
    assert active_days(
        db,
        """
        day        | upn_id | person_id
        2026-01-07 | ann@   | ann
        2026-01-12 | anna@  | ann
        2026-01-19 | anna@  | ann
        """,
        """
        day        | period_days | upn_id | is_active
        2026-01-05 | 1           | ann@   | true
        2026-01-06 | 1           | anna@  | true
        2026-01-13 | 1           | anna@  | true
        2026-01-20 | 1           | ann@   | true
        """,
    ) == ["ann | viva_engage | 0-1 8 15"]


def test_a_name_that_two_persons_have_held_speaks_of_its_holder_on_the_day(
    db: duckdb.DuckDBPyConnection,
) -> None:
    assert active_days(
        db,
        """
        day        | upn_id | person_id
        2026-01-07 | hr@    | ann
        2026-01-12 | hr@    | bob
        2026-01-19 | hr@    | bob
        """,
        """
        day                    | period_days | upn_id | is_active
        2026-01-10..2026-01-13 | 1           | hr@    | true
        """,
    ) == ["ann | viva_engage | 5-6", "bob | viva_engage | 7-8"]


def test_a_name_deleted_and_made_again_speaks_of_nobody_in_between(
    db: duckdb.DuckDBPyConnection,
) -> None:
    assert active_days(
        db,
        """
        day        | upn_id | person_id
        2026-01-07 | ann@   | old
        2026-01-19 | ann@   | new
        """,
        """
        day                    | period_days | upn_id | is_active
        2026-01-05             | 1           | ann@   | true
        2026-01-11..2026-01-12 | 1           | ann@   | true
        2026-01-18..2026-01-19 | 1           | ann@   | true
        """,
    ) == ["new | viva_engage | 14", "old | viva_engage | 0 6"]


def test_a_row_of_nobody_in_the_directory_counts_for_nobody(
    db: duckdb.DuckDBPyConnection,
) -> None:
    assert (
        active_days(
            db,
            "day | upn_id | person_id\n2026-01-07 | ann@ | ann",
            """
            day        | period_days | upn_id | is_active
            2026-01-05 | 1           | dot@   | true
            2026-01-05 | 1           |        | true
            """,
        )
        == []
    )
