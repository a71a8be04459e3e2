"""From reports to marts: whatever is not known shows as a gap with its reason, never as a zero.

Ten Anns and ten Bobs work in North. The Anns read in Viva Engage on every Thursday from 2026-01-08
on, the Bobs nowhere. Nobody contributes, which shows as at most 2. Reports of the four weeks to
2026-02-01 were all fetched on 2026-02-05, which is today.
"""

import duckdb
import pytest

from tests.tables import drawn, given, run_chain

SNAPSHOT = (
    "report | grain | period_days | channel | day | fetched_on | refresh_date | row_count | "
    "concealed_count | refused_count"
)
ACTIVITY = "day | period_days | upn_id | is_active | has_received | has_contributed"
ANNS = [f"ann{n}@" for n in range(10)]
BOBS = [f"bob{n}@" for n in range(10)]


def people(*, bobs_unit: str = "north") -> str:
    placed = [(name, "north") for name in ANNS] + [(name, bobs_unit) for name in BOBS]
    rows = [
        f"2026-02-05 | {name[:-1]} | {name} | {unit} | office | member | true | false"
        for name, unit in placed
    ]
    header = "day | person_id | upn_id | unit_key | plan_set_id | account_class"
    return "\n".join([f"{header} | is_enabled | is_excluded", *rows])


THURSDAYS = ("2026-01-08", "2026-01-15", "2026-01-22", "2026-01-29")
DIRECTORY = "directory | | 1 | | 2026-02-05 | 2026-02-05 | | 2 | | 0"
LATE = "2026-02-05 | 2026-02-03"

REACH = (
    "unit_id, status, staff, account, licensed, onboarded, active, reached, contributing, "
    "reach_rate, reason"
)
FIGURES = "20 | 20 | 20 | 10 | 10 | 10 | 2 | 0.5"
GAPS = " |  |  |  |  |  |  | "
KNOWN = "20 | 10 | 10 | 2 | 0.5"
UNKNOWN = " |  |  |  | "


@pytest.fixture(autouse=True)
def north(db: duckdb.DuckDBPyConnection) -> None:
    given(db, "config.channel", "channel | is_leadership\nteams | false\nviva_engage | true")
    given(
        db,
        "config.calendar",
        """
        day                    | is_working_day
        2026-01-05..2026-01-09 | true
        2026-01-10..2026-01-11 | false
        2026-01-12..2026-01-16 | true
        2026-01-17..2026-01-18 | false
        2026-01-19..2026-01-23 | true
        2026-01-24..2026-01-25 | false
        2026-01-26..2026-01-30 | true
        2026-01-31..2026-02-01 | false
        2026-02-02..2026-02-05 | true
        """,
    )
    given(db, "config.unit", "unit_id | unit | parent_id\nnorth | North | (organisation)")
    given(db, "config.unit_name", "unit_key | unit_id\nnorth | north")
    given(db, "config.service_plan", "service_plan_id | channel\ncore | viva_engage")
    given(db, "staging.plan_set", "day | plan_set_id | service_plan_id\n2026-02-05 | office | core")
    given(db, "staging.directory", people())
    rows = [f"{day} | 1 | {ann} | true | true | false" for day in THURSDAYS for ann in ANNS]
    given(db, "staging.viva_engage_user_activity", "\n".join([ACTIVITY, *rows]))


def landed(db: duckdb.DuckDBPyConnection, *engage: str, teams: str = "") -> None:
    """Snapshots: the directory, Viva Engage as told, and Teams whole or as told."""
    teams = teams or f"2026-01-05..2026-02-02 | {LATE} | 20 | 0"
    given(
        db,
        "staging.snapshot",
        "\n".join(
            [
                SNAPSHOT,
                DIRECTORY,
                *_whole(f"teams_user_activity | person_day | 1 | teams | {teams}"),
                *(
                    line
                    for row in engage
                    for line in _whole(
                        f"engage_user_activity | person_day | 1 | viva_engage | {row}"
                    )
                ),
            ]
        ),
    )


def _whole(lines: str) -> list[str]:
    """`lines`, with no row refused where nothing is said of it."""
    return [line if line.count("|") == 9 else f"{line} | 0" for line in lines.splitlines()]


def reach_on(db: duckdb.DuckDBPyConnection, window_end: str) -> list[str]:
    reach = run_chain(db, "marts.unit_reach")
    return drawn(reach.filter(f"window_end = '{window_end}'"), REACH)


def engage_on(db: duckdb.DuckDBPyConnection, window_end: str) -> list[str]:
    rows = run_chain(db, "marts.unit_channel").filter(
        f"window_end = '{window_end}' and channel = 'viva_engage'"
    )
    return drawn(rows, "unit_id, status, licensed, active, received, contributed, adoption_rate")


