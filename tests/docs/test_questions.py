"""Every query of `docs/questions.md` on the demo, and each answer computed a second time.

The second time is plain Python over the marts' rows, so that a wrong join or a bound taken for an
exact count shows. What the demo cannot show is drawn in `test_questions_drawn.py`.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from statistics import median
from typing import Any

import pytest

from adoption.models import load_models
from adoption.resources import SQL
from adoption.warehouse import open_warehouse
from tests.conftest import Demo
from tests.docs.answers import QUESTIONS, answered_page, ask, queries
from tests.running import records

Row = dict[str, Any]
Answers = Mapping[str, list[Row]]
Marts = Mapping[str, list[Row]]
TARGET = 0.60
FOUR_WEEKS = dt.timedelta(28)
NOT_IN_THE_DEMO = {"last-year", "summer"}
"""Questions on more than the sixteen weeks that the demo has."""


@pytest.fixture(scope="module")
def answers(demo: Demo) -> Answers:
    with open_warehouse(demo.home) as warehouse:
        return {name: ask(warehouse, name) for name in queries()}


@pytest.fixture(scope="module")
def marts(demo: Demo) -> Marts:
    names = [model.name for model in load_models(SQL) if model.schema == "marts"]
    return {name.split(".")[1]: records(demo.home, f"from {name}") for name in names}


def test_the_page_asks_twenty_questions_each_with_a_query_of_its_own() -> None:
    headings = [line for line in QUESTIONS.read_text().splitlines() if line.startswith("## ")]

    assert (len(headings), len(set(queries().values()))) == (20, 20)


def test_each_answer_on_the_page_is_what_the_demo_says_now(demo: Demo) -> None:
    assert QUESTIONS.read_text(encoding="utf-8") == answered_page(demo.home), (
        "docs/questions.md is stale. Run 'make docs' and commit what it writes."
    )


def test_the_demo_has_an_answer_to_all_that_does_not_need_more_than_its_sixteen_weeks(
    answers: Answers,
) -> None:
    assert {name for name, answer in answers.items() if not answer} == NOT_IN_THE_DEMO


def newest(rows: Iterable[Row], marts: Marts) -> list[Row]:
    return [row for row in rows if row["window_end"] == marts["build"][0]["window_end"]]


def leaves(rows: Iterable[Row], marts: Marts) -> list[Row]:
    """Those of units that no other unit hangs under."""
    parents = {unit["parent_id"] for unit in marts["unit"]}
    return [row for row in rows if row["unit_id"] not in parents]


def levels(marts: Marts) -> Mapping[str, int]:
    return {unit["unit_id"]: unit["level"] for unit in marts["unit"]}


def earlier(row: Row, rows: Iterable[Row]) -> Row:
    """The unit's row of four weeks before, or one of blanks."""
    day = row["window_end"] - FOUR_WEEKS
    same = [r for r in rows if (r["unit_id"], r["window_end"]) == (row["unit_id"], day)]
    return same[0] if same else defaultdict(lambda: None, coded=[])


def by_unit(rows: Iterable[Row], *columns: str) -> dict[str, tuple[Any, ...]]:
    rows = list(rows)
    found = {row["unit"]: tuple(row[column] for column in columns) for row in rows}
    assert len(found) == len(rows)
    return found


def falling(values: Iterable[Any]) -> bool:
    """Whether `values` go down, with what is not known at the end."""
    shown = list(values)
    known = [value for value in shown if value is not None]
    return known == sorted(known, reverse=True) and None not in shown[: len(known)]


def test_open_flags_are_told_once_for_each_unit(answers: Answers, marts: Marts) -> None:
    actors = {step["reason"]: step["actor"] for step in marts["unit_step"]}
    flags = defaultdict(list)
    for row in marts["unit_flag"]:
        if row["closed_on"] is None:
            flags[row["unit"]].append(row)

    answer = answers["open-flags"]

    columns = ("since", "flags", "not_reached", "reason", "actor")
    assert by_unit(answer, *columns) == {
        unit: (
            min(row["opened_on"] for row in rows),
            sorted(row["flag"] for row in rows),
            rows[0]["not_reached"],
            rows[0]["reason"],
            actors.get(rows[0]["reason"]),
        )
        for unit, rows in flags.items()
    }
    assert falling(row["not_reached"] for row in answer)


