"""The second opinion on who came, went and moved."""

from datetime import date, timedelta

from tests.truth.movement import MovementRow
from tests.truth.published import compute_truth
from tests.truth.tiny import PULLS, READ, REGISTER, SUNDAY, TinyWorld, account, daily, settings
from tests.truth.windows import ReachRow


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
