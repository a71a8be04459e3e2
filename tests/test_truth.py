"""The second opinion itself, held against figures that can be checked by hand or in a textbook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest

from adoption.demo.world import Account, Counters, Sku
from adoption.settings import Exclusion, Organisation, Privacy, Settings, Units
from tests.truth.flags import FlagRow, episodes, flag_rows
from tests.truth.landing import Row, complete_days, land_days
from tests.truth.movement import MovementRow
from tests.truth.people import Directory, read_tree
from tests.truth.published import DayRow, Truth, compute_truth
from tests.truth.statistics import discoveries, has_fallen, newcombe, p_below, wilson
from tests.truth.windows import ChannelRow, ReachRow

PULLS = (date(2026, 9, 2), date(2026, 9, 23))
SUNDAY = date(2026, 9, 20)
READ: Counters = {"Read Count": 1}
POST: Counters = {"Posted Count": 1}
CHAT: Counters = {"Private Chat Message Count": 3}
SHARE: Counters = {"Shared Internally File Count": 1}
YAMMER = (("7547a3fe-08ee-4ccb-b430-5077c5041653", "Enabled"),)
EVERYTHING = (
    *YAMMER,
    ("57ff2da0-773e-42df-b2af-ffb7a2317929", "Enabled"),
    ("902b47e5-dcb2-4fdc-858b-c63a90a2bdb9", "Enabled"),
)
# Somebody on leave, who is no person, but whose idle rows make every day of every report complete.
IDLER = Account("id-ida", "ida@fjordvik.no", "Ida", "North", enabled=False, plans=EVERYTHING)
REGISTER = "unit,parent,aliases,headcount\nCare,,,\nNorth,Care,N,\nSouth,Care,,3\n"


@dataclass
class TinyWorld:
    """A tenant of a handful of people; everybody is there on every day unless `moves` say so."""

    people: Sequence[Account]
    deeds: Mapping[tuple[str, date], Mapping[str, Counters]] = field(default_factory=dict)
    before: Mapping[tuple[str, str], date] = field(default_factory=dict)
    later: Sequence[Account] | None = None
    changed_on: date = date.max
    late: bool = False
    idlers: Sequence[Account] = (IDLER,)

    def accounts(self, day: date) -> Sequence[Account]:
        changed = self.later is not None and day >= self.changed_on
        return [*(self.later or () if changed else self.people), *self.idlers]

    def skus(self, day: date) -> Sequence[Sku]:
        raise NotImplementedError

    def activity(self, channel: str, day: date, seen_on: date) -> Mapping[str, Counters]:
        known = (seen_on - day).days >= (3 if self.late else 1)
        return self.deeds.get((channel, day), {}) if known else {}

    def last_activity(self, channel: str, account_id: str, day: date) -> date | None:
        days = [d for (c, d), who in self.deeds.items() if c == channel and account_id in who]
        before = [d] if (d := self.before.get((channel, account_id))) else []
        return max((d for d in days + before if d <= day), default=None)

    def report_upn(self, account_id: str, day: date) -> str:
        accounts = [*self.accounts(day), *self.people, *(self.later or ())]
        return next(account.upn for account in accounts if account.id == account_id)


def account(name: str, unit: str | None = "North", **facts: object) -> Account:
    given: dict[str, object] = {"plans": YAMMER, **facts}
    return Account(f"id-{name}", f"{name}@fjordvik.no", name, unit, **given)  # type: ignore[arg-type]


def settings(min_group: int = 1, exclude: tuple[Exclusion, ...] = ()) -> Settings:
    return Settings(
        organisation=Organisation("Fjordvik"),
        privacy=Privacy(min_group=min_group),
        units=Units(exclude=exclude),
    )


def daily(
    deeds: Mapping[str, Mapping[str, Counters]],
) -> dict[tuple[str, date], Mapping[str, Counters]]:
    """`deeds` by channel and name, done on each day of the two pulls' reach."""
    first = PULLS[0] - timedelta(days=28)
    days = [first + timedelta(days=n) for n in range(49)]
    return {
        (channel, day): {f"id-{name}": counters for name, counters in who.items()}
        for channel, who in deeds.items()
        for day in days
    }


def truth_of(world: TinyWorld, given: Settings | None = None) -> Truth:
    return compute_truth(world, PULLS, given or settings(), REGISTER)


def test_eight_of_ten_lie_between_49_and_94_per_cent() -> None:
    assert wilson(8, 10) == pytest.approx((0.4901625, 0.9433178), abs=1e-7)