def day_of(db: duckdb.DuckDBPyConnection, day: str) -> list[str]:
    """Figures of a known day; two or fewer people are shown as 2."""
    days = run_chain(db, "marts.channel_day").filter(f"day = '{day}' and channel = 'viva_engage'")
    return drawn(days, "day, complete, active, received, contributed")


def both(status: str, figures: str, reason: str = "") -> list[str]:
    """The rows of the organisation, which has no reason, and of North."""
    return [
        f"(organisation) | {status} | {figures} |",
        f"north | {status} | {figures} | {reason}".strip(),
    ]


def in_channel(status: str, figures: str) -> list[str]:
    return [f"{unit} | {status} | {figures}".strip() for unit in ("(organisation)", "north")]


def test_a_whole_window_has_figures_and_a_known_day_without_anybody_is_zero(
    db: duckdb.DuckDBPyConnection,
) -> None:
    landed(db, f"2026-01-05..2026-02-02 | {LATE} | 20 | 0")

    assert reach_on(db, "2026-02-01") == both("ok", FIGURES)
    assert engage_on(db, "2026-02-01") == in_channel("ok", KNOWN)
    assert day_of(db, "2026-01-22") == ["2026-01-22 | true | 10 | 10 | 2"]
    assert day_of(db, "2026-01-23") == ["2026-01-23 | true | 2 | 2 | 2"]


def test_a_day_that_never_landed_is_a_gap_and_its_window_partial(
    db: duckdb.DuckDBPyConnection,
) -> None:
    landed(
        db,
        f"2026-01-05..2026-01-22 | {LATE} | 20 | 0",
        f"2026-01-24..2026-02-02 | {LATE} | 20 | 0",
    )

    assert day_of(db, "2026-01-23") == ["2026-01-23 | false |  |  |"]
    assert reach_on(db, "2026-02-01") == both("partial", FIGURES)
    assert engage_on(db, "2026-02-01") == in_channel("partial", KNOWN)


def test_an_unsettled_day_counts_with_the_rows_it_has_and_makes_its_window_partial(
    db: duckdb.DuckDBPyConnection,
) -> None:
    landed(
        db,
        f"2026-01-05..2026-01-21 | {LATE} | 20 | 0",
        "2026-01-22 | 2026-01-24 | 2026-01-23 | 10 | 0",
        f"2026-01-23..2026-02-02 | {LATE} | 20 | 0",
    )

    assert day_of(db, "2026-01-22") == ["2026-01-22 | false | 10 | 10 | 2"]
    assert reach_on(db, "2026-02-01") == both("partial", FIGURES)


def test_eight_days_after_the_last_complete_one_nothing_newer_is_trusted(
    db: duckdb.DuckDBPyConnection,
) -> None:
    landed(db, f"2026-01-05..2026-01-28 | {LATE} | 20 | 0")

    assert reach_on(db, "2026-01-28") == both("partial", FIGURES)  # it began before the lake did
    assert reach_on(db, "2026-02-01") == both("not_trusted", GAPS)
    assert engage_on(db, "2026-02-01") == in_channel("not_trusted", UNKNOWN)
    assert drawn(run_chain(db, "core.quality_stale"), "result, value") == ["fail | 8"]


def test_a_concealed_day_is_a_gap_and_the_window_that_ends_in_it_not_trusted(
    db: duckdb.DuckDBPyConnection,
) -> None:
    landed(
        db,
        f"2026-01-05..2026-01-30 | {LATE} | 20 | 0",
        f"2026-01-31..2026-02-02 | {LATE} | 20 | 20",
    )

    assert day_of(db, "2026-01-31") == ["2026-01-31 | false |  |  |"]
    assert reach_on(db, "2026-02-01") == both("not_trusted", GAPS)
    assert engage_on(db, "2026-02-01") == in_channel("not_trusted", UNKNOWN)


def test_an_empty_weekday_is_a_gap_and_an_empty_sunday_silence(
    db: duckdb.DuckDBPyConnection,
) -> None:
    landed(
        db,
        f"2026-01-05..2026-01-22 | {LATE} | 20 | 0",
        f"2026-01-23..2026-01-25 | {LATE} | 0 | 0",
        f"2026-01-26..2026-02-02 | {LATE} | 20 | 0",
    )

    assert day_of(db, "2026-01-23") == ["2026-01-23 | false |  |  |"]
    assert day_of(db, "2026-01-25") == ["2026-01-25 | true | 2 | 2 | 2"]
    assert reach_on(db, "2026-02-01") == both("partial", FIGURES)


