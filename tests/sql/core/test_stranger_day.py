import duckdb

from tests.tables import drawn, given, run_chain

TEAMS = "day | period_days | person_id | upn_id | identity_class | is_deleted"
OTHER = "day | period_days | upn_id | identity_class | is_deleted"
DIRECTORY = """
    day        | person_id | upn_id
    2026-01-05 | ann       | ann@
    2026-01-12 | ann       | anna@
    2026-01-12 | bob       |
"""


def strangers(db: duckdb.DuckDBPyConnection) -> list[str]:
    given(db, "staging.directory", DIRECTORY)
    return drawn(run_chain(db, "core.stranger_day"), "channel, day, row_count")


def test_a_row_is_known_by_its_object_id_or_by_a_upn_of_any_snapshot(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(
        db,
        "staging.teams_user_activity",
        f"""
        {TEAMS}
        2026-01-05 | 1 | ann  | nobody@ | member | false
        2026-01-06 | 1 | else | anna@   | member | false
        2026-01-06 | 1 | bob  |         | blank  | false
        2026-01-07 | 1 |      | ann@    | member | false
        2026-01-08 | 1 | else | nobody@ | member | false
        2026-01-08 | 1 |      | nobody@ | member |
        2026-01-08 | 1 |      |         | blank  | false
        """,
    )

    assert strangers(db) == ["teams | 2026-01-08 | 3"]


def test_guests_deleted_rows_and_periods_do_not_count(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        "staging.viva_engage_user_activity",
        f"""
        {OTHER}
        2026-01-05 | 1   | x@ | guest  | false
        2026-01-05 | 1   | y@ | member | true
        2026-01-05 | 180 | z@ | member | false
        2026-01-05 | 1   | z@ | member | false
        """,
    )

    assert strangers(db) == ["viva_engage | 2026-01-05 | 1"]


def test_a_name_of_another_domain_is_a_stranger_on_each_of_its_days(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(
        db,
        "staging.sharepoint_user_activity",
        f"""
        {OTHER}
        2026-01-05..2026-01-06 | 1 | ann@     | member | false
        2026-01-05..2026-01-06 | 1 | ann@else | member | false
        """,
    )

    assert strangers(db) == ["sharepoint | 2026-01-05 | 1", "sharepoint | 2026-01-06 | 1"]
