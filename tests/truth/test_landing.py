"""The second opinion on what lands, and on which days are complete."""

from collections.abc import Mapping
from datetime import date

from adoption.demo.world import Counters
from tests.truth.landing import complete_days, land_days
from tests.truth.tiny import PULLS, READ, TinyWorld, account, daily, settings


def test_unsettled_days_are_fetched_again_and_settled_ones_are_not() -> None:
    landed = land_days(TinyWorld([account("ann")]), "viva_engage", PULLS)

    fetched = {day: report.fetched_on for day, report in landed.items()}
    assert fetched[date(2026, 8, 30)] == PULLS[0]
    assert [fetched[date(2026, 8, 31)], fetched[date(2026, 9, 1)]] == [PULLS[1], PULLS[1]]
    unsettled = [day for day, report in landed.items() if not report.is_settled]
    assert unsettled == [date(2026, 9, 21), date(2026, 9, 22)]


def test_an_empty_answer_never_replaces_rows() -> None:
    class Forgetful(TinyWorld):
        def activity(self, channel: str, day: date, seen_on: date) -> Mapping[str, Counters]:
            return super().activity(channel, day, seen_on) if seen_on == PULLS[0] else {}

    deeds = daily({"viva_engage": {"ann": READ}})
    world = Forgetful([account("ann", plans=())], deeds, idlers=())

    landed = land_days(world, "viva_engage", PULLS)

    assert [row.counters for row in landed[date(2026, 9, 1)].rows] == [READ]
    assert landed[date(2026, 9, 1)].is_settled is False


def test_an_empty_day_is_complete_only_when_nobody_works_and_a_later_day_has_rows() -> None:
    tuesday, saturday, sunday, monday = (date(2026, 8, day) for day in (11, 15, 16, 17))
    deeds = {("viva_engage", day): {"id-ann": READ} for day in (tuesday, monday)}
    world = TinyWorld([account("ann", plans=())], deeds, idlers=())

    complete = complete_days(land_days(world, "viva_engage", PULLS), settings().calendar)

    weekend_before = {date(2026, 8, 8), date(2026, 8, 9)}
    assert complete == weekend_before | {tuesday, saturday, sunday, monday}
