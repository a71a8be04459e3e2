"""Fjordvik kommune: the same at every run, of a believable size, and with its truths in it."""

from datetime import date, timedelta

import pytest

from adoption.demo.municipality import NAME, Municipality, make_municipality
from adoption.demo.organisation import UNITS
from adoption.settings import Organisation, Settings, Units
from tests.truth.people import persons, read_tree
from tests.truth.published import Truth, compute_truth

AS_OF = date(2026, 11, 25)
CHANNELS = ("teams", "viva_engage", "sharepoint")
PLANTED = {
    ("Hjemmetjenesten nord", "behind"): "no_licence",
    ("Hjemmetjenesten nord", "not_reached"): "no_licence",
    ("Hjemmetjenesten sør", "not_reached"): "no_account",
    ("Hjemmetjenesten sør", "behind"): "no_account",
    ("Nordbygda skole", "not_reached"): "dormant",
    ("Nordbygda skole", "behind"): "dormant",
    ("Kommunalteknikk drift", "not_reached"): "wrong_channel",
    ("Kommunalteknikk drift", "behind"): "wrong_channel",
    ("Kantine og vaktmestere", "not_reached"): "never_onboarded",
    ("Kantine og vaktmestere", "behind"): "never_onboarded",
    ("Kulturskolen", "falling"): "dormant",
    ("Kulturskolen", "behind"): "dormant",
}


@pytest.fixture(scope="module")
def fjordvik() -> Municipality:
    return make_municipality(as_of=AS_OF)


def settings_of(municipality: Municipality) -> Settings:
    return Settings(organisation=Organisation(NAME), units=Units(exclude=municipality.exclude))


def truth_of(municipality: Municipality) -> Truth:
    return compute_truth(
        municipality,
        municipality.pull_days,
        settings_of(municipality),
        municipality.register_csv(),
    )


@pytest.fixture(scope="module")
def truth(fjordvik: Municipality) -> Truth:
    return truth_of(fjordvik)


def everything(municipality: Municipality) -> list[object]:
    days = [AS_OF - timedelta(days=n) for n in (0, 1, 2, 30, 111)]
    ids = [account.id for account in municipality.accounts(AS_OF)]
    return [
        [municipality.accounts(day) for day in days],
        [municipality.skus(day) for day in days],
        [municipality.activity(c, day, AS_OF) for c in CHANNELS for day in days],
        [municipality.last_activity(c, id_, AS_OF) for c in CHANNELS for id_ in ids],
        [municipality.report_upn(id_, day) for id_ in ids for day in days],
    ]


def test_the_same_seed_and_day_give_the_same_municipality(fjordvik: Municipality) -> None:
    assert everything(make_municipality(as_of=AS_OF)) == everything(fjordvik)
    assert everything(make_municipality(as_of=AS_OF, seed=2)) != everything(fjordvik)


def test_some_1200_people_work_in_five_sectors(fjordvik: Municipality) -> None:
    tree = read_tree(fjordvik.register_csv(), NAME)
    staff = persons(fjordvik.accounts(AS_OF), settings_of(fjordvik))

    assert sum(1 for parent in tree.parents.values() if parent == NAME) == 5
    assert len(UNITS) == len(tree.parents) == 36
    assert 1150 <= len(staff) <= 1300
    assert 1 <= sum(1 for person in staff if tree.place(person.department) == "(unmapped)") < 10
    assert 1 <= sum(1 for p in staff if tree.place(p.department) == "(no department)") < 10


def test_five_nights_are_pulled_and_none_leaves_a_gap(fjordvik: Municipality) -> None:
    ages = [(AS_OF - pull).days for pull in fjordvik.pull_days]

    assert ages == [84, 63, 42, 21, 0]


def test_figures_come_late_and_never_early(fjordvik: Municipality) -> None:
    day = date(2026, 11, 18)
    for channel in CHANNELS:
        known = [fjordvik.activity(channel, day, day + timedelta(days=n)) for n in (-1, 0, 1, 2, 3)]

        assert not known[0]
        assert not known[1]
        assert set() < known[2].keys() < known[3].keys() < known[4].keys()
        assert known[4] == fjordvik.activity(channel, day, AS_OF)