def test_a_share_of_nobody_is_unknown_and_the_ends_stay_within_0_and_1() -> None:
    assert wilson(0, 0) is None
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775328), abs=1e-7)
    assert wilson(10, 10) == pytest.approx((0.7224672, 1.0), abs=1e-7)


def test_newcombes_own_example_gives_his_interval() -> None:
    assert newcombe((56, 70), (48, 80)) == pytest.approx((0.0524, 0.3339), abs=5e-5)


@pytest.mark.parametrize(
    ("before", "now", "fell"),
    [
        ((180, 200), (160, 200), True),
        ((180, 200), (161, 200), False),  # nine and a half points
        ((18, 20), (16, 20), False),  # ten points, of which chance explains all
        ((160, 200), (180, 200), False),
    ],
)
def test_a_fall_takes_ten_points_and_more_than_chance(
    before: tuple[int, int], now: tuple[int, int], fell: bool
) -> None:
    assert has_fallen(before, now, 10) is fell


def test_forty_against_fifty_in_a_hundred_has_a_one_sided_p_of_eight_per_cent() -> None:
    assert p_below((40, 100), (50, 100)) == pytest.approx(0.0776, abs=1e-4)  # z = -1.4213
    assert p_below((0, 5), (0, 7)) == 1.0
    assert p_below((0, 5), (0, 0)) == 1.0


def test_benjamini_and_hochberg_keep_all_up_to_the_last_that_passes() -> None:
    p_values = {"a": 0.005, "b": 0.01, "c": 0.03, "d": 0.04, "e": 0.5}

    assert discoveries(p_values) == {"a", "b", "c", "d"}
    assert discoveries({"a": 0.02, "b": 0.03, "c": 0.04}) == {"a", "b", "c"}
    assert discoveries({"a": 0.03, "b": 0.6}) == set()
    assert discoveries({}) == set()


@pytest.mark.parametrize(
    ("holds", "expected"),
    [
        ("", []),
        ("1", []),
        ("11", [(2, None)]),
        ("0110", [(3, None)]),
        ("1100", [(2, 4)]),
        ("110100", [(2, 6)]),
        ("1010101", []),
        ("11001011", [(2, 4), (8, None)]),
    ],
)
def test_a_flag_opens_on_the_second_yes_in_a_row_and_closes_on_the_second_no(
    holds: str, expected: list[tuple[int, int | None]]
) -> None:
    sundays = [SUNDAY + timedelta(weeks=n) for n in range(1, len(holds) + 1)]
    verdicts = [(day, answer == "1") for day, answer in zip(sundays, holds, strict=True)]

    assert episodes(verdicts) == [
        (sundays[opened - 1], closed and sundays[closed - 1]) for opened, closed in expected
    ]


def reach_on(status: str, reached: int, staff: int = 100) -> ReachRow:
    low, high = wilson(reached, staff) or (None, None)
    return ReachRow(status, staff, licensed=staff, reached=reached, reach_low=low, reach_high=high)


def test_a_sunday_that_is_not_ok_counts_neither_way_and_breaks_no_row() -> None:
    rows = [("ok", 30), ("partial", 90), ("ok", 30), ("ok", 90), ("no_data", 0), ("ok", 90)]
    days = [SUNDAY + timedelta(weeks=n) for n in range(6)]
    reach = {
        (unit, day): reach_on(status, reached)
        for day, (status, reached) in zip(days, rows, strict=True)
        for unit in ("Fjordvik", "Care")
    }

    flags = flag_rows(reach, read_tree(REGISTER.split("North")[0], "Fjordvik"), settings())

    assert flags["Care", "not_reached", days[2]] == FlagRow(days[5], 10, None)


def test_of_a_coded_count_a_flag_knows_the_middle_of_its_range() -> None:
    days = [SUNDAY + timedelta(weeks=n) for n in (0, 1, 4, 5)]
    counts = {"Care": (30, [30, 30, 24, 24]), "Fjordvik": (1000, [760] * 4)}
    reach = {
        (unit, day): reach_on("ok", reached, staff)
        for unit, (staff, on_days) in counts.items()
        for day, reached in zip(days, on_days, strict=True)
    }

    # 30 to 24 would be a fall beyond chance; 30 of 30 is published as at least 28, and 29 is none.
    assert has_fallen((30, 30), (24, 30), 10)
    assert flag_rows(reach, read_tree(REGISTER.split("North")[0], "Fjordvik"), settings()) == {}


