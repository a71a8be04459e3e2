import duckdb

from tests.tables import drawn, given, run_chain, set_variables

DAYS = "person_id, channel, first_seen_date, active_days, received_days, contributed_days"
OWNER = "upn_id | is_contested | valid_from | valid_to | person_id"
ALWAYS = "false | 0001-01-01 | 9999-12-31"
DIRECTORY = "day | person_id\n2026-01-05 | ann\n2026-01-05 | bob"


def test_a_persons_days_lie_in_one_string_of_bits_for_each_kind_of_action(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(db, "core.upn_owner", f"{OWNER}\nann@ | {ALWAYS} | ann")
    given(
        db,
        "staging.viva_engage_user_activity",
        """
        day        | period_days | upn_id | is_active | has_received | has_contributed
        2026-01-05 | 1           | ann@   | false     | false        | false
        2026-01-06 | 1           | ann@   | true      | true         | false
        2026-01-08 | 1           | ann@   | true      | false        | false
        2026-01-09 | 1           | ann@   | true      | true         | true
        """,
    )

    assert drawn(run_chain(db, "core.person_activity"), DAYS) == [
        "ann | viva_engage | 2026-01-06 | 1 3-4 | 1 4 | 4"
    ]


def test_a_period_and_an_all_time_date_make_no_day_active_but_tell_who_was_ever_seen(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(db, "staging.directory", DIRECTORY)
    given(
        db,
        "staging.teams_user_activity",
        """
        day        | period_days | person_id | last_activity_date | is_active | has_received
        2026-02-01 | 180         | ann       | 2025-11-03         | true      | true
        2026-01-20 | 1           | ann       | 2026-01-20         | true      | false
        2026-01-20 | 1           | bob       |                    | false     | false
        """,
    )

    assert drawn(run_chain(db, "core.person_activity"), DAYS) == [
        "ann | teams | 2025-11-03 | 15 |  |",
        "bob | teams |  |  |  |",
    ]


def test_two_rows_for_one_person_and_day_are_one_day(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        "core.upn_owner",
        f"""
        upn_id | is_contested | valid_from | valid_to | person_id
        ann@   | {ALWAYS}   | ann
        anna@  | {ALWAYS}   | ann
        """,
    )
    given(
        db,
        "staging.sharepoint_user_activity",
        """
        day        | period_days | upn_id | is_active | has_received | has_contributed
        2026-01-05 | 1           | ann@   | true      | true         | false
        2026-01-05 | 1           | anna@  | true      | false        | true
        """,
    )

    assert drawn(run_chain(db, "core.person_activity"), DAYS) == [
        "ann | sharepoint | 2026-01-05 | 0 | 0 | 0"
    ]


def test_the_object_id_comes_before_the_name_and_a_row_that_names_nobody_known_is_left_out(
    db: duckdb.DuckDBPyConnection,
) -> None:
    set_variables(db, last_day_number=1)
    given(db, "staging.directory", DIRECTORY)
    given(db, "core.upn_owner", f"{OWNER}\nann@ | {ALWAYS} | ann")
    given(
        db,
        "staging.teams_user_activity",
        """
        day        | period_days | person_id | upn_id | is_active
        2026-01-05 | 1           | bob       | ann@   | true
        2026-01-06 | 1           |           | ann@   | true
        2026-01-06 | 1           |           | dot@   | true
        """,
    )

    assert drawn(run_chain(db, "core.person_activity"), "person_id, channel, active_days") == [
        "ann | teams | 1",
        "bob | teams | 0",
    ]


def test_an_object_id_that_the_directory_does_not_know_leaves_the_person_to_the_name(
    db: duckdb.DuckDBPyConnection,
) -> None:
    set_variables(db, last_day_number=2)
    given(db, "staging.directory", DIRECTORY)
    given(
        db,
        "core.upn_owner",
        f"""
        {OWNER}
        ann@ | {ALWAYS} | ann
        bob@ | true | 2026-01-06 | 2026-01-06 | bob
        """,
    )
    given(
        db,
        "staging.teams_user_activity",
        """
        day        | period_days | person_id | upn_id | is_active
        2026-01-05 | 1           | cat       | ann@   | true
        2026-01-06 | 1           | dot       | bob@   | true
        2026-01-07 | 1           | dot       | bob@   | true
        """,
    )

    assert drawn(run_chain(db, "core.person_activity"), "person_id, channel, active_days") == [
        "ann | teams | 0",
        "bob | teams | 1",
    ]
