"""The demo, run as a user runs it: what it publishes, says and leaves behind."""

import random
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from adoption.demo.municipality import Municipality
from adoption.demo.service import GraphService
from adoption.inference import CHANNEL, FUNNEL
from adoption.settings import load_settings
from tests.conftest import Demo
from tests.running import TOKEN, Row, files_with, marts, records, rows, run
from tests.truth.privacy import contradictions, hidden_for_others
from tests.truth.published import Truth, compute_truth

ROOT = Path(__file__).parents[1]
PLANTED = {
    "Hjemmetjenesten nord": "no_licence",
    "Hjemmetjenesten sør": "no_account",
    "Kantine og vaktmestere": "never_onboarded",
    "Kommunalteknikk drift": "wrong_channel",
    "Kulturskolen": "dormant",
    "Nordbygda skole": "dormant",
}


@pytest.fixture(scope="module")
def truth(demo: Demo) -> Truth:
    settings = load_settings(demo.home / "adoption.toml")
    return compute_truth(demo.world, demo.world.pull_days, settings, demo.world.register_csv())


def test_the_last_screen_names_the_planted_units_with_their_reasons_and_no_other(
    demo: Demo,
) -> None:
    named = re.findall(
        r"^  (\S.*): (?:about|at most|at least) \d+ of \d+ not reached; reach is .*%\)\.\n.*\n"
        r"    Reason: .*\((\w+)\)\.$",
        demo.ended.screen,
        re.MULTILINE,
    )

    assert (demo.ended.status, dict(named)) == (0, PLANTED)


def test_flags_are_open_on_the_planted_units_and_on_no_other(demo: Demo) -> None:
    flagged = rows(demo.home, "select distinct unit from marts.unit_flag where closed_on is null")

    assert {unit for (unit,) in flagged} == set(PLANTED)


def test_reach_of_every_unit_and_window_is_the_independent_calculation_or_hides_it(
    demo: Demo, truth: Truth
) -> None:
    published = records(demo.home, "from marts.unit_reach")
    key = ("unit", "window_end")

    assert contradictions(
        published, truth.unit_reach, key, FUNNEL, ("reached", "staff", "reach")
    ) == []  # fmt: skip
    assert hidden_for_others(published, truth.unit_reach, key) <= 0.1 * len(published)


def test_every_reason_that_is_told_is_that_of_the_independent_calculation(
    demo: Demo, truth: Truth
) -> None:
    shown = rows(
        demo.home, "select unit, window_end, reason from marts.unit_reach where staff is not null"
    )

    told: dict[Any, object] = {(unit, day): reason for unit, day, reason in shown}
    assert told == {key: truth.unit_reach[key].reason for key in told}


def test_channels_of_every_unit_and_window_are_the_independent_calculation_or_hide_it(
    demo: Demo, truth: Truth
) -> None:
    published = records(demo.home, "from marts.unit_channel")
    key = ("unit", "channel", "window_end")

    assert contradictions(
        published, truth.unit_channel, key, CHANNEL, ("active", "licensed", "adoption")
    ) == []  # fmt: skip
    assert hidden_for_others(published, truth.unit_channel, key) <= 0.1 * len(published)


def test_movement_of_every_unit_and_sunday_is_the_independent_calculation_or_hidden(
    demo: Demo, truth: Truth
) -> None:
    published = rows(
        demo.home,
        'select unit, window_end, status, persons_before, joined, "left", moved_in, moved_out, '
        "persons_now from marts.unit_movement",
    )
    expected = rounded(truth.unit_movement)

    differing = [(key, row[0]) for key, row in keyed(published, 2).items() if row != expected[key]]
    assert keyed(published, 2).keys() == expected.keys()
    assert {status for _, status in differing} <= {"suppressed"}
    assert len(differing) <= 0.1 * len(published)


def test_every_day_of_every_channel_equals_the_independent_calculation(
    demo: Demo, truth: Truth
) -> None:
    published = records(demo.home, "from marts.channel_day")

    expected = {
        key: (day.complete, day.licensed, *(bounded(people, day.licensed) for people in day[2:]))
        for key, day in truth.channel_day.items()
    }
    assert {
        (row["channel"], row["day"]): (
            row["complete"],
            row["licensed"],
            *((row[column], column in row["coded"]) for column in CHANNEL[1:]),
        )
        for row in published
    } == expected