def test_a_verdict_is_given_only_where_the_whole_interval_lies_on_one_side(
    answers: Answers, marts: Marts
) -> None:
    def verdict(row: Row) -> str:
        if row["reach_rate"] is None:
            return "not shown"
        if row["reach_low"] >= TARGET:
            return "reaches it"
        may_be_more = "reached" in row["coded"] and row["reached"] == row["licensed"] - 2
        return "does not" if row["reach_high"] < TARGET and not may_be_more else "cannot say"

    rows = newest(marts["unit_reach"], marts)
    assert by_unit(answers["sure"], "verdict") == {row["unit"]: (verdict(row),) for row in rows}


def test_the_way_to_the_target_is_told_for_units_short_of_it_or_hidden(
    answers: Answers, marts: Marts
) -> None:
    answer = answers["to-target"]

    rows = leaves(newest(marts["unit_target"], marts), marts)
    columns = ("to_target", "not_reached", "hr_it", "it", "line_leader", "communications", "coded")
    assert by_unit(answer, *columns) == by_unit(
        [row for row in rows if row["to_target"] != 0], *columns
    )
    assert falling(row["to_target"] for row in answer)


def test_the_parts_in_the_gap_are_those_of_people_not_reached(
    answers: Answers, marts: Marts
) -> None:
    rows = newest(marts["unit_reach"], marts)
    whole = next(row for row in rows if levels(marts)[row["unit_id"]] == 0)

    def part(row: Row) -> tuple[Any, ...]:
        if row["staff"] is None:
            return (row["status"], None, None, None, False)
        missing = None if row["reached"] is None else row["staff"] - row["reached"]
        share = None if missing is None else missing / (whole["staff"] - whole["reached"])
        is_bound = "reached" in [*row["coded"], *whole["coded"]]
        return (row["status"], missing, share, row["staff"] / whole["staff"], is_bound)

    columns = ("status", "not_reached", "gap_share", "staff_share", "is_bound")
    assert by_unit(answers["gap"], *columns) == {
        row["unit"]: part(row) for row in rows if levels(marts)[row["unit_id"]] <= 1
    }


def test_the_organisations_windows_share_no_day(answers: Answers, marts: Marts) -> None:
    columns = ("window_end", "status", "staff", "reached", "reach_rate", "reach_low", "reach_high")
    whole = [row for row in marts["unit_reach"] if levels(marts)[row["unit_id"]] == 0]
    sundays = {row["window_end"]: row for row in whole if row["window_end"].weekday() == 6}
    wanted = [max(sundays) - n * FOUR_WEEKS for n in range(len(sundays))]

    assert answers["trend"] == [
        {column: sundays[day][column] for column in columns} for day in wanted if day in sundays
    ]


def test_a_change_is_sure_where_exact_counts_have_intervals_apart(
    answers: Answers, marts: Marts
) -> None:
    expected = set()
    for row in marts["unit_reach"]:
        before = earlier(row, marts["unit_reach"])
        if (row["status"], before["status"]) != ("ok", "ok"):
            continue
        if "reached" in [*row["coded"], *before["coded"]]:
            continue
        if row["reach_low"] > before["reach_high"]:
            expected.add((row["window_end"], row["unit"], "better"))
        if row["reach_high"] < before["reach_low"]:
            expected.add((row["window_end"], row["unit"], "worse"))

    answer = answers["changed"]
    assert {(row["window_end"], row["unit"], row["change"]) for row in answer} == expected
    assert len(answer) == len(expected)


