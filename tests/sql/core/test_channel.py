import duckdb
import pytest

from tests.tables import drawn, given, run_chain

CONFIGURED = """
    channel     | is_leadership
    teams       | false
    viva_engage | true
"""
NOBODY_IN_ENGAGE = """
    report                    | channel     | grain      | period_days | day        | row_count
    viva_engage_user_activity | viva_engage | person_day | 1           | 2026-01-05 | 0
    viva_engage_user_activity | viva_engage | person_day | 180         | 2026-01-06 | 50
    viva_engage_user_counts   | viva_engage | day        | 90          | 2026-01-06 | 90
"""


def channels(db: duckdb.DuckDBPyConnection) -> list[str]:
    return drawn(run_chain(db, "core.channel"), "channel, is_in_use, is_leadership")


def test_a_channel_with_rows_is_in_use(db: duckdb.DuckDBPyConnection) -> None:
    given(db, "config.channel", CONFIGURED)
    given(
        db,
        "staging.snapshot",
        """
        report                    | channel     | grain      | period_days | day        | row_count
        teams_user_activity       | teams       | person_day | 1           | 2026-01-05 | 5
        viva_engage_user_activity | viva_engage | person_day | 1           | 2026-01-05 | 0
        viva_engage_user_activity | viva_engage | person_day | 1           | 2026-01-06 | 1
        viva_engage_user_counts   | viva_engage | day        | 90          | 2026-01-06 | 90
        """,
    )

    assert channels(db) == ["teams | true | false", "viva_engage | true | true"]


@pytest.mark.parametrize("totals", ["", "false"])
def test_no_row_on_any_day_and_blank_totals_mean_not_in_use_whoever_has_a_licence(
    db: duckdb.DuckDBPyConnection, totals: str
) -> None:
    given(db, "config.channel", CONFIGURED)
    given(db, "staging.snapshot", NOBODY_IN_ENGAGE)
    given(db, "staging.viva_engage_user_counts", f"day | is_active\n2026-01-06 | {totals}")

    assert channels(db) == ["teams | true | false", "viva_engage | false | false"]


def test_totals_above_zero_say_that_rows_are_missing(db: duckdb.DuckDBPyConnection) -> None:
    given(db, "config.channel", CONFIGURED)
    given(db, "staging.snapshot", NOBODY_IN_ENGAGE)
    given(db, "staging.viva_engage_user_counts", "day | is_active\n2026-01-06 | true")

    assert channels(db) == ["teams | true | false", "viva_engage | true | true"]


def test_without_totals_nobody_can_say_that_a_channel_is_not_in_use(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(db, "config.channel", CONFIGURED)
    given(db, "staging.snapshot", "\n".join(NOBODY_IN_ENGAGE.splitlines()[:-1]))

    assert channels(db) == ["teams | true | false", "viva_engage | true | true"]


def test_a_channel_of_which_nothing_has_landed_counts_as_in_use(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(db, "config.channel", CONFIGURED)

    assert channels(db) == ["teams | true | false", "viva_engage | true | true"]