def test_weekends_are_quiet_but_not_dead(fjordvik: Municipality) -> None:
    for channel in CHANNELS:
        wednesday, sunday = (
            len(fjordvik.activity(channel, day, AS_OF))
            for day in (date(2026, 11, 18), date(2026, 11, 15))
        )

        assert 0 < sunday < wednesday / 4


def test_every_active_day_has_a_counter_above_zero(fjordvik: Municipality) -> None:
    days = [AS_OF - timedelta(days=n) for n in range(1, 113)]

    assert all(
        any(counters.values())
        for channel in CHANNELS
        for day in days
        for counters in fjordvik.activity(channel, day, AS_OF).values()
    )


def test_the_last_activity_is_the_newest_day_that_has_any(fjordvik: Municipality) -> None:
    day = date(2026, 11, 18)
    for channel in CHANNELS:
        for id_ in fjordvik.activity(channel, day, AS_OF):
            assert fjordvik.last_activity(channel, id_, day) == day
            assert fjordvik.last_activity(channel, id_, day - timedelta(days=1)) != day


def test_a_report_learns_of_a_new_name_two_days_late(fjordvik: Municipality) -> None:
    names = {
        account.id: {before.upn, account.upn}
        for pull, later in zip(fjordvik.pull_days, fjordvik.pull_days[1:], strict=False)
        for before in fjordvik.accounts(pull)
        for account in fjordvik.accounts(later)
        if account.id == before.id and account.upn != before.upn
    }
    crossing = fjordvik.pull_days[3]
    in_directory = {account.id: account.upn for account in fjordvik.accounts(crossing)}

    assert len(names) == 2
    assert any(fjordvik.report_upn(id_, crossing).casefold() != in_directory[id_] for id_ in names)
    for id_, both in names.items():
        reported = {fjordvik.report_upn(id_, pull).casefold() for pull in fjordvik.pull_days}
        assert reported == both


def test_one_upn_has_two_objects_and_one_person_is_in_no_snapshot(fjordvik: Municipality) -> None:
    objects: dict[str, set[str]] = {}
    for pull in fjordvik.pull_days:
        for account in fjordvik.accounts(pull):
            objects.setdefault(account.upn, set()).add(account.id)
    days = [AS_OF - timedelta(days=n) for n in range(1, 85)]
    active = {id_ for day in days for id_ in fjordvik.activity("teams", day, AS_OF)}

    assert sum(1 for ids in objects.values() if len(ids) == 2) == 1
    assert len(active - set().union(*objects.values())) == 1


def test_the_open_flags_are_those_planted_and_for_the_planted_reasons(truth: Truth) -> None:
    assert {key: row.reason for key, row in truth.open_flags().items()} == PLANTED


def test_no_flag_was_ever_open_on_any_other_unit(truth: Truth) -> None:
    closed = [key[:2] for key, row in truth.flags.items() if row.closed_on]

    assert closed == [("Nordbygda skole", "falling")]


@pytest.mark.parametrize(("as_of", "seed"), [(date(2026, 11, 25), 7), (date(2027, 3, 5), 1)])
def test_the_planted_truths_hold_for_other_seeds_and_days(as_of: date, seed: int) -> None:
    truth = truth_of(make_municipality(as_of=as_of, seed=seed))

    assert {key: row.reason for key, row in truth.open_flags().items()} == PLANTED


def test_healthy_units_are_reached_alike_in_every_window(truth: Truth) -> None:
    healthy = [unit.name for unit in UNITS if unit.story == "healthy" and unit.people >= 15]
    rates = [
        row.reach_rate or 0.0
        for (unit, _), row in truth.unit_reach.items()
        if unit in healthy and row.status == "ok"
    ]

    assert min(rates) >= 0.75
    assert max(rates) <= 0.93


def test_the_small_unit_is_suppressed_and_windows_run_from_no_data_to_ok(truth: Truth) -> None:
    small = [truth.unit_reach["Politisk sekretariat", day].status for day in truth.evaluation_days]
    whole = [truth.unit_reach[NAME, day].status for day in truth.evaluation_days]

    assert small == ["no_data"] * 3 + ["suppressed"] * 13
    assert whole == ["no_data"] * 3 + ["partial"] + ["ok"] * 12
    assert truth.evaluation_days[-1] == date(2026, 11, 22)
