import duckdb

from tests.tables import drawn, given, run_chain, run_model

CHANNELS = """
    channel     | is_in_use | is_leadership
    teams       | true      | false
    viva_engage | true      | true
    sharepoint  | true      | true
"""
FILES = "channel | period_days | day"


def windows(db: duckdb.DuckDBPyConnection, *files: str) -> list[str]:
    given(db, "core.channel", CHANNELS)
    given(db, "core.period_file", "\n".join([FILES, *files]))
    return drawn(run_model(db, "core.period_window"), "window_end, day_count")


def test_files_up_to_two_days_apart_are_one_window_named_after_the_last(
    db: duckdb.DuckDBPyConnection,
) -> None:
    files = ("viva_engage | 30 | 2026-01-20", "sharepoint | 30 | 2026-01-22")

    assert windows(db, *files) == ["2026-01-22 | 30"]


def test_files_three_days_apart_are_two_windows_that_each_lack_a_channel(
    db: duckdb.DuckDBPyConnection,
) -> None:
    files = ("viva_engage | 30 | 2026-01-19", "sharepoint | 30 | 2026-01-22")

    assert windows(db, *files) == ["2026-01-19 | 30", "2026-01-22 | 30"]


def test_files_of_different_periods_never_make_one_window(db: duckdb.DuckDBPyConnection) -> None:
    files = ("viva_engage | 7 | 2026-01-21", "sharepoint | 30 | 2026-01-22")

    assert windows(db, *files) == ["2026-01-21 | 7", "2026-01-22 | 30"]


def test_of_several_periods_that_end_on_one_day_a_whole_one_and_then_30_days_come_first(
    db: duckdb.DuckDBPyConnection,
) -> None:
    both = [
        f"{channel} | {days} | 2026-01-22"
        for channel in ("viva_engage", "sharepoint")
        for days in (7, 30, 90)
    ]

    assert windows(db, *both) == ["2026-01-22 | 30"]
    assert windows(db, *both[:4], both[5]) == ["2026-01-22 | 90"]


def test_the_180_days_of_a_pull_are_no_window_once_days_have_landed(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(db, "core.channel", CHANNELS)
    given(
        db,
        "staging.snapshot",
        """
        report | channel     | grain      | period_days | day        | row_count | concealed_count
        a      | viva_engage | person_day | 180         | 2026-01-20 | 5         | 0
        a      | viva_engage | person_day | 30          | 2026-01-20 | 5         | 0
        a      | viva_engage | person_day | 1           | 2026-01-20 | 5         | 0
        b      | sharepoint  | person_day | 180         | 2026-01-20 | 5         | 3
        b      | sharepoint  | person_day | 7           | 2026-01-20 | 0         | 0
        """,
    )

    columns = "channel, period_days, day, is_concealed"
    assert drawn(run_model(db, "core.period_file"), columns) == [
        "sharepoint | 180 | 2026-01-20 | true",
        "viva_engage | 30 | 2026-01-20 | false",
    ]


def test_a_file_of_strangers_is_not_trusted_and_a_channel_without_a_file_has_no_data(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(db, "core.channel", CHANNELS)
    given(
        db,
        "core.period_file",
        """
        channel     | period_days | day        | is_concealed
        viva_engage | 30          | 2026-01-22 | false
        sharepoint  | 30          | 2026-01-21 | false
        """,
    )
    given(
        db,
        "core.evaluation_day",
        "window_end | day_count | is_quiet\n2026-01-22 | 30 | false",
    )
    strangers = [f"viva_engage | 2026-01-22 | {n} | | true" for n in range(1)]
    known = [f"viva_engage | 2026-01-22 | {n} | ann | true" for n in range(1, 19)]
    guest = "viva_engage | 2026-01-22 | 19 | | false"
    own = "sharepoint | 2026-01-22 | 0 | ann | true"
    given(
        db,
        "core.period_activity",
        "\n".join(
            [
                "channel | window_end | row_number | person_id | is_expected",
                *strangers, *known, guest, own,
            ]
        ),
    )  # fmt: skip

    columns = "channel, window_end, incomplete_day_count, status"
    assert drawn(run_chain(db, "core.period_channel_window"), columns) == [
        "sharepoint | 2026-01-22 | 0 | ok",
        "teams | 2026-01-22 | 30 | no_data",
        "viva_engage | 2026-01-22 | 0 | not_trusted",
    ]