def test_movements_stand_beside_reach_on_both_ends(answers: Answers, marts: Marts) -> None:
    reach = {(row["unit_id"], row["window_end"]): row for row in marts["unit_reach"]}
    sunday = max(row["window_end"] for row in marts["unit_movement"])
    moves = ("persons_before", "joined", "left", "moved_in", "moved_out", "persons_now", "coded")
    expected = {}
    for row in marts["unit_movement"]:
        if row["window_end"] == sunday:
            now = reach[row["unit_id"], sunday]
            before = earlier(now, marts["unit_reach"])
            is_bound = "reached" in [*now["coded"], *before["coded"]]
            rates = (before["reach_rate"], now["reach_rate"], is_bound)
            expected[row["unit"]] = (*rates, *(row[name] for name in moves))

    answer = by_unit(answers["movement"], "rate_before", "rate_now", "is_bound", *moves)
    assert answer == expected


def test_news_are_the_flags_of_the_last_four_weeks(answers: Answers, marts: Marts) -> None:
    since = marts["build"][0]["window_end"] - FOUR_WEEKS
    fresh = [r for r in marts["unit_flag"] if max(r["opened_on"], r["closed_on"] or since) > since]

    told = [tuple(row.values()) for row in answers["news"]]
    columns = ("unit", "flag", "opened_on", "closed_on", "not_reached", "reason")
    assert sorted(told, key=str) == sorted(
        (tuple(row[column] for column in columns) for row in fresh), key=str
    )


def test_without_viva_engage_those_stay_who_receive_in_sharepoint(
    answers: Answers, marts: Marts
) -> None:
    stay = by_unit(channel_now("sharepoint", marts), "received", "coded")

    def left(row: Row) -> tuple[Any, ...]:
        kept, coded = stay[row["unit"]]
        rate = None if kept is None or row["staff"] is None else kept / row["staff"]
        if None in (kept, row["reached"]) or "reached" in row["coded"] or "received" in coded:
            return (row["reach_rate"], rate, None)
        assert row["reached"] >= kept
        return (row["reach_rate"], rate, row["reached"] - kept)

    answer = by_unit(answers["without-engage"], "reach_rate", "rate_without", "lost")
    assert answer == {row["unit"]: left(row) for row in newest(marts["unit_reach"], marts)}


def channel_now(channel: str, marts: Marts) -> list[Row]:
    return [row for row in newest(marts["unit_channel"], marts) if row["channel"] == channel]


def test_in_teams_are_units_of_which_half_are_active_there(answers: Answers, marts: Marts) -> None:
    teams = by_unit(channel_now("teams", marts), "active", "coded")
    expected = {}
    for row in newest(marts["unit_reach"], marts):
        in_teams, coded = teams[row["unit"]]
        if None in (in_teams, row["active"], row["reached"]) or {"active"} & {*coded}:
            continue
        elsewhere = row["active"] - row["reached"]
        if {"active", "reached"} & {*row["coded"]} or not elsewhere:
            continue
        if 2 * in_teams >= row["staff"]:
            expected[row["unit"]] = (in_teams, elsewhere, elsewhere / row["active"])

    answer = answers["in-teams"]
    assert by_unit(answer, "active_in_teams", "elsewhere", "elsewhere_share") == expected
    assert falling(row["elsewhere_share"] for row in answer)


def test_an_answering_rate_says_whether_it_is_a_bound(answers: Answers, marts: Marts) -> None:
    def answering(row: Row) -> tuple[Any, ...]:
        if row["contributing"] is None:
            return (None, "not shown")
        rate = row["contributing"] / row["reached"] if row["reached"] else None
        return (rate, "at most" if "contributing" in row["coded"] else "exact")

    rows = [row for row in newest(marts["unit_reach"], marts) if "reached" not in row["coded"]]
    assert by_unit(answers["two-way"], "answering_rate", "bound") == {
        row["unit"]: answering(row) for row in rows
    }


