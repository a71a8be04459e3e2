"""The second opinion on what is published, on tenants of a handful of people."""

from datetime import date, timedelta

from adoption.settings import Exclusion
from tests.truth.published import DayRow
from tests.truth.tiny import (
    CHAT,
    POST,
    PULLS,
    READ,
    SHARE,
    SUNDAY,
    YAMMER,
    TinyWorld,
    account,
    daily,
    settings,
    truth_of,
)
from tests.truth.windows import ChannelRow, ReachRow


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
    """Whether two of nine in the south were lost is left open by their codes, and so no reason."""
    readers = [account(f"south{n}", "South") for n in range(9)]
    readers += [account(f"north{n}") for n in range(3)]
    people = [*readers, *(account(f"north{n}", plans=()) for n in range(3, 9))]
    world = TinyWorld(people, daily({"viva_engage": {who.id[3:]: READ for who in readers}}))

    truth = truth_of(world)

    reasons = {
        unit: truth.unit_reach[unit, SUNDAY].reason for unit in ("Fjordvik", "North", "South")
    }
    assert reasons == {"Fjordvik": None, "North": "no_licence", "South": None}


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
    unlicensed = [account(f"north{n}", plans=()) for n in range(5)]
    others = [account(f"south{n}", "South") for n in range(6)]
    world = TinyWorld([account("ann"), *unlicensed, *others], daily({"viva_engage": {"ann": READ}}))

    row = truth_of(world, settings(min_group=3)).unit_reach["North", SUNDAY]

    assert row == ReachRow("ok", 6, 6, 1, reason="no_licence")


def test_days_that_only_the_next_pull_settles_leave_the_first_windows_partial() -> None:
    world = TinyWorld([account("ann")], daily({"viva_engage": {"ann": READ}}), late=True)

    truth = truth_of(world)

    statuses = {day: truth.unit_reach["Fjordvik", day].status for day in truth.evaluation_days}
    assert list(statuses.values()) == ["no_data"] * 3 + ["partial"] + ["ok"] * 3
    assert list(statuses)[-1] == SUNDAY
    newest = PULLS[1] - timedelta(days=2)
    assert truth.channel_day["viva_engage", newest] == DayRow(False, 1, 0, 0, 0)
    assert truth.channel_day["viva_engage", SUNDAY] == DayRow(True, 1, 1, 1, 0)
