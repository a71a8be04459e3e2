"""`adoption import` as its users run it: files by hand, and the first figures on the first day."""

import csv
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.running import Ended, adoption, files_with, rows

TODAY = "2026-11-24"
ENGAGE = (
    "Report Refresh Date,User Principal Name,Display Name,User State,State Change Date,"
    "Last Activity Date,Posted Count,Read Count,Liked Count,Assigned Products,Report Period"
)
SHAREPOINT = (
    "Report Refresh Date,User Principal Name,Is Deleted,Deleted Date,Last Activity Date,"
    "Viewed Or Edited File Count,Synced File Count,Shared Internally File Count,"
    "Shared Externally File Count,Visited Page Count,Assigned Products,Report Period"
)
SCHOOL, CARE = 20, 15
"""People in two units; in the care unit nobody reads anything."""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a configuration and nothing else."""
    (tmp_path / "adoption.toml").write_text(
        '[organisation]\nname = "Fjordvik"\nlanguage = "en"\n', encoding="utf-8"
    )
    return tmp_path


def run(place: Path, *arguments: str | Path) -> Ended:
    config, home = str(place / "adoption.toml"), str(place / "home")
    return adoption("--config", config, "--home", home, "--as-of", TODAY, *arguments)


def upns() -> list[str]:
    return [
        *(f"school{n}@fjordvik.no" for n in range(SCHOOL)),
        *(f"care{n}@fjordvik.no" for n in range(CARE)),
    ]


def users() -> str:
    lines = [f"{upn},{'School' if 'school' in upn else 'Care'},true,Member" for upn in upns()]
    return "\n".join(["userPrincipalName,department,accountEnabled,userType", *lines, ""])


def engage(refreshed: str = "2026-11-22", days: int = 30, names: Sequence[str] = ()) -> str:
    """Everybody has a row; of the school 12 have read, of the care unit nobody."""
    lines = []
    for number, upn in enumerate(names or upns()):
        read = 3 if number < 12 else 0
        last = min("2026-11-20", refreshed) if read else ""
        lines.append(f"{refreshed},{upn},A Name,active,,{last},0,{read},0,,{days}")
    return "\n".join([ENGAGE, *lines, ""])


def sharepoint(refreshed: str = "2026-11-21", days: int = 30) -> str:
    """Four of the school, two of whom have not read in Viva Engage, have visited pages."""
    lines = []
    for number, upn in enumerate(upns()):
        pages = 2 if 10 <= number < 14 else 0
        last = "2026-11-19" if pages else ""
        lines.append(f"{refreshed},{upn},False,,{last},0,0,0,0,{pages},MICROSOFT 365 F3,{days}")
    return "\n".join([SHAREPOINT, *lines, ""])


def write(place: Path, name: str, text: str, encoding: str = "utf-8-sig") -> Path:
    path = place / name
    path.write_bytes(text.encode(encoding))
    return path


def reach(place: Path) -> list[tuple[object, ...]]:
    return rows(
        place / "home",
        "select unit, window_end::varchar, window_days, status, staff, account, licensed, "
        "onboarded, active, reached from marts.unit_reach order by unit",
    )


def lake(place: Path) -> dict[str, bytes]:
    folder = place / "home" / "lake"
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*.parquet")}


def test_period_files_and_a_user_list_give_reach_on_the_first_day(place: Path) -> None:
    imported = run(
        place,
        "import",
        write(place, "a.csv", engage()),
        write(place, "b.csv", sharepoint()),
        "--directory",
        write(place, "users.csv", users()),
    )
    built = run(place, "build")

    assert (imported.status, built.status) == (0, 0), (imported, built)
    assert reach(place) == [
        ("Care", "2026-11-22", 30, "partial", 15, 15, 15, 2, 2, 2),
        ("Fjordvik", "2026-11-22", 30, "partial", 35, 35, 35, 14, 14, 14),
        (
            "School",
            "2026-11-22",
            30,
            "partial",
            20,
            20,
            20,
            None,
            None,
            None,
        ),  # or Care's would follow
    ]
    assert rows(place / "home", "from marts.unit_flag") == []


def test_a_channel_without_a_file_makes_no_zero(place: Path) -> None:
    run(place, "import", write(place, "a.csv", engage()), "--directory",
        write(place, "users.csv", users()))  # fmt: skip
    assert run(place, "build").status == 0

    assert [row[3:] for row in reach(place)] == [("no_data", *[None] * 6)] * 3
    assert rows(
        place / "home",
        "select unit, status, licensed, active from marts.unit_channel "
        "where channel = 'viva_engage' order by unit",
    ) == [("Care", "ok", 15, 2), ("Fjordvik", "ok", 35, 12), ("School", "ok", 20, None)]


def test_names_that_nobody_knows_are_not_trusted_never_zero(place: Path) -> None:
    strangers = [upn.replace("fjordvik.no", "elsewhere.no") for upn in upns()]
    run(place, "import", write(place, "a.csv", engage(names=strangers)),
        write(place, "b.csv", sharepoint()), "--directory",
        write(place, "users.csv", users()))  # fmt: skip
    assert run(place, "build").status == 0

    assert [row[3:] for row in reach(place)] == [("not_trusted", *[None] * 6)] * 3


def test_concealed_names_are_told_and_not_trusted(place: Path) -> None:
    masks = [f"{number:032X}" for number in range(SCHOOL + CARE)]
    imported = run(place, "import", write(place, "a.csv", engage(names=masks)),
                   write(place, "b.csv", sharepoint()), "--directory",
                   write(place, "users.csv", users()))  # fmt: skip

    assert imported.status == 3
    assert "Display concealed user, group, and site names in all reports" in imported.screen
    run(place, "build")
    assert [row[3] for row in reach(place)] == ["not_trusted"] * 3


def test_a_file_imported_twice_is_imported_once(place: Path) -> None:
    path = write(place, "a.csv", engage())
    run(place, "import", path)
    before = lake(place)

    again = run(place, "import", path)

    assert (lake(place), again.status) == (before, 0)
    assert "is there already" in again.screen


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_delimiter_and_encoding_never_change_what_lands(
    place: Path, delimiter: str, encoding: str
) -> None:
    run(place, "import", write(place, "a.csv", engage()))
    plain = lake(place)
    other = place / "other"
    other.mkdir()
    (other / "adoption.toml").write_bytes((place / "adoption.toml").read_bytes())
    (other / "home").mkdir()
    key = place / "home" / "pseudonym.key"
    (other / "home" / "pseudonym.key").write_bytes(key.read_bytes())
    (other / "home" / "pseudonym.key").chmod(0o600)
    table = io.StringIO()
    writer = csv.writer(table, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows(csv.reader(io.StringIO(engage().replace("A Name", "Åse"))))

    ended = run(other, "import", write(other, "b.txt", table.getvalue(), encoding))

    assert (ended.status, lake(other)) == (0, plain), ended


def test_a_zip_is_its_files_and_one_that_is_refused_keeps_no_other_away(place: Path) -> None:
    path = place / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", engage())
        archive.writestr("b.csv", engage().replace(",Read Count,", ",Seen,"))

    ended = run(place, "import", path)

    assert ended.status == 3
    assert "lacks Read Count" in ended.log
    assert "unknown in it: Seen" in ended.log
    assert sorted(lake(place)) == ["viva_engage_user_activity/day=2026-11-22/D30.parquet"]


def test_a_single_refused_file_is_a_failure_and_lands_nothing(place: Path) -> None:
    ended = run(place, "import", write(place, "a.csv", "Name,Age\nAnn,30\n"))

    assert ended.status == 1
    assert "it is no report that we use; its header: Name, Age" in ended.log
    assert lake(place) == {}


def test_a_trial_says_what_it_would_do_and_does_nothing(place: Path) -> None:
    ended = run(place, "import", "--dry-run", write(place, "a.csv", engage()))

    assert ended.status == 0
    assert "viva_engage_user_activity, 30 days to 2026-11-22, 35 rows: 35 usable" in ended.screen
    assert lake(place) == {}


def test_a_row_that_cannot_be_used_is_refused_with_a_reason(place: Path) -> None:
    broken = engage().replace(
        "care3@fjordvik.no,A Name,active,,,0,0,0", "x@y.no,A,active,,,0,3.7,0"
    )

    ended = run(place, "import", write(place, "a.csv", broken))

    assert ended.status == 3
    assert "35 rows: 34 usable, 1 refused" in ended.screen
    assert "row 24 refused: '3.7' in column 'Read Count' is not a whole number" in ended.screen


def test_a_days_file_lands_on_its_day_only_where_the_rows_tell_which(place: Path) -> None:
    own = engage(days=1).replace("2026-11-20", "2026-11-22")
    run(place, "import", write(place, "a.csv", own))
    assert sorted(lake(place)) == ["viva_engage_user_activity/day=2026-11-22/D1.parquet"]

    unclear = write(place, "b.csv", engage(days=1))
    ended = run(place, "import", unclear)
    assert ended.status == 1
    assert "name the day that it was asked for with --until DATE" in ended.log
    assert run(place, "import", unclear, "--until", "2026-11-20").status == 0
    assert "viva_engage_user_activity/day=2026-11-20/D1.parquet" in lake(place)


def test_two_functions_with_one_header_are_told_apart_by_whoever_knows(place: Path) -> None:
    counts = "Report Refresh Date,Liked,Posted,Read,Report Date,Report Period\n"
    path = write(place, "a.csv", counts + "2026-11-22,1,2,3,2026-11-22,90\n")

    ended = run(place, "import", path)

    assert ended.status == 1
    assert "getYammerUserActivityCounts" not in ended.log
    assert "--report viva_engage_user_counts" in ended.log
    assert run(place, "import", path, "--report", "viva_engage_user_counts").status == 0


def test_nothing_of_a_person_is_kept_or_said(place: Path) -> None:
    ended = run(place, "import", write(place, "a.csv", engage()), "--directory",
                write(place, "users.csv", users()))  # fmt: skip
    run(place, "build")

    assert ended.status == 0
    assert files_with(place / "home", ["@fjordvik.no", "school11", "A Name"]) == set()
    assert "fjordvik.no" not in ended.screen + ended.log


def test_a_file_that_would_be_deleted_in_the_next_night_is_refused(place: Path) -> None:
    (place / "engage.csv").write_text(engage("2025-10-19"), encoding="utf-8")

    ended = run(place, "import", place / "engage.csv")

    assert (ended.status, ended.screen) == (1, "")
    assert ended.log.splitlines()[0] == (
        "Refused: engage.csv: its day, 2025-10-19, is before 2025-10-20, and rows older than 400 "
        "days are not kept ([privacy] retention_days)."
    )
