"""Erasing a person: all of theirs goes, nobody else's, for good, and wherever it was killed."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from adoption.demo.service import GraphService
from adoption.erased import erased_path, load_erased
from adoption.identity import pseudonym
from adoption.lake import FACTS, remember_erased
from adoption.pipeline.erasure import Erasure, erase, is_handed_on, plan_erasure
from adoption.pipeline.subject import find_subject
from adoption.warehouse import read_snapshots
from tests.demo.small_world import TODAY, SmallWorld
from tests.pipeline.pulling import busy_world, pulled, pulled_patiently
from tests.pipeline.small_lake import ENGAGE, KEY, directory, engage, held, on, person, teams, upn


def planned(home: Path, name: str = "ann", day: int = 24) -> Erasure:
    subject = find_subject(home, f"{name}@fjordvik.no", key=KEY, on=on(day))
    return plan_erasure(home, subject)


def erased(home: Path, name: str = "ann", day: int = 24) -> None:
    erase(home, planned(home, name, day))


def busy_lake(home: Path) -> None:
    directory(home, 10, ann="", bob="")
    directory(home, 12, ann="berg", bob="")
    engage(home, 9, ann=3, bob=0)
    engage(home, 13, berg=1)
    engage(home, 13, 180, berg=1, bob=1)
    teams(home, 11, ann="ann", bob="bob")
    first_seen = {"person_id": [person("ann"), person("bob")], "first_seen_date": [on(1), on(2)]}
    (home / "lake" / "archive").mkdir()
    pq.write_table(pa.table(first_seen), home / "lake" / "archive" / "core.first_seen.parquet")


def test_all_of_a_person_goes_from_every_file_and_only_the_list_knows_them(tmp_path: Path) -> None:
    busy_lake(tmp_path)
    ann = {person("ann"), upn("ann"), upn("berg")}

    plan = planned(tmp_path)
    erase(tmp_path, plan)

    assert (plan.row_count, len(plan.found)) == (7, 7)
    left = held(tmp_path)
    assert left.pop("erased.parquet") >= ann
    assert {place: numbers & ann for place, numbers in left.items()} == dict.fromkeys(left, set())
    assert left["archive/core.first_seen.parquet"] == {person("bob")}
    assert planned(tmp_path).row_count == 0


def test_a_rewritten_file_is_as_if_the_person_had_never_been_in_it(tmp_path: Path) -> None:
    never, home = tmp_path / "never", tmp_path / "home"
    for place, both in ((never, {"bob": 0}), (home, {"ann": 3, "bob": 0})):
        directory(place, 10, **dict.fromkeys(both, ""))
        engage(place, 11, **both)
    path = home / "lake" / ENGAGE / "day=2026-11-11" / "D1.parquet"
    path.chmod(0o640)
    os.utime(path, (1_000_000_000, 1_000_000_000))

    erased(home)

    assert path.read_bytes() == (never / path.relative_to(home)).read_bytes()
    assert (path.stat().st_mode & 0o777, path.stat().st_mtime) == (0o640, 1_000_000_000)
    assert read_snapshots(home) == read_snapshots(never)


def test_a_file_with_nothing_of_the_person_is_not_touched(tmp_path: Path) -> None:
    directory(tmp_path, 10, ann="", bob="")
    engage(tmp_path, 11, bob=1)
    path = tmp_path / "lake" / ENGAGE / "day=2026-11-11" / "D1.parquet"
    before = path.stat()

    erased(tmp_path)

    assert path.stat().st_ino == before.st_ino


def test_a_person_who_shared_a_name_goes_on_their_own_days_alone(tmp_path: Path) -> None:
    directory(tmp_path, 10, ann="kari", bob="")
    directory(tmp_path, 12, eva="kari", bob="")
    engage(tmp_path, 11, kari=1)
    engage(tmp_path, 13, kari=1)

    erased(tmp_path, "kari", day=11)

    assert held(tmp_path) == {
        "directory/day=2026-11-10/D1.parquet": {person("bob"), upn("bob")},
        "directory/day=2026-11-12/D1.parquet": {
            *map(person, ["eva", "bob"]),
            *map(upn, ["kari", "bob"]),
        },
        "erased.parquet": {person("ann"), upn("kari"), nameless("kari")},
        f"{ENGAGE}/day=2026-11-11/D1.parquet": set(),
        f"{ENGAGE}/day=2026-11-13/D1.parquet": {upn("kari")},
    }
    now = find_subject(tmp_path, "kari@fjordvik.no", key=KEY, on=on(24))
    assert now.persons == {person("eva")}
    assert is_handed_on(tmp_path, now)


def nameless(name: str) -> int:
    return pseudonym(KEY, "object_id", f"upn:{name}@fjordvik.no")


def test_erasing_again_changes_nothing(tmp_path: Path) -> None:
    busy_lake(tmp_path)
    erased(tmp_path)
    first = held(tmp_path)

    erased(tmp_path)
    erased(tmp_path, "berg")

    again = held(tmp_path)
    assert again.pop("erased.parquet") >= first.pop("erased.parquet")
    assert again == first


def test_an_erasure_killed_after_any_file_ends_the_same_when_it_is_given_again(
    tmp_path: Path,
) -> None:
    whole = tmp_path / "whole"
    busy_lake(whole)
    erased(whole)

    for count in range(8):
        home = tmp_path / str(count)
        busy_lake(home)
        plan = planned(home)
        shutil.copy(erased_path(whole), erased_path(home))  # the list is written first
        erase(home, Erasure(plan.subject, plan.found[:count]))
        erased(home)
        assert held(home) == held(whole), count


def test_the_directory_goes_last_since_the_rest_is_found_by_it(tmp_path: Path) -> None:
    busy_lake(tmp_path)

    tables = [found.table for found in planned(tmp_path).found]

    assert tables[-2:] == ["directory", "directory"]
    assert "directory" not in tables[:-2]


def test_a_name_that_nobody_has_yet_is_kept_away_when_it_comes(tmp_path: Path) -> None:
    directory(tmp_path, 10, bob="")
    erased(tmp_path, "ann")

    directory(tmp_path, 12, ann="", bob="")
    engage(tmp_path, 13, ann=1, bob=1)

    assert held(tmp_path)[f"{ENGAGE}/day=2026-11-13/D1.parquet"] == {upn("bob")}
    assert (person("ann"), upn("ann")) in load_erased(tmp_path).pairs


def test_no_later_pull_brings_an_erased_person_back(tmp_path: Path) -> None:
    world = busy_world()
    with GraphService(world, today=TODAY, calls_per_window=1000) as graph:
        pulled(graph, tmp_path)
        before = held(tmp_path)
        erased(tmp_path)
        left = held(tmp_path)

        again = pulled(graph, tmp_path, since=on(1))
        graph.today = on(25)
        later = pulled_patiently(graph, tmp_path, as_of=on(25))

    ann = {person("ann"), upn("ann")}
    assert any(numbers & ann for numbers in before.values())
    assert not any(numbers & ann for place, numbers in left.items() if place != "erased.parquet")
    assert again.failures == {}
    assert set(again.outcomes) == {"unchanged"}
    assert later.failures == {}
    found = held(tmp_path)
    del found["erased.parquet"]
    assert not any(numbers & ann for numbers in found.values())
    assert f"{ENGAGE}/day=2026-11-24/D1.parquet" in found


def test_on_a_full_disk_each_file_is_whole_and_the_command_can_be_given_again(
    tmp_path: Path,
) -> None:
    directory(tmp_path, 10, ann="", **{f"p{n}": "" for n in range(400)})
    engage(tmp_path, 11, ann=1, bob=1)
    program = (
        "import datetime as dt, resource, signal, sys; from pathlib import Path\n"
        "from adoption.errors import PermanentError\n"
        "from tests.pipeline.test_erasure import erased\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))\n"
        "try:\n    erased(Path(sys.argv[1]))\n"
        "except PermanentError as error:\n    print(error)\n"
    )

    command = [sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert done.stdout == (
        f"Cannot write to the lake under {tmp_path}: File too large. The person is not erased "
        "whole. Free some space or mend the permissions, and give the command again.\n"
    )
    assert not list(tmp_path.rglob(".*.tmp"))
    assert planned(tmp_path).row_count == 1
    erased(tmp_path)
    assert planned(tmp_path).row_count == 0


def test_nothing_tells_in_which_files_an_erased_person_was(tmp_path: Path) -> None:
    busy_lake(tmp_path)

    erased(tmp_path)

    facts = [
        json.loads(pq.read_metadata(path).metadata[FACTS.encode()])
        for path in sorted((tmp_path / "lake").glob("*/day=*/*.parquet"))
    ]
    assert {key for fact in facts for key in fact if "erased" in key or key == "is_page"} == set()


def test_the_list_outlives_an_erasure_of_somebody_else(tmp_path: Path) -> None:
    busy_lake(tmp_path)
    erased(tmp_path)
    ann = load_erased(tmp_path)

    erased(tmp_path, "bob")

    assert load_erased(tmp_path).pairs == {
        *ann.pairs, (person("bob"), upn("bob")), (nameless("bob"), upn("bob")),
    }  # fmt: skip
    remember_erased(tmp_path, ann)
    assert load_erased(tmp_path) == ann


def test_a_world_of_one_can_be_erased(tmp_path: Path) -> None:
    world = SmallWorld(people=busy_world().people[:1])
    with GraphService(world, today=TODAY, calls_per_window=1000) as graph:
        pulled(graph, tmp_path, "directory")

    erased(tmp_path)

    assert [
        fact["row_count"] for fact in read_snapshots(tmp_path) if fact["report"] == "directory"
    ] == [0]
