"""core.gate_*: what must hold of one day's report, one small model for each, and all together."""

import duckdb
import pytest

from tests.tables import drawn, given, run_chain, run_model, set_variables

REPORT = "channel | report | day"
JUDGED = "day, result, value, threshold"


def judged(db: duckdb.DuckDBPyConnection, gate: str, columns: str = JUDGED) -> list[str]:
    return drawn(run_model(db, f"core.gate_{gate}"), columns)


@pytest.mark.parametrize(("masks", "expected"), [(5, "pass | 0.5"), (6, "fail | 0.6")])
def test_a_day_is_concealed_when_more_than_half_of_its_rows_are_masks(
    db: duckdb.DuckDBPyConnection, masks: int, expected: str
) -> None:
    given(
        db,
        "core.daily_report",
        f"""
        {REPORT} | row_count | concealed_count
        teams | t | 2026-01-08 | 10 | {masks}
        teams | t | 2026-01-09 | 0  | 0
        """,
    )

    assert judged(db, "concealed") == [f"2026-01-08 | {expected} | 0.5"]


@pytest.mark.parametrize(
    ("strangers", "refused", "expected"),
    [(0, 0, "pass | 1"), (5, 0, "pass | 0.95"), (6, 0, "fail | 0.94"), (4, 2, "fail | 0.941176")],
)
def test_under_95_per_cent_of_rows_with_an_account_fail_and_refused_rows_have_none(
    db: duckdb.DuckDBPyConnection, strangers: int, refused: int, expected: str
) -> None:
    given(
        db,
        "core.daily_report",
        f"{REPORT} | row_count | refused_count\nteams | t | 2026-01-08 | 100 | {refused}",
    )
    given(db, "core.stranger_day", f"channel | day | row_count\nteams | 2026-01-08 | {strangers}")

    assert judged(db, "account") == [f"2026-01-08 | {expected} | 0.95"]


