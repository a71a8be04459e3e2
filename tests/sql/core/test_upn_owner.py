import duckdb

from tests.tables import drawn, given, run_chain

SNAPSHOTS = """
    report    | day
    directory | 2026-01-05
    directory | 2026-01-12
    directory | 2026-01-19
"""


def owners(db: duckdb.DuckDBPyConnection, accounts: str) -> list[str]:
    given(db, "staging.snapshot", SNAPSHOTS)
    given(db, "staging.directory", accounts)
    return drawn(run_chain(db, "core.upn_owner"), "upn_id, valid_from, valid_to, person_id")


def test_a_name_that_one_account_has_held_always_means_that_account(
    db: duckdb.DuckDBPyConnection,
) -> None:
    assert owners(
        db,
        """
        day        | upn_id | person_id
        2026-01-05 | ann@   | ann
        2026-01-12 | anna@  | ann
        2026-01-19 | anna@  | ann
        2026-01-19 |        | bob
        """,
    ) == [
        "ann@ | 0001-01-01 | 9999-12-31 | ann",
        "anna@ | 0001-01-01 | 9999-12-31 | ann",
    ]


def test_a_name_that_two_accounts_have_held_means_who_holds_it_in_the_snapshot_in_force(
    db: duckdb.DuckDBPyConnection,
) -> None:
    assert owners(
        db,
        """
        day        | upn_id | person_id
        2026-01-05 | ann@   | ann
        2026-01-19 | ann@   | ann2
        """,
    ) == [
        "ann@ | 0001-01-01 | 2026-01-11 | ann",
        "ann@ | 2026-01-19 | 9999-12-31 | ann2",
    ]


def test_a_name_that_two_accounts_hold_at_once_means_nobody_then(
    db: duckdb.DuckDBPyConnection,
) -> None:
    assert owners(
        db,
        """
        day        | upn_id | person_id
        2026-01-05 | ann@   | ann
        2026-01-12 | ann@   | ann
        2026-01-12 | ann@   | bob
        """,
    ) == ["ann@ | 0001-01-01 | 2026-01-11 | ann"]