def test_a_weekdays_median_is_of_its_complete_days(answers: Answers, marts: Marts) -> None:
    days = defaultdict(list)
    for row in marts["channel_day"]:
        if row["complete"] and row["received"] is not None:
            days[row["channel"], row["day"].isoweekday()].append(row["received"])

    assert {tuple(row.values()) for row in answers["weekday"]} == {
        (*key, len(received), median(received)) for key, received in days.items()
    }


def test_channels_are_told_for_the_organisation_and_its_sectors(
    answers: Answers, marts: Marts
) -> None:
    answer = answers["channels"]

    rows = newest(marts["unit_channel"], marts)
    tops = [row for row in rows if levels(marts)[row["unit_id"]] <= 1]
    assert sorted(answer, key=str) == sorted(
        ({column: row[column] for column in answer[0]} for row in tops), key=str
    )


def test_licences_are_told_where_they_grew_by_a_tenth_of_the_staff(
    answers: Answers, marts: Marts
) -> None:
    first = marts["build"][0]["first_ok_window_end"]
    then = {row["unit_id"]: row for row in marts["unit_reach"] if row["window_end"] == first}
    expected = {}
    for now in newest(marts["unit_reach"], marts):
        before = then.get(now["unit_id"], {"licensed": None})
        if None in (now["licensed"], before["licensed"]):
            continue
        if now["licensed"] / now["staff"] < before["licensed"] / before["staff"] + 0.1:
            continue
        is_bound = "reached" in [*now["coded"], *before["coded"]]
        pairs = [row[name] for name in ("licensed", "reached") for row in (before, now)]
        is_sure = not is_bound and now["reach_low"] > before["reach_high"]
        expected[now["unit"]] = (*pairs, is_bound, is_sure)

    columns = ("licensed_before", "licensed_now", "reached_before", "reached_now", "is_bound")
    assert by_unit(answers["licences"], *columns, "is_sure") == expected


def test_heads_without_an_account_are_the_staff_less_the_accounts(
    answers: Answers, marts: Marts
) -> None:
    rows = leaves(newest(marts["unit_reach"], marts), marts)
    missing = {row["unit"]: row["staff"] - row["account"] for row in rows if row["staff"]}

    answer = answers["heads"]
    assert {row["unit"]: row["without_account"] for row in answer} == {
        unit: count for unit, count in missing.items() if count
    }
    assert falling(row["without_account"] for row in answer)


def test_days_that_are_not_complete_are_listed_for_each_channel(
    answers: Answers, marts: Marts
) -> None:
    since = marts["build"][0]["as_of"] - dt.timedelta(35)
    open_days = defaultdict(list)
    for row in sorted(marts["channel_day"], key=lambda row: row["day"]):
        if not row["complete"] and row["day"] >= since:
            open_days[row["channel"]].append((row["day"], row["active"] is None))

    assert [tuple(row.values()) for row in answers["days"]] == [
        (channel, sum(unknown), len(unknown) - sum(unknown), list(days))
        for channel, found in sorted(open_days.items())
        for days, unknown in [tuple(zip(*found, strict=True))]
    ]


def test_findings_are_those_that_did_not_pass(answers: Answers, marts: Marts) -> None:
    answer = answers["checks"]

    rows = [row for row in marts["data_quality"] if row["result"] != "pass"]
    assert sorted(answer, key=str) == sorted(
        ({column: row[column] for column in answer[0]} for row in rows), key=str
    )


def test_what_is_hidden_is_counted_by_status(answers: Answers, marts: Marts) -> None:
    rows = newest(marts["unit_reach"], marts)
    whole = next(row["staff"] for row in rows if levels(marts)[row["unit_id"]] == 0)
    groups = defaultdict(list)
    for row in leaves(rows, marts):
        groups[row["status"]].append(row)

    def counted(group: list[Row]) -> tuple[Any, ...]:
        staff = sum(row["staff"] for row in group if row["staff"]) or None
        share = None if staff is None else staff / whole
        return (len(group), sum(bool(row["coded"]) for row in group), staff, share)

    assert {tuple(row.values()) for row in answers["hidden"]} == {
        (status, *counted(group)) for status, group in groups.items()
    }