def test_every_flag_that_was_ever_open_equals_the_independent_calculation(
    demo: Demo, truth: Truth
) -> None:
    published = rows(
        demo.home,
        "select unit, flag, opened_on, closed_on, not_reached, reason from marts.unit_flag",
    )

    assert keyed(published, 3) == rounded(truth.flags)


def test_the_files_lie_in_the_newest_sundays_folder(demo: Demo) -> None:
    written = sorted(path.name for path in (demo.home / "exports" / "2026-11-22").iterdir())

    assert written == [
        "data_quality.csv", "manifest.json", "report.html", "report.xlsx", "unit_channel.csv",
        "unit_flags.csv",
        "unit_reach.csv",
    ]  # fmt: skip


def test_the_readme_shows_the_demos_last_screen(demo: Demo) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    _, _, after = readme.partition("last screen:\n\n```\n")
    shown, _, _ = after.partition("```")

    missing = set(shown.splitlines()) - {"    ..."} - set(demo.ended.screen.splitlines())

    assert (missing, len(shown.splitlines()) > 10) == (set(), True)


def test_nothing_that_the_demo_wrote_or_said_holds_an_identity_or_a_link(demo: Demo) -> None:
    secrets = {*identities(demo.world), "/data/download", "bearer "}
    said = (demo.ended.screen + demo.ended.log).lower()

    assert files_with(demo.home, secrets) == set()
    assert [secret for secret in secrets if secret.lower() in said] == []


def test_the_search_for_identities_finds_one_that_is_packed_in_parquet(
    demo: Demo, tmp_path: Path
) -> None:
    known = next((demo.home / "lake" / "directory").glob("*/*.parquet"))
    shutil.copy(known, tmp_path / "found.parquet")

    assert files_with(tmp_path, {"Fjordvik sykehjem"}) == {"found.parquet"}


def test_a_second_night_right_after_asks_only_for_what_can_change_and_changes_no_number(
    home: Path, graph: GraphService
) -> None:
    before = marts(home)

    ended = run(home, "--debug", "nightly")

    asked = sorted(
        request.path.removeprefix("/v1.0/").partition("?")[0]
        for request in graph.requests
        if request.path.startswith("/v1.0/")
    )
    assert (ended.status, ended.log, marts(home)) == (0, "", before)
    assert asked == sorted(what_can_change())
    assert files_with(home, {TOKEN}) == set()


def test_a_lake_that_landed_in_another_order_row_by_row_gives_the_same_marts(home: Path) -> None:
    before = marts(home)
    chance = random.Random(1)
    files = sorted((home / "lake").glob("*/day=*/*.parquet"))
    tables = {path: pq.ParquetFile(path).read() for path in files}
    for path in files:
        path.unlink()

    for path in chance.sample(files, len(files)):
        table = tables[path]
        pq.write_table(table.take(chance.sample(range(len(table)), len(table))), path)
    ended = run(home, "--debug", "build")

    assert (ended.status, ended.log, marts(home)) == (0, "", before)


def what_can_change() -> Iterator[str]:
    """The five newest days of three reports, Graph's own totals, and the directory (two pages)."""
    for product in ("TeamsUser", "Yammer", "SharePoint"):
        for day in range(20, 25):
            yield f"reports/get{product}ActivityUserDetail(date=2026-11-{day})"
        yield f"reports/get{product}ActivityUserCounts(period='D90')"
    yield from ("users", "users", "subscribedSkus")


def identities(world: Municipality) -> Iterator[str]:
    """Every name, UPN and object id that the directory ever had."""
    for day in world.pull_days:
        for account in world.accounts(day):
            yield from (account.id, account.upn, account.display_name)


def bounded(people: int, licensed: int) -> tuple[int, bool]:
    """The count as it is to be shown, and whether that is a bound."""
    if people <= 2:
        return 2, True
    return min(people, licensed - 2), people >= licensed - 2


def keyed(published: list[Row], width: int) -> dict[Row, Row]:
    return {row[:width]: tuple(map(to_9_places, row[width:])) for row in published}


def rounded(expected: Mapping[Any, tuple[object, ...]]) -> dict[Row, Row]:
    return {tuple(key): tuple(map(to_9_places, row)) for key, row in expected.items()}


def to_9_places(value: object) -> object:
    return round(value, 9) if isinstance(value, float) else value
