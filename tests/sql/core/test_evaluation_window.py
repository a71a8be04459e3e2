import duckdb
import pytest

from tests.tables import drawn, given, run_model

CHANNELS = """
    channel     | is_in_use | is_leadership
    teams       | true      | false
    viva_engage | true      | true
    sharepoint  | true      | true
"""


def status(
    db: duckdb.DuckDBPyConnection,
    teams: str,
    viva_engage: str,
    sharepoint: str,
    *,
    last_complete_day: str = "2026-02-01",
    quiet: str = "false",
) -> list[str]:
    given(db, "core.channel", CHANNELS)
    given(
        db,
        "core.evaluation_day",
        f"""
        window_end | last_complete_day   | is_quiet
        2026-02-01 | {last_complete_day} | {quiet}
        """,
    )
    given(
        db,
        "core.channel_window",
        f"""
        channel     | window_end | status    | incomplete_day_count
        teams       | 2026-02-01 | {teams}
        viva_engage | 2026-02-01 | {viva_engage}
        sharepoint  | 2026-02-01 | {sharepoint}
        """,
    )
    return drawn(run_model(db, "core.evaluation_window"), "status")


@pytest.mark.parametrize(
    ("teams", "viva_engage", "expected"),
    [
        ("ok | 0", "ok | 0", "ok"),
        ("partial | 1", "ok | 0", "partial"),
        ("ok | 0", "partial | 4", "partial"),
        ("no_data | 28", "ok | 0", "partial"),
        ("not_trusted | 20", "ok | 0", "partial"),
        ("ok | 0", "no_data | 5", "no_data"),
        ("ok | 0", "not_trusted | 2", "not_trusted"),
    ],
)
def test_leaderships_channels_decide_and_another_only_makes_a_window_partial(
    db: duckdb.DuckDBPyConnection, teams: str, viva_engage: str, expected: str
) -> None:
    assert status(db, teams, viva_engage, "ok | 0") == [expected]


def test_missing_days_come_before_mistrust_mistrust_before_a_late_window_and_gaps_before_quiet(
    db: duckdb.DuckDBPyConnection,
) -> None:
    late = "2026-01-31"

    assert status(db, "ok | 0", "no_data | 9", "not_trusted | 3") == ["no_data"]
    assert status(db, "ok | 0", "not_trusted | 1", "partial | 1", last_complete_day=late) == [
        "not_trusted"
    ]
    assert status(db, "partial | 1", "ok | 0", "ok | 0", quiet="true") == ["partial"]
    assert status(db, "ok | 0", "ok | 0", "ok | 0", quiet="true") == ["quiet"]


@pytest.mark.parametrize("last_complete_day", ["2026-01-31", ""])
def test_a_sunday_after_the_last_complete_day_has_no_data_however_few_days_are_missing(
    db: duckdb.DuckDBPyConnection, last_complete_day: str
) -> None:
    found = status(db, "ok | 0", "partial | 1", "ok | 0", last_complete_day=last_complete_day)

    assert found == ["no_data"]


def test_a_channel_that_the_tenant_does_not_have_makes_nothing_partial(
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
    given(db, "core.evaluation_day", "window_end | last_complete_day\n2026-02-01 | 2026-02-01")
    given(
        db,
        "core.channel_window",
        """
        channel     | window_end | status     | incomplete_day_count
        viva_engage | 2026-02-01 | not_in_use | 28
        sharepoint  | 2026-02-01 | ok         | 0
        """,
    )

    assert drawn(run_model(db, "core.evaluation_window"), "status") == ["ok"]


def test_without_any_channel_of_leaderships_reach_is_not_in_use(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(
        db,
        "core.channel",
        """
        channel     | is_in_use | is_leadership
        teams       | true      | false
        viva_engage | false     | false
        """,
    )
    given(db, "core.evaluation_day", "window_end\n2026-02-01")
    given(
        db,
        "core.channel_window",
        """
        channel     | window_end | status     | incomplete_day_count
        teams       | 2026-02-01 | ok         | 0
        viva_engage | 2026-02-01 | not_in_use | 28
        """,
    )

    assert drawn(run_model(db, "core.evaluation_window"), "window_end, status") == [
        "2026-02-01 | not_in_use"
    ]
