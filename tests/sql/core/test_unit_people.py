import duckdb

from tests.tables import drawn, given, run_model

FUNNEL = "account, licensed, onboarded, active, reached, contributing, repaired"
CHANNELS = """
    channel     | is_in_use | is_leadership
    teams       | true      | false
    viva_engage | true      | true
    sharepoint  | true      | true
"""
PLANS = """
    plan_set_id | channel
    office      | viva_engage
    office      | teams
    chat        | teams
"""
WINDOW = "window_end | window_days\n2026-02-01 | 0-27"
STAFF = "window_end | unit_id | person_id | plan_set_id"
ACTIVITY = "person_id | channel | first_seen_date | active_days | received_days | contributed_days"


def counted(db: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
    run_model(db, "core.person_conduct")
    return run_model(db, "core.unit_people")


def funnel(db: duckdb.DuckDBPyConnection, plan_set: str, *activity: str) -> list[str]:
    """The funnel of one person, ann, with this set of plans."""
    given(db, "core.channel", CHANNELS)
    given(db, "core.plan_set_channel", PLANS)
    given(db, "core.evaluation_day", WINDOW)
    given(db, "core.staff", f"{STAFF}\n2026-02-01 | north | ann | {plan_set}")
    given(db, "core.person_activity", "\n".join([ACTIVITY, *(f"ann | {row}" for row in activity)]))
    return drawn(counted(db), FUNNEL)


def test_each_step_of_the_funnel_needs_the_one_before(db: duckdb.DuckDBPyConnection) -> None:
    read, posted = "3 | 3 |", "3 | 3 | 3"

    assert funnel(db, "office") == ["1 | 1 | 0 | 0 | 0 | 0 | 0"]
    assert funnel(db, "office", "teams | 2025-06-01 | | |") == ["1 | 1 | 1 | 0 | 0 | 0 | 0"]
    assert funnel(db, "office", f"teams | 2026-01-08 | {posted}") == ["1 | 1 | 1 | 1 | 0 | 0 | 0"]
    assert funnel(db, "office", f"viva_engage | 2026-01-08 | {read}") == [
        "1 | 1 | 1 | 1 | 1 | 0 | 0"
    ]
    assert funnel(
        db,
        "office",
        f"viva_engage | 2026-01-08 | {read}",
        "teams | 2026-01-08 | 4 |  | 4",  # contributes in any channel
    ) == ["1 | 1 | 1 | 1 | 1 | 1 | 0"]


def test_sharing_without_reading_is_active_but_not_reached(db: duckdb.DuckDBPyConnection) -> None:
    assert funnel(db, "office", "sharepoint | 2026-01-08 | 3 |  | 3") == [
        "1 | 1 | 1 | 1 | 0 | 0 | 0"
    ]


def test_only_days_of_the_window_count_and_only_what_was_seen_by_its_end(
    db: duckdb.DuckDBPyConnection,
) -> None:
    assert funnel(db, "office", "viva_engage | 2026-02-02 | 28-40 | 28-40 | 28-40") == [
        "1 | 1 | 0 | 0 | 0 | 0 | 0"
    ]
    assert funnel(db, "office", "viva_engage | 2026-02-01 | 27 | 27 |") == [
        "1 | 1 | 1 | 1 | 1 | 0 | 0"
    ]


def test_who_is_active_where_leadership_publishes_is_licensed_whatever_their_plans(
    db: duckdb.DuckDBPyConnection,
) -> None:
    read = "viva_engage | 2026-01-08 | 3 | 3 |"

    assert funnel(db, "chat", read) == ["1 | 1 | 1 | 1 | 1 | 0 | 1"]
    assert funnel(db, "mystery", read) == ["1 | 1 | 1 | 1 | 1 | 0 | 1"]


def test_who_is_active_anywhere_without_a_plan_that_we_know_is_licensed(
    db: duckdb.DuckDBPyConnection,
) -> None:
    chat = "teams | 2026-01-08 | 3 | |"

    assert funnel(db, "mystery", chat) == ["1 | 1 | 1 | 1 | 0 | 0 | 1"]
    assert funnel(db, "chat", chat) == ["1 | 0 | 0 | 0 | 0 | 0 | 0"]  # a plan, if only for Teams


def test_activity_outside_the_window_repairs_no_licence(db: duckdb.DuckDBPyConnection) -> None:
    assert funnel(db, "mystery", "viva_engage | 2025-12-01 | 30 | 30 |") == [
        "1 | 0 | 0 | 0 | 0 | 0 | 0"
    ]


def test_where_no_plans_are_known_who_stands_in_a_report_of_leaderships_is_licensed(
    db: duckdb.DuckDBPyConnection,
) -> None:
    assert funnel(db, "", "viva_engage | | | |") == ["1 | 1 | 0 | 0 | 0 | 0 | 0"]
    assert funnel(db, "", "teams | 2026-01-08 | 3 | |") == ["1 | 1 | 1 | 1 | 0 | 0 | 1"]
    assert funnel(db, "", "teams | | | |") == ["1 | 0 | 0 | 0 | 0 | 0 | 0"]


def test_a_leadership_channel_that_the_tenant_does_not_have_opens_and_reaches_nothing(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(
        db,
        "core.channel",
        """
        channel     | is_in_use | is_leadership
        viva_engage | false     | false
        sharepoint  | true      | true
        """,
    )
    given(db, "core.plan_set_channel", PLANS)
    given(db, "core.evaluation_day", WINDOW)
    given(db, "core.staff", f"{STAFF}\n2026-02-01 | north | ann | office")

    assert drawn(counted(db), FUNNEL) == ["1 | 0 | 0 | 0 | 0 | 0 | 0"]


def test_people_are_counted_in_the_unit_of_the_windows_last_day_with_all_that_they_did(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(db, "core.channel", CHANNELS)
    given(db, "core.plan_set_channel", PLANS)
    given(
        db, "core.evaluation_day", "window_end | window_days\n2026-02-01 | 0-27\n2026-02-08 | 7-34"
    )
    given(
        db,
        "core.staff",
        f"""
        {STAFF}
        2026-02-01 | north | ann | office
        2026-02-01 | north | bob | office
        2026-02-08 | south | ann | office
        2026-02-08 | north | bob | office
        """,
    )
    given(db, "core.person_activity", f"{ACTIVITY}\nann | viva_engage | 2026-01-08 | 3 9 | 9 |")

    result = counted(db)

    assert drawn(result, f"window_end, unit_id, {FUNNEL}") == [
        "2026-02-01 | north | 2 | 2 | 1 | 1 | 1 | 0 | 0",
        "2026-02-08 | north | 1 | 1 | 0 | 0 | 0 | 0 | 0",
        "2026-02-08 | south | 1 | 1 | 1 | 1 | 1 | 0 | 0",
    ]