def test_a_suppressed_unit_shows_no_flag() -> None:
    days = [SUNDAY + timedelta(weeks=n) for n in range(3)]
    reach = {("Fjordvik", day): reach_on("ok", 90) for day in days}
    reach |= {("Care", day): reach_on("ok", 3) for day in days[:2]}
    reach["Care", days[2]] = ReachRow("suppressed")

    assert flag_rows(reach, read_tree(REGISTER.split("North")[0], "Fjordvik"), settings()) == {}


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


def test_each_level_of_the_funnel_is_a_subset_of_the_one_before() -> None:
    people = [
        account("ann"),
        account("bob"),
        account("cy"),
        account("dot"),
        account("eve", "SOUTH "),
        account("fay", " n", plans=()),
        account("gus", enabled=False),
        account("hal", user_type="Guest"),
        account("svc-1"),
    ]
    deeds = daily({"viva_engage": {"ann": POST, "bob": READ, "hal": READ}, "teams": {"cy": CHAT}})
    world = TinyWorld(people, deeds, {("sharepoint", "id-dot"): date(2025, 5, 1)})

    truth = truth_of(world, settings(exclude=(Exclusion(upn="SVC-*"),)))

    row = truth.unit_reach["North", SUNDAY]
    assert row[:8] == ("ok", 5, 5, 4, 3, 3, 2, 1)
    assert truth.unit_reach["Fjordvik", SUNDAY][:8] == ("ok", 8, 6, 5, 3, 3, 2, 1)
    assert truth.unit_reach["South", SUNDAY][:8] == ("ok", 3, 1, 1, 0, 0, 0, 0)


def test_the_reason_is_the_step_that_loses_most_beyond_the_organisations_own_rate() -> None:
    people = [account(name) for name in ("ann", "bob")] + [account("cy", "South")]
    world = TinyWorld(people, daily({"viva_engage": {"ann": READ, "bob": READ, "cy": READ}}))

    truth = truth_of(world)

    reasons = {
        unit: truth.unit_reach[unit, SUNDAY].reason for unit in ("Fjordvik", "North", "South")
    }
    assert reasons == {"Fjordvik": None, "North": None, "South": "no_account"}


def test_who_is_active_where_leadership_publishes_counts_as_licensed() -> None:
    teams = (("57ff2da0-773e-42df-b2af-ffb7a2317929", "Enabled"),)
    suspended = ((YAMMER[0][0], "Suspended"),)
    people = [
        account("ann", plans=suspended),
        account("bob", plans=()),
        account("cy", plans=teams),
        account("dot", plans=suspended),
        account("eve", plans=((YAMMER[0][0].upper(), "Warning"),)),
    ]
    chats = {"bob": CHAT, "cy": CHAT}
    world = TinyWorld(people, daily({"viva_engage": {"ann": READ}, "teams": chats}))

    truth = truth_of(world)

    # ann by what she did, bob by being active without any known plan, eve by her plan in grace;
    # cy has a plan, if only one for Teams, so that his chat proves nothing.
    assert truth.unit_reach["North", SUNDAY].licensed == 3
    channel = truth.unit_channel["North", "viva_engage", SUNDAY]
    assert channel[:5] == ("ok", 2, 1, 1, 0)


def test_sharing_a_file_is_not_reading_but_answering_is() -> None:
    people = [account("ann"), account("bob")]
    world = TinyWorld(people, daily({"viva_engage": {"ann": POST}, "sharepoint": {"bob": SHARE}}))

    truth = truth_of(world)

    day = date(2026, 9, 9)
    assert truth.channel_day["viva_engage", day] == DayRow(True, 2, 1, 1, 1)
    assert truth.channel_day["sharepoint", day] == DayRow(True, 1, 1, 0, 1)
    assert truth.unit_reach["North", SUNDAY][:8] == ("ok", 2, 2, 2, 2, 2, 1, 1)


def test_a_group_under_the_minimum_is_suppressed_and_counts_in_its_parents() -> None:
    people = [account("ann"), account("bob"), account("cy", "South"), account("dot", "Elsewhere")]
    world = TinyWorld(people, daily({"viva_engage": {"ann": READ}}))

    truth = truth_of(world, settings(min_group=3))

    assert truth.unit_reach["North", SUNDAY] == ReachRow("suppressed")
    assert truth.unit_reach["(unmapped)", SUNDAY] == ReachRow("suppressed")
    assert truth.unit_reach["Care", SUNDAY][:4] == ("ok", 5, 3, 3)
    assert truth.unit_channel["South", "viva_engage", SUNDAY] == ChannelRow("suppressed")