def test_guests_and_deleted_rows_are_not_asked_for_an_account(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(
        db,
        "core.daily_report",
        f"""
        {REPORT} | row_count | guest_count | deleted_count
        teams | t | 2026-01-08 | 100 | 50 | 30
        teams | t | 2026-01-09 | 80  | 50 | 30
        """,
    )
    given(db, "core.stranger_day", "channel | day | row_count\nteams | 2026-01-08 | 5")

    assert judged(db, "account") == ["2026-01-08 | fail | 0.75 | 0.95"]


def test_of_a_concealed_day_it_is_told_once_that_its_names_are_masks(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(
        db,
        "core.daily_report",
        f"{REPORT} | row_count | concealed_count\nteams | t | 2026-01-08 | 10 | 10",
    )
    given(db, "core.stranger_day", "channel | day | row_count\nteams | 2026-01-08 | 10")

    assert judged(db, "account") == []


def test_a_row_that_could_not_be_used_fails_its_day(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        "core.daily_report",
        f"""
        {REPORT} | refused_count
        teams | t | 2026-01-08 | 0
        teams | t | 2026-01-09 | 1
        """,
    )

    assert judged(db, "refused") == ["2026-01-08 | pass | 0 | 0", "2026-01-09 | fail | 1 | 0"]


def test_a_counter_that_is_blank_in_all_rows_fails_and_one_that_is_blank_in_some_does_not(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(
        db,
        "core.daily_report",
        f"""
        {REPORT} | row_count
        teams | t | 2026-01-07 | 0
        teams | t | 2026-01-08 | 10
        teams | t | 2026-01-09 | 10
        """,
    )
    given(
        db,
        "staging.counter",
        """
        report | day        | period_days | counter | above_zero_count | blank_count
        t      | 2026-01-07 | 1           | calls   | 0                | 0
        t      | 2026-01-08 | 1           | calls   | 0                | 0
        t      | 2026-01-08 | 1           | chats   | 1                | 9
        t      | 2026-01-09 | 1           | calls   | 0                | 10
        t      | 2026-01-09 | 1           | chats   | 3                | 0
        t      | 2026-01-08 | 180         | calls   | 0                | 10
        """,
    )

    assert judged(db, "blank") == ["2026-01-08 | pass | 0 | 0", "2026-01-09 | fail | 1 | 0"]


@pytest.mark.parametrize(
    ("rows", "earlier", "expected"),
    [
        (100, "2026-01-08 | 101", "fail | 100 | 101"),
        (200, "2026-01-29 | 201", "fail | 200 | 201"),
        (2000, "2026-01-08 | 3000", "fail | 2000 | 3000"),
        (2000, "2026-01-08 | 2000", "pass | 2000 | 2000"),  # just as many as ever
        (101, "2026-01-08 | 3000", "pass | 101 | 3000"),
        (100, "2026-01-07 | 3000", "pass | 100 |"),  # five weeks ago
        (100, "2026-02-06 | 3000", "pass | 100 |"),  # a later day
    ],
)
def test_exactly_a_page_of_rows_where_there_were_more_before_is_a_cut_report(
    db: duckdb.DuckDBPyConnection, rows: int, earlier: str, expected: str
) -> None:
    given(
        db,
        "core.daily_report",
        f"channel | day | row_count\nteams | {earlier}\nteams | 2026-02-05 | {rows}",
    )

    days = run_model(db, "core.gate_cut").filter("day = '2026-02-05'")
    assert drawn(days, "result, value, threshold") == [expected]


@pytest.mark.parametrize(
    ("rows", "is_page", "result"),
    [(100, "false", "pass"), (99, "true", "fail"), (100, "", "fail"), (99, "", "pass")],
)
def test_where_the_erased_have_left_a_report_it_is_a_page_if_it_came_as_one(
    db: duckdb.DuckDBPyConnection, rows: int, is_page: str, result: str
) -> None:
    head = "channel | day | row_count | is_page"
    earlier = "teams | 2026-01-08 | 3000 |"
    given(db, "core.daily_report", f"{head}\n{earlier}\nteams | 2026-02-05 | {rows} | {is_page}")

    days = run_model(db, "core.gate_cut").filter("day = '2026-02-05'")
    assert drawn(days, "result") == [result]


def totals(db: duckdb.DuckDBPyConnection, *actions: tuple[int, int], settled: str = "true") -> None:
    """Teams on 2026-01-08: people in the rows, and by Graph's own count, action by action."""
    given(
        db,
        "core.daily_report",
        f"{REPORT} | row_count | is_settled\nteams | t | 2026-01-08 | 900 | {settled}",
    )
    rows = [f"t | 2026-01-08 | 1 | c{n} | {people}" for n, (people, _) in enumerate(actions)]
    head = "report | day | period_days | counter | above_zero_count"
    given(db, "staging.counter", "\n".join([head, *rows]))
    told = [f"teams | 2026-01-08 | c{n} | {total}" for n, (_, total) in enumerate(actions)]
    given(db, "core.total_day", "\n".join(["channel | day | counter | person_count", *told]))


@pytest.mark.parametrize(
    ("people", "total", "result"),
    [
        (95, 100, "pass"),  # five are never too many
        (94, 100, "fail"),
        (980, 1000, "pass"),  # two per cent neither
        (979, 1000, "fail"),
        (106, 100, "warn"),
        (105, 100, "pass"),
        (0, 0, "pass"),
        (6, 0, "warn"),  # a blank total is a zero
    ],
)
def test_fewer_people_than_graph_counts_itself_fail_and_more_are_a_note(
    db: duckdb.DuckDBPyConnection, people: int, total: int, result: str
) -> None:
    totals(db, (people, total))

    assert judged(db, "totals") == [f"2026-01-08 | {result} | {people} | {total}"]


def test_one_kind_of_action_that_lacks_people_fails_the_day_whatever_the_others_have(
    db: duckdb.DuckDBPyConnection,
) -> None:
    totals(db, (900, 100), (90, 100), (100, 100))

    assert judged(db, "totals") == ["2026-01-08 | fail | 90 | 100"]


def test_totals_judge_settled_days_only_and_no_day_that_they_lack(
    db: duckdb.DuckDBPyConnection,
) -> None:
    totals(db, (0, 100), settled="false")
    assert judged(db, "totals") == []

    totals(db, (0, 100))
    given(
        db, "core.total_day", "channel | day | counter | person_count\nteams | 2026-01-07 | c0 | 9"
    )
    assert judged(db, "totals") == []


@pytest.mark.parametrize(("people", "result"), [(92, "fail"), (93, "pass")])
def test_as_many_people_may_be_missing_as_there_are_names_erased(
    db: duckdb.DuckDBPyConnection, people: int, result: str
) -> None:
    set_variables(db, erased_names=2)

    totals(db, (people, 100))

    assert judged(db, "totals") == [f"2026-01-08 | {result} | {people} | 100"]


def usual(
    db: duckdb.DuckDBPyConnection,
    *reports: str,
    working: str = "true",
    licensed: str = "",
) -> list[str]:
    """How Teams' rows of Thursday 2026-02-05 are judged; `reports`: day, rows, idle rows."""
    given(db, "core.day", f"day | is_working_day\n2026-02-05 | {working}")
    rows = "\n".join(f"teams | {report}" for report in reports)
    given(db, "core.daily_report", f"channel | day | row_count | idle_count\n{rows}")
    given(
        db,
        "core.directory_span",
        "snapshot_day | valid_from | valid_to\n2026-01-20 | 0001-01-01 | 9999-12-31",
    )
    head = "channel | snapshot_day | licensed"
    line = f"teams | 2026-01-20 | {licensed}\nsharepoint | 2026-01-20 | 9999"
    given(db, "core.licensed_snapshot", f"{head}\n{line}" if licensed else "")
    return judged(db, "usual", "result, value, threshold")


THURSDAYS = ("2026-01-08 | 100 | 0", "2026-01-15 | 90 | 0", "2026-01-22 | 110 | 0")
LAST = "2026-01-29 | 100 | 0"
OFF = "pass |  |"


@pytest.mark.parametrize(("rows", "result"), [(70, "pass"), (69, "warn")])
def test_a_report_of_the_active_with_fewer_rows_than_usual_for_the_weekday_is_a_warning(
    db: duckdb.DuckDBPyConnection, rows: int, result: str
) -> None:
    monday = "2026-02-02 | 9000 | 0"  # another weekday

    assert usual(db, *THURSDAYS, LAST, monday, f"2026-02-05 | {rows} | 0")[-1:] == [
        f"{result} | {rows} | 70"
    ]


@pytest.mark.parametrize(("rows", "result"), [(700, "pass"), (699, "fail")])
def test_a_report_of_everybody_with_fewer_rows_than_licensed_people_fails(
    db: duckdb.DuckDBPyConnection, rows: int, result: str
) -> None:
    listed = [f"2026-01-{day:02} | 500 | 50" for day in (8, 15, 22, 29)]

    assert usual(db, *listed, f"2026-02-05 | {rows} | 9", licensed="1000") == [
        f"{result} | {rows} | 700"
    ]


def test_a_report_of_everybody_is_not_judged_where_nothing_is_known_of_plans(
    db: duckdb.DuckDBPyConnection,
) -> None:
    listed = [f"2026-01-{day:02} | 500 | 50" for day in (8, 15, 22, 29)]

    assert usual(db, *listed, "2026-02-05 | 1 | 0") == [OFF]


def test_a_report_with_under_a_tenth_of_idle_rows_lists_the_active(
    db: duckdb.DuckDBPyConnection,
) -> None:
    listed = [f"2026-01-{day:02} | 500 | 49" for day in (8, 15, 22, 29)]

    assert usual(db, *listed, "2026-02-05 | 1 | 1", licensed="1000") == ["warn | 1 | 350"]


def test_until_there_are_four_weeks_the_gate_on_weekdays_is_off(
    db: duckdb.DuckDBPyConnection,
) -> None:
    assert usual(db, "2026-01-09 | 100 | 0", *THURSDAYS[1:], LAST, "2026-02-05 | 1 | 0") == [OFF]


def test_a_day_off_is_not_judged_by_its_rows(db: duckdb.DuckDBPyConnection) -> None:
    assert usual(db, *THURSDAYS, LAST, "2026-02-05 | 1 | 0", working="false") == []


def test_a_holiday_among_the_four_weekdays_does_not_lower_what_is_usual_much(
    db: duckdb.DuckDBPyConnection,
) -> None:
    assert usual(db, *THURSDAYS, "2026-01-29 | 4 | 0", "2026-02-05 | 60 | 0") == ["warn | 60 | 67"]


def test_the_limits_are_those_of_the_configuration(db: duckdb.DuckDBPyConnection) -> None:
    set_variables(db, usual_share=0.5, min_match_share=0.5, total_gap=0.5, total_gap_people=50)

    totals(db, (50, 100))
    assert judged(db, "totals") == ["2026-01-08 | pass | 50 | 100"]
    given(db, "core.stranger_day", "channel | day | row_count\nteams | 2026-01-08 | 450")
    assert judged(db, "account") == ["2026-01-08 | pass | 0.5 | 0.5"]
    assert usual(db, *THURSDAYS, LAST, "2026-02-05 | 50 | 0") == ["pass | 50 | 50"]


def test_older_files_that_tell_nothing_of_their_rows_fail_no_gate(
    db: duckdb.DuckDBPyConnection,
) -> None:
    given(db, "core.day", "day | is_working_day\n2026-01-08..2026-02-05 | true")
    given(
        db,
        "staging.snapshot",
        """
        report | channel | grain      | period_days | day        | fetched_on | row_count
        t      | teams   | person_day | 1           | 2026-01-08..2026-02-05 | 2026-02-05 | 9
        """,
    )

    found = run_chain(db, "core.gate_day").filter("result <> 'pass'")
    assert drawn(found, "check_name, day") == []
