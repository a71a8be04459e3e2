"""Who a name stands for, and that nobody gets another one's rows."""

import datetime as dt
from pathlib import Path

import pytest

from adoption.errors import PermanentError
from adoption.pipeline.subject import ALWAYS, find_subject, rows_of
from tests.pipeline.small_lake import KEY, directory, engage, on, person, teams, upn

Place = tuple[str, int]


def rows(home: Path, name: str, today: dt.date | None = None) -> list[Place]:
    """Table and day of the month of each file with rows of whoever has the name."""
    subject = find_subject(home, f"{name}@fjordvik.no", key=KEY, on=today or on(24))
    return [(found.table, found.day.day) for found in rows_of(home, subject) if found.day]


def engaged(*days: int) -> list[Place]:
    return [("viva_engage_user_activity", day) for day in days]


def listed(*days: int) -> list[Place]:
    return [("directory", day) for day in days]


def test_of_a_name_that_one_account_has_every_row_is_theirs(tmp_path: Path) -> None:
    directory(tmp_path, 10, ann="", bob="")
    engage(tmp_path, 9, ann=1, bob=1)
    engage(tmp_path, 11, bob=2)

    assert rows(tmp_path, "ann") == [*engaged(9), *listed(10)]
    assert rows(tmp_path, "BOB") == [*engaged(9, 11), *listed(10)]


def test_a_name_that_nobody_knows_has_no_rows(tmp_path: Path) -> None:
    directory(tmp_path, 10, ann="")

    assert rows(tmp_path, "cy") == []
    assert rows(tmp_path / "nowhere", "cy") == []


def test_rows_under_a_persons_earlier_and_later_names_are_theirs(tmp_path: Path) -> None:
    directory(tmp_path, 10, ann="ann")
    directory(tmp_path, 12, ann="berg")
    engage(tmp_path, 11, ann=1)
    engage(tmp_path, 13, berg=1)

    assert rows(tmp_path, "ann") == rows(tmp_path, "berg") == [*engaged(11, 13), *listed(10, 12)]


def test_of_a_name_that_was_handed_on_only_the_days_of_the_one_who_has_it_now(
    tmp_path: Path,
) -> None:
    directory(tmp_path, 10, ann="kari")
    directory(tmp_path, 12, bob="")
    directory(tmp_path, 14, eva="kari")
    for day in (9, 11, 13, 15):
        engage(tmp_path, day, kari=1)

    assert rows(tmp_path, "kari") == [*engaged(15), *listed(14)]
    assert rows(tmp_path, "kari", on(11)) == [*engaged(9, 11), *listed(10)]


def test_on_a_day_when_nobody_has_the_name_it_is_whose_it_was_last(tmp_path: Path) -> None:
    directory(tmp_path, 10, ann="kari")
    directory(tmp_path, 12, eva="kari")
    directory(tmp_path, 14, bob="")

    assert rows(tmp_path, "kari", on(20)) == listed(12)


def test_who_asks_under_a_name_of_their_own_gets_no_row_of_who_had_it_before(
    tmp_path: Path,
) -> None:
    directory(tmp_path, 10, ann="kari", eva="eva")
    directory(tmp_path, 12, eva="kari")
    engage(tmp_path, 11, kari=1, eva=1)
    engage(tmp_path, 13, kari=1)

    subject = find_subject(tmp_path, "eva@fjordvik.no", key=KEY, on=on(24))

    assert subject.persons == {person("eva")}
    assert subject.names == {upn("eva"): [ALWAYS], upn("kari"): [(on(12), dt.date.max)]}
    masks = {found.day: found.mask.to_pylist() for found in rows_of(tmp_path, subject)}
    assert {day: sum(mask) for day, mask in masks.items() if day} == {
        on(10): 1, on(11): 1, on(12): 1, on(13): 1,
    }  # fmt: skip


def test_two_who_have_a_name_at_once_are_not_guessed_at(tmp_path: Path) -> None:
    directory(tmp_path, 10, ann="kari", eva="kari")

    with pytest.raises(PermanentError, match="gives this name to 2 accounts.*Name another day"):
        rows(tmp_path, "kari")


def test_the_id_in_a_report_goes_before_the_name_in_it(tmp_path: Path) -> None:
    directory(tmp_path, 10, ann="", bob="")
    teams(tmp_path, 11, ann="bob")

    assert rows(tmp_path, "ann") == [("teams_user_activity", 11), *listed(10)]
    assert rows(tmp_path, "bob") == listed(10)


def test_an_id_that_no_list_of_accounts_has_leaves_the_word_to_the_name(tmp_path: Path) -> None:
    directory(tmp_path, 10, nameless_ann="ann")
    teams(tmp_path, 11, ann="ann")

    assert rows(tmp_path, "ann") == [("teams_user_activity", 11), *listed(10)]


def test_a_name_that_only_reports_know_is_whom_they_say_it_is(tmp_path: Path) -> None:
    directory(tmp_path, 10, ann="")
    teams(tmp_path, 11, ann="new")

    assert rows(tmp_path, "new") == [("teams_user_activity", 11), *listed(10)]


def test_a_list_without_ids_and_one_with_them_know_the_same_person(tmp_path: Path) -> None:
    directory(tmp_path, 8, nameless_ann="ann")
    directory(tmp_path, 10, ann="")
    engage(tmp_path, 9, ann=1)

    assert rows(tmp_path, "ann") == [*engaged(9), *listed(8, 10)]
