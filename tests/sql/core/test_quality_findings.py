"""core.quality_*: one small model for each thing that is looked at, and the one that collects."""

import duckdb
import pytest

from tests.tables import drawn, given, run_model, set_variables

FINDING = "check_name, scope, day, result, value, threshold"


def found(db: duckdb.DuckDBPyConnection, name: str, columns: str = FINDING) -> list[str]:
    return drawn(run_model(db, f"core.quality_{name}"), columns)


def test_concealment_is_judged_on_the_newest_file_of_a_report_that_has_rows(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(
        db,
        "staging.snapshot",
        """
        report | grain      | period_days | day        | row_count | concealed_count
        teams  | person_day | 1           | 2026-01-05 | 4         | 4
        teams  | person_day | 1           | 2026-01-06 | 4         | 2
        teams  | person_day | 1           | 2026-01-07 | 0         | 0
        teams  | person_day | 180         | 2026-01-05 | 4         | 4
        engage | person_day | 1           | 2026-01-06 | 4         | 0
        engage | person_day | 30          | 2026-01-08 | 4         | 3
        sites  | place_day  | 30          | 2026-01-07 | 4         | 0
        sites  | place_day  | 30          | 2026-01-08 | 4         | 4
        counts | day        | 90          | 2026-01-08 | 4         | 0
        """,
    )

    assert found(db, "concealed") == [
        "concealed | engage | 2026-01-08 | fail | 0.75 | 0.5",
        "concealed | sites | 2026-01-08 | fail | 1 | 0.5",
        "concealed | teams | 2026-01-06 | pass | 0.5 | 0.5",
    ]


GATE = "check_name | channel | day | result | value | threshold"
IN_USE = "channel | is_in_use\nteams | true\nviva_engage | true"


def test_each_recent_day_that_a_gate_failed_or_warned_of_is_told(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(db, "core.channel", IN_USE)
    given(
        db,
        "core.gate_day",
        f"""
        {GATE}
        rows_refused | teams | 2025-12-31 | fail | 9  | 0
        rows_refused | teams | 2026-01-01 | fail | 3  | 0
        rows_refused | teams | 2026-01-02 | pass | 0  | 0
        rows_refused | teams | 2026-01-03 | fail | 2  | 0
        totals       | teams | 2026-01-03 | warn | 70 | 60
        concealed    | teams | 2026-01-03 | fail | 1  | 0.5
        rows_refused | gone  | 2026-01-03 | fail | 2  | 0
        """,
    )

    assert found(db, "gate") == [
        "rows_refused | teams | 2026-01-01 | fail | 3 | 0",
        "rows_refused | teams | 2026-01-03 | fail | 2 | 0",
        "totals | teams | 2026-01-03 | warn | 70 | 60",
    ]


def test_a_gate_that_all_recent_days_of_a_channel_have_passed_is_one_line(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(db, "core.channel", IN_USE)
    given(
        db,
        "core.gate_day",
        f"""
        {GATE}
        rows_refused | teams       | 2026-01-08..2026-01-09 | pass | 0 | 0
        rows_refused | viva_engage | 2026-01-08             | pass | 0 | 0
        rows_refused | viva_engage | 2026-01-07             | fail | 1 | 0
        """,
    )

    assert found(db, "gate") == [
        "rows_refused | teams | 2026-01-09 | pass | 0 | 0",
        "rows_refused | viva_engage | 2026-01-07 | fail | 1 | 0",
    ]


def test_a_gate_that_could_not_judge_its_newest_day_is_off(db: duckdb.DuckDBPyConnection) -> None:
    given(db, "core.channel", IN_USE)
    given(
        db,
        "core.gate_day",
        f"""
        {GATE}
        rows_below_usual | teams       | 2026-01-08 | pass |    |
        rows_below_usual | viva_engage | 2026-01-07 | pass |    |
        rows_below_usual | viva_engage | 2026-01-08 | pass | 90 | 70
        """,
    )

    assert found(db, "gate", "scope, result, value, is_off") == [
        "teams | pass |  | true",
        "viva_engage | pass | 90 | false",
    ]


def test_a_gate_tells_no_number_of_people_that_is_too_small(db: duckdb.DuckDBPyConnection) -> None:
    given(db, "core.channel", IN_USE)
    given(
        db,
        "core.gate_day",
        f"""
        {GATE}
        totals           | teams | 2026-01-08 | fail | 9  | 20
        rows_below_usual | teams | 2026-01-08 | warn | 10 | 20
        rows_below_usual | teams | 2026-01-07 | warn | 2  | 20
        """,
    )

    assert found(db, "gate", "check_name, value, threshold, is_small, is_off") == [
        "rows_below_usual | 10 | 20 | false | false",
        "rows_below_usual |  |  | true | false",
        "totals |  |  | true | false",
    ]


def test_missing_days_of_the_newest_window_warn_up_to_four_and_fail_beyond(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(db, "core.newest_window", "window_end\n2026-02-01")
    given(
        db,
        "core.channel",
        "channel | is_in_use\na | true\nb | true\nc | true\nd | true\ngone | false",
    )
    given(
        db,
        "core.channel_window",
        """
        channel | window_end | incomplete_day_count
        a       | 2026-02-01 | 0
        a       | 2026-01-25 | 9
        b       | 2026-02-01 | 1
        c       | 2026-02-01 | 4
        d       | 2026-02-01 | 5
        gone    | 2026-02-01 | 28
        """,
    )

    assert found(db, "days_missing") == [
        "days_missing | a | 2026-02-01 | pass | 0 | 4",
        "days_missing | b | 2026-02-01 | warn | 1 | 4",
        "days_missing | c | 2026-02-01 | warn | 4 | 4",
        "days_missing | d | 2026-02-01 | fail | 5 | 4",
    ]


def test_a_channel_that_the_tenant_does_not_have_is_told(db: duckdb.DuckDBPyConnection) -> None:
    given(db, "core.channel", "channel | is_in_use\nteams | true\nviva_engage | false")

    assert found(db, "channel", "check_name, scope, day, result") == [
        "channel_not_in_use | viva_engage | 2026-02-05 | warn"
    ]


@pytest.mark.parametrize(
    ("last_complete_day", "expected"),
    [("2026-01-29", "pass | 7 | 7"), ("2026-01-28", "fail | 8 | 7"), ("", "fail |  | 7")],
)
def test_data_is_stale_a_week_after_the_newest_complete_day_and_when_there_is_none(
    db: duckdb.DuckDBPyConnection, last_complete_day: str, expected: str
) -> None:
    given(db, "core.channel", "channel | is_leadership\nteams | false\nsharepoint | true")
    given(
        db,
        "core.evaluation_day",
        f"window_end | last_complete_day\n2026-01-25 | {last_complete_day}",
    )

    assert found(db, "stale") == [f"stale | Fjordvik | 2026-02-05 | {expected}"]


def test_before_the_first_window_data_counts_as_stale_unless_there_is_nothing_to_wait_for(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(db, "core.channel", "channel | is_leadership\nsharepoint | true")
    assert found(db, "stale") == ["stale | Fjordvik | 2026-02-05 | fail |  | 7"]

    given(db, "core.channel", "channel | is_leadership\nsharepoint | false")
    assert found(db, "stale") == []


@pytest.mark.parametrize(
    ("blank", "unmapped", "no_department", "unmapped_department"),
    [
        (0, 0, "pass | 0 | 0.2 | false", "pass | 0 |  | false"),
        (9, 9, "warn |  | 0.2 | true", "warn |  |  | true"),
        (20, 10, "warn | 0.2 | 0.2 | false", "warn | 10 |  | false"),
        (21, 90, "fail | 0.21 | 0.2 | false", "warn | 90 |  | false"),
    ],
)
def test_people_outside_the_tree_are_told_but_not_how_few(
    db: duckdb.DuckDBPyConnection,
    blank: int,
    unmapped: int,
    no_department: str,
    unmapped_department: str,
) -> None:
    given(db, "core.newest_window", "window_end\n2026-02-01")
    given(
        db,
        "core.placement_window",
        f"""
        window_end | account | blank_count | unmapped_count | is_untrusted
        2026-02-01 | 100     | {blank}     | {unmapped}     | {str(blank > 20).lower()}
        2026-01-25 | 100     | 50          | 50             | true
        """,
    )

    assert found(db, "placement", "check_name, result, value, threshold, is_small") == [
        f"no_department | {no_department}",
        f"unmapped_department | {unmapped_department}",
    ]


NEWEST = "window_end\n2026-02-01"
FAMILY = """
    unit_id | unit   | parent_id
    care    | Care   |
    north   | North  | care
    south   | South  | care
    school  | School |
"""
HEADCOUNT = "check_name, scope, day, result, value, threshold, is_small"


def headcounts(db: duckdb.DuckDBPyConnection, rows: str, *, hidden: str = "") -> list[str]:
    """Findings on units with `headcount | account`, of which the `hidden` one is not shown."""
    given(db, "core.newest_window", NEWEST)
    given(db, "core.unit", FAMILY)
    given(db, "core.unit_headcount", f"unit_id | window_end | headcount | account | staff\n{rows}")
    units = ("care", "north", "south", "school")
    given(
        db,
        "core.unit_funnel",
        "unit_id | window_end | staff\n" + "\n".join(f"{u} | 2026-02-01 | 84" for u in units),
    )
    given(
        db,
        "core.unit_shown",
        "unit_id | window_end | status\n"
        + "\n".join(f"{u} | 2026-02-01 | {'suppressed' if u == hidden else 'ok'}" for u in units),
    )
    return found(db, "headcount", HEADCOUNT)


def test_a_headcount_below_the_persons_and_one_like_a_total_are_told(
    db: duckdb.DuckDBPyConnection,
) -> None:
    rows = """
        care    | 2026-02-01 | 42        | 5       | 42
        north   | 2026-02-01 | 30        | 31      | 84
        south   | 2026-02-01 |           | 50      | 84
        school  | 2026-02-01 | 41        | 41      | 84
        north   | 2026-01-25 | 1         | 99      | 99
    """

    assert headcounts(db, rows) == [
        "headcount_below_persons | North | 2026-02-01 | warn | 31 | 30 | false",
        "headcount_looks_like_total | Care | 2026-02-01 | warn |  |  | true",
    ]


@pytest.mark.parametrize(
    ("unit", "headcount", "account", "hidden"),
    [
        ("north", 9, 11, ""),
        ("north", 3, 9, ""),
        ("north", 30, 31, "north"),
        ("care", 30, 31, "care"),
        ("care", 30, 31, "south"),  # care less north less those in care is south
    ],
)
def test_how_many_more_persons_is_not_told_of_a_small_group_or_one_that_gives_a_hidden_away(
    db: duckdb.DuckDBPyConnection, unit: str, headcount: int, account: int, hidden: str
) -> None:
    rows = f"{unit} | 2026-02-01 | {headcount} | {account} | 84"

    assert headcounts(db, rows, hidden=hidden) == [
        f"headcount_below_persons | {unit.title()} | 2026-02-01 | warn |  |  | true"
    ]


def test_persons_in_a_unit_outside_its_days_are_told(db: duckdb.DuckDBPyConnection) -> None:
    given(db, "core.newest_window", NEWEST)
    given(db, "core.unit", FAMILY)
    given(
        db,
        "core.unit_headcount",
        """
        unit_id | window_end | is_valid | account
        care    | 2026-02-01 | true     | 5
        north   | 2026-02-01 | false    | 5
        south   | 2026-01-25 | false    | 5
        """,
    )

    assert found(db, "unit_not_valid", "check_name, scope, day, result") == [
        "unit_not_valid | North | 2026-02-01 | warn"
    ]


@pytest.mark.parametrize(
    ("north", "south", "expected"),
    [(0, 0, "pass | 0 | 0 | false"), (4, 5, "warn |  | 0 | true"), (5, 5, "warn | 10 | 0 | false")],
)
def test_how_many_licences_were_repaired_is_told_but_not_how_few(
    db: duckdb.DuckDBPyConnection, north: int, south: int, expected: str
) -> None:
    given(db, "core.newest_window", "window_end\n2026-02-01")
    given(
        db,
        "core.unit_people",
        f"""
        unit_id | window_end | repaired
        north   | 2026-02-01 | {north}
        south   | 2026-02-01 | {south}
        south   | 2026-01-25 | 50
        """,
    )

    assert found(db, "licence", "result, value, threshold, is_small") == [expected]


def test_a_bought_plan_named_like_a_channels_that_our_list_lacks_is_told_once(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(db, "config.service_plan", "service_plan_id | channel\n1 | teams\n2 |")
    given(
        db,
        "staging.subscribed_sku",
        """
        day        | sku_id | service_plan_id | service_plan_name
        2026-01-05 | a      | 8               | TEAMS_OLD
        2026-01-12 | a      | 1               | TEAMS1
        2026-01-12 | a      | 2               | SHAREPOINTWAC
        2026-01-12 | a      | 9               | VIVAENGAGE_NEW
        2026-01-12 | b      | 9               | VIVAENGAGE_NEW
        2026-01-12 | b      | 7               | EXCHANGE_NEW
        """,
    )

    assert found(db, "service_plan", "check_name, scope, day, result") == [
        "unknown_service_plan | VIVAENGAGE_NEW | 2026-01-12 | warn"
    ]


def test_all_findings_are_collected(db: duckdb.DuckDBPyConnection) -> None:
    set_variables(db, organisation="Fjordvik")
    head = "check_name | scope | day | result"
    for name in (
        "concealed", "days_missing", "channel", "gate", "stale",
        "placement", "headcount", "unit_not_valid", "licence", "service_plan",
    ):  # fmt: skip
        given(db, f"core.quality_{name}", f"{head}\n{name} | all | 2026-02-01 | pass")
    given(
        db,
        "core.quality_stale",
        f"{head} | value | threshold\nstale | all | 2026-02-01 | fail | 9 | 7",
    )
    given(
        db, "core.quality_licence", f"{head} | is_small\nlicence | all | 2026-02-01 | warn | true"
    )

    columns = "check_name, scope, day, result, value, threshold, is_small"
    assert drawn(run_model(db, "core.quality_finding"), columns) == [
        "channel | all | 2026-02-01 | pass |  |  | false",
        "concealed | all | 2026-02-01 | pass |  |  | false",
        "days_missing | all | 2026-02-01 | pass |  |  | false",
        "gate | all | 2026-02-01 | pass |  |  | false",
        "headcount | all | 2026-02-01 | pass |  |  | false",
        "licence | all | 2026-02-01 | warn |  |  | true",
        "placement | all | 2026-02-01 | pass |  |  | false",
        "service_plan | all | 2026-02-01 | pass |  |  | false",
        "stale | all | 2026-02-01 | fail | 9 | 7 | false",
        "unit_not_valid | all | 2026-02-01 | pass |  |  | false",
    ]