def test_what_the_few_licensed_of_a_shown_unit_did_is_not_told_but_its_reason_is() -> None:
    unlicensed = [account(name, plans=()) for name in ("bob", "cy")]
    people = [account("ann"), *unlicensed, account("dot", "South")]
    world = TinyWorld(people, daily({"viva_engage": {"ann": READ}}))

    row = truth_of(world, settings(min_group=3)).unit_reach["North", SUNDAY]

    assert row == ReachRow("ok", 3, 3, 1, reason="no_licence")


def test_days_that_only_the_next_pull_settles_leave_the_first_windows_partial() -> None:
    world = TinyWorld([account("ann")], daily({"viva_engage": {"ann": READ}}), late=True)

    truth = truth_of(world)

    statuses = {day: truth.unit_reach["Fjordvik", day].status for day in truth.evaluation_days}
    assert list(statuses.values()) == ["no_data"] * 3 + ["partial"] + ["ok"] * 3
    assert list(statuses)[-1] == SUNDAY
    newest = PULLS[1] - timedelta(days=2)
    assert truth.channel_day["viva_engage", newest] == DayRow(False, 1, 0, 0, 0)
    assert truth.channel_day["viva_engage", SUNDAY] == DayRow(True, 1, 1, 1, 0)


def row_of(upn: str) -> Row:
    return Row(object_id=None, upn=upn, last_activity=None, counters={})


def test_a_upn_resolves_through_the_snapshot_in_force_then_later_then_earlier() -> None:
    one, two, three = (date(2026, 9, day) for day in (1, 8, 15))
    anna = Account("id-ann", "anna@fjordvik.no", "Anna", "North")
    directory = Directory({one: [account("ann")], two: [anna], three: [anna]})

    assert directory.person_of(row_of("ANN@fjordvik.no "), one) == "id-ann"
    assert directory.person_of(row_of("anna@fjordvik.no"), one) == "id-ann"
    assert directory.person_of(row_of("ann@fjordvik.no"), three) == "id-ann"
    assert directory.person_of(row_of("bob@fjordvik.no"), one) is None


def test_a_upn_that_two_people_held_speaks_only_of_its_holder_at_the_time() -> None:
    one, two, three = (date(2026, 9, day) for day in (1, 8, 15))
    again = Account("id-new", "ann@fjordvik.no", "ann", "North")
    directory = Directory({one: [account("ann")], two: [], three: [again]})

    held = [directory.person_of(row_of("ann@fjordvik.no"), day) for day in (one, two, three)]

    assert held == ["id-ann", None, "id-new"]


def test_who_came_and_who_went_is_told_apart_from_who_moved() -> None:
    people = [account(name) for name in ("ann", "bob", "cy", "dot", "eve", "fay", "gus", "hal")]
    moved = [account(name, "South") for name in ("ann", "bob", "cy")]
    new = [account(name) for name in ("ian", "jim", "kim", "lea")]
    pulls = (date(2026, 8, 20), *PULLS)
    world = TinyWorld(people, daily({}), later=[*moved, *people[3:4], *new], changed_on=PULLS[1])

    after = SUNDAY + timedelta(weeks=1)
    rows = compute_truth(world, (*pulls, date(2026, 10, 1)), settings(), REGISTER).unit_movement

    assert rows["North", after][1:] == (8, 4, 4, 2, 3, 5)
    assert rows["South", after][1:] == (0, 2, 2, 3, 2, 3)
    assert rows["Care", after][1:] == (8, 4, 4, 2, 2, 8)
    assert rows["Fjordvik", after][1:] == (8, 4, 4, 0, 0, 8)
    assert rows["North", pulls[0] + timedelta(weeks=3, days=3)] == MovementRow("no_data")


def test_who_moved_counts_where_they_are_when_the_window_ends() -> None:
    moved = [account("ann", "South")]
    deeds = daily({"viva_engage": {"ann": READ}})
    pulls = (*PULLS, date(2026, 10, 14))
    world = TinyWorld([account("ann")], deeds, later=moved, changed_on=pulls[1])

    truth = compute_truth(world, pulls, settings(), REGISTER)

    after = SUNDAY + timedelta(weeks=1)
    assert truth.unit_reach["North", SUNDAY].reached == 1
    assert truth.unit_reach["North", after] == ReachRow("suppressed")
    assert truth.unit_reach["South", after][:8] == ("ok", 3, 1, 1, 1, 1, 1, 0)
