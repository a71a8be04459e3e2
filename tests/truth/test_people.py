"""The second opinion on who a row is about."""

from datetime import date

from adoption.demo.world import Account
from tests.truth.landing import Row
from tests.truth.people import Directory
from tests.truth.tiny import account


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
