"""What a night asks for: what is missing, and what can still change."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from adoption.catalog import load_catalog
from adoption.pipeline.plan import Request, days_out_of_reach, first_open_day, plan_requests
from adoption.spans import spans

CATALOG = load_catalog()
ENGAGE = CATALOG["viva_engage_user_activity"]
COUNTS = CATALOG["viva_engage_user_counts"]
TODAY = dt.date(2026, 11, 24)  # a Tuesday
OLDEST = dt.date(2026, 10, 27)


def days(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + dt.timedelta(n) for n in range((last - first).days + 1)]


def nov(*numbers: int) -> list[dt.date]:
    return [dt.date(2026, 11, number) for number in numbers]


def plan(
    *facts: Mapping[str, Any],
    as_of: dt.date = TODAY,
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> list[dt.date | None]:
    """The days that Viva Engage is asked for; None is its period."""
    requests = plan_requests([ENGAGE], facts, as_of=as_of, since=since, until=until)
    return [request.day for request in requests[ENGAGE.name]]


def fact(day: dt.date, *, fetched_on: dt.date = TODAY, **other: Any) -> Mapping[str, Any]:
    """A landed day that can no longer change, unless `other` says so."""
    return {
        "report": ENGAGE.name,
        "day": day,
        "period_days": 1,
        "channel": "viva_engage",
        "grain": "person_day",
        "fetched_on": fetched_on,
        "refresh_date": max(day, fetched_on - dt.timedelta(2)),
        "row_count": 3,
        "concealed_count": 0,
        "refused_count": 0,
        "is_unknown": False,
        **other,
    }


def landed(wanted: Iterable[dt.date | None], on: dt.date) -> list[Mapping[str, Any]]:
    """The facts once everything that was asked for has landed."""
    return [
        fact(day, fetched_on=on, refresh_date=on - dt.timedelta(2))
        if day
        else fact(on - dt.timedelta(2), fetched_on=on, period_days=180)
        for day in wanted
    ]


FIRST_NIGHT = landed([None, *days(OLDEST, dt.date(2026, 11, 23))], TODAY)


def test_the_first_run_asks_for_the_history_and_28_days_the_oldest_first() -> None:
    assert plan() == [None, *days(OLDEST, dt.date(2026, 11, 23))]


def test_totals_are_asked_for_once_at_every_run() -> None:
    fresh = fact(TODAY, report=COUNTS.name, period_days=90)

    assert plan_requests([COUNTS], [fresh], as_of=TODAY) == {COUNTS.name: [Request(COUNTS)]}


def test_a_second_run_on_the_same_day_asks_for_the_five_newest() -> None:
    assert plan(*FIRST_NIGHT) == nov(19, 20, 21, 22, 23)


def test_the_next_night_asks_for_the_new_day_and_the_four_before_it() -> None:
    assert plan(*FIRST_NIGHT, as_of=dt.date(2026, 11, 25)) == nov(20, 21, 22, 23, 24)


def test_after_three_weeks_away_what_is_missing_and_was_not_settled_is_asked_for() -> None:
    wanted = plan(*FIRST_NIGHT, as_of=dt.date(2026, 12, 15))

    assert wanted == [None, *days(dt.date(2026, 11, 22), dt.date(2026, 12, 14))]


def test_night_after_night_each_day_is_asked_for_until_it_is_settled() -> None:
    facts: dict[tuple[int, dt.date], Mapping[str, Any]] = {}
    asked: list[dt.date | None] = []
    for night in days(TODAY, dt.date(2026, 12, 20)):
        wanted = plan(*facts.values(), as_of=night)
        asked += wanted
        facts.update({(f["period_days"], f["day"]): f for f in landed(wanted, night)})

    assert asked.count(dt.date(2026, 11, 23)) == 5
    assert asked.count(dt.date(2026, 12, 1)) == 5
    assert asked.count(OLDEST) == 1
    assert asked.count(None) == 4


@pytest.mark.parametrize(
    ("what", "is_asked_again"),
    [
        ({}, False),
        ({"fetched_on": dt.date(2026, 11, 14)}, False),
        ({"fetched_on": dt.date(2026, 11, 13)}, True),
        ({"refresh_date": dt.date(2026, 11, 11)}, False),
        ({"refresh_date": dt.date(2026, 11, 10)}, True),
        ({"refresh_date": None}, False),
        ({"row_count": 0}, True),
        ({"refused_count": 1}, True),
        ({"row_count": 3, "counters": '{"read_count": {"above_zero": 0, "blank": 3}}'}, True),
        ({"row_count": 3, "counters": '{"read_count": {"above_zero": 0, "blank": 2}}'}, False),
        ({"concealed_count": 2}, True),
        ({"concealed_count": 1}, False),
        ({"row_count": 100}, True),
        ({"row_count": 200}, True),
        ({"row_count": 2000}, True),
        ({"row_count": 101}, False),
    ],
    ids=[
        "settled",
        "fetched three days later",
        "fetched two days later",
        "refreshed on the day",
        "refresh date behind",
        "no refresh date: age alone decides",
        "an empty weekday while other days have rows",
        "a row was refused",
        "a column is blank throughout",
        "a column is blank in part",
        "most names concealed",
        "few names concealed",
        "a first page of 100",
        "a first page of 200",
        "a first page of 2000",
        "no first page",
    ],
)
def test_an_older_day_is_asked_for_again_while_it_can_change(
    what: dict[str, Any], is_asked_again: bool
) -> None:
    wednesday = dt.date(2026, 11, 11)
    others = [f for f in FIRST_NIGHT if (f["period_days"], f["day"]) != (1, wednesday)]

    wanted = plan(*others, fact(wednesday, **{"fetched_on": TODAY, **what}))

    assert wanted == [wednesday] * is_asked_again + nov(19, 20, 21, 22, 23)


def test_an_empty_weekend_is_believed() -> None:
    saturday = dt.date(2026, 11, 14)
    others = [f for f in FIRST_NIGHT if f["day"] != saturday]

    assert plan(*others, fact(saturday, row_count=0)) == nov(19, 20, 21, 22, 23)


def test_where_no_day_has_rows_empty_weekdays_are_believed_too() -> None:
    empty = [{**f, "row_count": 0} for f in FIRST_NIGHT]

    assert plan(*empty) == nov(19, 20, 21, 22, 23)


def test_a_hole_is_filled() -> None:
    others = [f for f in FIRST_NIGHT if f["day"] not in nov(3, 9)]

    assert plan(*others) == nov(3, 9, 19, 20, 21, 22, 23)


@pytest.mark.parametrize(
    ("since", "until", "wanted"),
    [
        (dt.date(2026, 11, 21), None, nov(21, 22, 23)),
        (None, dt.date(2026, 10, 29), days(OLDEST, dt.date(2026, 10, 29))),
        (dt.date(2026, 11, 3), dt.date(2026, 11, 5), nov(3, 4, 5)),
        (dt.date(2026, 11, 3), dt.date(2026, 11, 3), nov(3)),
        (dt.date(2025, 1, 1), dt.date(2026, 10, 27), [OLDEST]),
        (dt.date(2026, 11, 22), dt.date(2027, 1, 1), nov(22, 23)),
        (dt.date(2026, 11, 5), dt.date(2026, 11, 3), []),
        (TODAY, None, []),
        (None, dt.date(2026, 10, 26), []),
    ],
)
def test_since_and_until_ask_again_for_what_lies_between_as_far_as_graph_reaches(
    since: dt.date | None, until: dt.date | None, wanted: list[dt.date]
) -> None:
    assert plan(*FIRST_NIGHT, since=since, until=until) == wanted


@pytest.mark.parametrize(("age", "history"), [(0, []), (6, []), (7, [None]), (30, [None])])
def test_the_history_is_asked_for_weekly(age: int, history: list[None]) -> None:
    others = [f for f in FIRST_NIGHT if f["period_days"] == 1]
    day = TODAY - dt.timedelta(age)

    wanted = plan(*others, fact(day, fetched_on=day, period_days=180))

    assert wanted == [*history, *nov(19, 20, 21, 22, 23)]


def test_one_report_knows_nothing_of_anothers_days() -> None:
    sharepoint = CATALOG["sharepoint_user_activity"]

    planned = plan_requests([ENGAGE, sharepoint, COUNTS], FIRST_NIGHT, as_of=TODAY)

    assert {name: [r.day for r in requests] for name, requests in planned.items()} == {
        ENGAGE.name: nov(19, 20, 21, 22, 23),
        sharepoint.name: [None, *days(OLDEST, dt.date(2026, 11, 23))],
        COUNTS.name: [None],
    }


def test_a_request_is_for_one_day_or_for_the_reports_period() -> None:
    requests = [Request(ENGAGE, TODAY), Request(ENGAGE), Request(COUNTS)]

    assert [request.period_days for request in requests] == [1, 180, 90]


def test_a_lost_day_is_never_asked_for_again() -> None:
    others = [f for f in FIRST_NIGHT if f["day"] not in nov(3, 23)]
    lost = {ENGAGE.name: frozenset(nov(3, 23))}

    for since in (None, dt.date(2026, 11, 20)):
        planned = plan_requests([ENGAGE], others, as_of=TODAY, since=since, lost=lost)
        assert {request.day for request in planned[ENGAGE.name]}.isdisjoint(nov(3, 23))


def test_days_out_of_reach_are_those_that_never_landed_since_the_homes_first() -> None:
    sharepoint = CATALOG["sharepoint_user_activity"]
    earlier = fact(dt.date(2026, 10, 22), report=sharepoint.name, channel="sharepoint")
    later = fact(dt.date(2026, 10, 24))

    found = days_out_of_reach([ENGAGE, sharepoint, COUNTS], [earlier, later], as_of=TODAY)

    october = dict(enumerate(days(dt.date(2026, 10, 1), dt.date(2026, 10, 31)), 1))
    assert found == {
        ENGAGE.name: [october[n] for n in (22, 23, 25, 26)],
        sharepoint.name: [october[n] for n in (23, 24, 25, 26)],
    }


def test_a_channel_that_graph_does_not_know_has_lost_no_day() -> None:
    sharepoint = CATALOG["sharepoint_user_activity"]
    landed_day = fact(dt.date(2026, 10, 25), report=sharepoint.name, channel="sharepoint")
    unknown = fact(TODAY, row_count=0, period_days=180, is_unknown=True)

    assert days_out_of_reach([ENGAGE, sharepoint], [landed_day, unknown], as_of=TODAY) == {
        sharepoint.name: [dt.date(2026, 10, 26)]
    }


def test_an_unknown_channel_is_asked_for_its_history_every_night() -> None:
    unknown = fact(TODAY, row_count=0, period_days=180, is_unknown=True)

    assert plan(unknown)[0] is None


def test_days_in_a_row_are_told_as_a_span() -> None:
    assert spans(nov(1, 3, 4, 5)) == "2026-11-01, 2026-11-03..2026-11-05"
    assert spans([]) == ""


SETTLED = days(OLDEST, nov(23)[0])


@pytest.mark.parametrize(
    ("other", "first"),
    [
        ({}, nov(19)[0]),
        ({"row_count": 0}, nov(3)[0]),
        ({"fetched_on": nov(5)[0]}, nov(3)[0]),
        ({"refresh_date": nov(2)[0]}, nov(3)[0]),
    ],
)
def test_what_lies_before_the_first_day_that_is_asked_for_again_is_final(
    other: Mapping[str, Any], first: dt.date
) -> None:
    facts = [fact(day, **(other if day == nov(3)[0] else {})) for day in SETTLED]

    assert first_open_day([ENGAGE, COUNTS], facts, as_of=TODAY) == first


def test_a_day_that_never_came_is_open_as_long_as_graph_serves_it() -> None:
    gap = nov(3)[0]
    facts = [fact(day) for day in SETTLED if day != gap]

    def first(as_of: dt.date, lost: Mapping[str, list[dt.date]]) -> dt.date:
        return first_open_day([ENGAGE], facts, as_of=as_of, lost=lost)

    assert first(TODAY, {}) == gap
    assert first(TODAY, {ENGAGE.name: [gap]}) == nov(19)[0]
    assert first(gap + dt.timedelta(29), {}) == nov(22)[0]  # fetched when it was not settled


def test_a_channel_that_graph_does_not_know_keeps_nothing_open() -> None:
    teams = CATALOG["teams_user_activity"]
    said = fact(TODAY, report=teams.name, channel="teams", row_count=0, is_unknown=True)

    assert first_open_day([ENGAGE, teams], [*map(fact, SETTLED), said], as_of=TODAY) == nov(19)[0]