def test_more_than_four_missing_days_are_no_data_in_their_channel_alone_unless_it_is_leaderships(
    db: duckdb.DuckDBPyConnection,
) -> None:
    whole = f"2026-01-05..2026-02-02 | {LATE} | 20 | 0"
    landed(db, whole, teams=f"2026-01-10..2026-02-02 | {LATE} | 20 | 0")
    assert reach_on(db, "2026-02-01") == both("partial", FIGURES)
    assert engage_on(db, "2026-02-01") == in_channel("ok", KNOWN)


def test_a_sunday_that_should_be_known_by_now_stands_without_data(
    db: duckdb.DuckDBPyConnection,
) -> None:
    landed(db, f"2026-01-05..2026-01-31 | {LATE} | 20 | 0")

    assert reach_on(db, "2026-02-01") == both("no_data", GAPS)
    assert day_of(db, "2026-02-01") == ["2026-02-01 | false |  |  |"]


def test_a_channel_that_the_tenant_does_not_have_has_no_figures_and_spoils_no_other(
    db: duckdb.DuckDBPyConnection,
) -> None:
    teams_counts = f"teams_user_counts | day | 90 | teams | 2026-02-03 | {LATE} | 90 |"
    landed(
        db,
        f"2026-01-05..2026-02-02 | {LATE} | 20 | 0",
        teams=f"2026-01-05..2026-02-02 | {LATE} | 0 | 0\n{teams_counts}",
    )

    assert reach_on(db, "2026-02-01") == both("ok", FIGURES)
    rows = run_chain(db, "marts.unit_channel").filter("channel = 'teams'")
    assert drawn(rows, "unit_id, status, licensed, active").count("north | not_in_use |  |") == 5
    days = run_chain(db, "marts.channel_day").filter("channel = 'teams' and active is not null")
    assert drawn(days, "day") == []


def test_without_any_leadership_channel_reach_is_not_in_use_on_every_sunday(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(db, "staging.viva_engage_user_activity", ACTIVITY)
    engage_counts = f"engage_user_counts | day | 90 | viva_engage | 2026-02-03 | {LATE} | 90 |"
    landed(
        db,
        f"2026-01-05..2026-02-02 | {LATE} | 0 | 0",
        teams=f"2026-01-05..2026-02-02 | {LATE} | 20 | 0\n{engage_counts}",
    )

    rows = drawn(run_chain(db, "marts.unit_reach"), f"window_end, {REACH}")

    assert rows == [
        f"2026-{sunday} | {unit} | not_in_use | {GAPS} |"
        for sunday in ("01-11", "01-18", "01-25", "02-01")
        for unit in ("(organisation)", "north")
    ]


def test_without_any_complete_day_every_sunday_is_a_gap(db: duckdb.DuckDBPyConnection) -> None:
    landed(db, teams=f"2026-01-05..2026-02-02 | {LATE} | 20 | 0")

    assert reach_on(db, "2026-02-01") == both("no_data", GAPS)
    build = run_chain(db, "marts.build")
    assert drawn(build, "window_end, last_complete_day, first_ok_window_end") == ["|  |"]


def test_days_before_the_first_directory_snapshot_are_counted_through_it(
    db: duckdb.DuckDBPyConnection,
) -> None:
    landed(db, f"2026-01-05..2026-02-02 | {LATE} | 20 | 0")  # the directory is of 2026-02-05

    spans = run_chain(db, "core.directory_span")
    assert drawn(spans, "snapshot_day, valid_from") == ["2026-02-05 | 0001-01-01"]
    assert day_of(db, "2026-01-08") == ["2026-01-08 | true | 10 | 10 | 2"]


def test_a_window_is_a_gap_where_most_persons_lack_a_unit(db: duckdb.DuckDBPyConnection) -> None:
    landed(db, f"2026-01-05..2026-02-02 | {LATE} | 20 | 0")
    given(db, "staging.directory", people(bobs_unit=""))

    assert reach_on(db, "2026-02-01") == [
        f"{unit} | not_trusted | {GAPS} |"
        for unit in ("(no department)", "(organisation)", "north")
    ]
    findings = run_chain(db, "core.quality_placement")
    assert drawn(findings, "check_name, result, value, threshold") == [
        "no_department | fail | 0.5 | 0.2",
        "unmapped_department | pass | 0 |",
    ]


def stand_on(db: duckdb.DuckDBPyConnection, *days: str) -> None:
    """The Anns and twice as many whom the directory does not know stand in the report."""
    names = (*ANNS, *(f"x{n}@a" for n in range(20)))
    rows = [f"{day} | 1 | {name} | true | true | false" for day in days for name in names]
    given(db, "staging.viva_engage_user_activity", "\n".join([ACTIVITY, *rows]))


def test_names_of_another_domain_never_lower_reach_on_one_day_they_make_the_window_partial(
    db: duckdb.DuckDBPyConnection,
) -> None:
    landed(db, f"2026-01-05..2026-02-02 | {LATE} | 30 | 0")
    rows = [f"{day} | 1 | {ann} | true | true | false" for day in THURSDAYS for ann in ANNS]
    strangers = [f"2026-01-23 | 1 | x{n}@a | true | true | false" for n in range(5)]
    given(db, "staging.viva_engage_user_activity", "\n".join([ACTIVITY, *rows, *strangers]))

    assert day_of(db, "2026-01-23") == ["2026-01-23 | false |  |  |"]
    assert reach_on(db, "2026-02-01") == both("partial", FIGURES)
    assert engage_on(db, "2026-02-01") == in_channel("partial", KNOWN)


def test_names_of_another_domain_on_every_day_make_the_window_not_trusted(
    db: duckdb.DuckDBPyConnection,
) -> None:
    landed(db, f"2026-01-05..2026-02-02 | {LATE} | 30 | 0")
    stand_on(db, "2026-01-05..2026-02-02")

    assert day_of(db, "2026-01-22") == ["2026-01-22 | false |  |  |"]
    assert reach_on(db, "2026-02-01") == both("not_trusted", GAPS)
    assert engage_on(db, "2026-02-01") == in_channel("not_trusted", UNKNOWN)


def test_a_gate_that_fails_on_every_working_day_makes_the_window_not_trusted_empty_weekends_or_no(
    db: duckdb.DuckDBPyConnection,
) -> None:
    weeks = [(f"2026-01-{first:02}", f"2026-01-{first + 4:02}") for first in (5, 12, 19, 26)]
    ends = ("2026-01-10..2026-01-11", "2026-01-17..2026-01-18", "2026-01-24..2026-01-25")
    landed(
        db,
        *(f"{first}..{last} | {LATE} | 20 | 0 | 1" for first, last in weeks),
        *(f"{end} | {LATE} | 0 | 0 | 0" for end in (*ends, "2026-01-31..2026-02-01")),
        f"2026-02-02 | {LATE} | 20 | 0 | 1",
    )

    assert day_of(db, "2026-01-25") == ["2026-01-25 | true | 2 | 2 | 2"]
    assert reach_on(db, "2026-02-01") == both("not_trusted", GAPS)
    assert engage_on(db, "2026-02-01") == in_channel("not_trusted", UNKNOWN)


def test_a_row_that_could_not_be_used_is_a_gap_on_its_day_and_its_window_partial(
    db: duckdb.DuckDBPyConnection,
) -> None:
    landed(
        db,
        f"2026-01-05..2026-01-22 | {LATE} | 20 | 0",
        f"2026-01-23 | {LATE} | 20 | 0 | 5",
        f"2026-01-24..2026-02-02 | {LATE} | 20 | 0",
    )

    assert day_of(db, "2026-01-23") == ["2026-01-23 | false |  |  |"]
    assert reach_on(db, "2026-02-01") == both("partial", FIGURES)
    findings = run_chain(db, "core.quality_gate").filter("result = 'fail'")
    assert drawn(findings, "check_name, scope, day") == [
        "rows_refused | viva_engage | 2026-01-23",
        "rows_without_account | viva_engage | 2026-01-23",  # five in 25, and who knows whose
    ]


def test_before_four_weeks_the_gate_on_weekdays_is_off_and_says_so(
    db: duckdb.DuckDBPyConnection,
) -> None:
    short = f"2026-01-12..2026-02-02 | {LATE} | 20 | 0"
    landed(db, short, teams=short)

    findings = run_chain(db, "core.quality_gate").filter("check_name = 'rows_below_usual'")
    assert drawn(findings, "scope, result, is_off") == [
        "teams | pass | true",
        "viva_engage | pass | true",
    ]


def test_a_blank_counter_is_a_gap_and_not_a_day_without_readers(
    db: duckdb.DuckDBPyConnection,
) -> None:
    landed(db, f"2026-01-05..2026-02-02 | {LATE} | 20 | 0")
    given(
        db,
        "staging.counter",
        """
        report               | day        | period_days | counter | above_zero_count | blank_count
        engage_user_activity | 2026-01-23 | 1           | read_count | 0 | 20
        """,
    )

    assert day_of(db, "2026-01-23") == ["2026-01-23 | false |  |  |"]
    assert reach_on(db, "2026-02-01") == both("partial", FIGURES)
