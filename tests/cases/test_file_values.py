"""Files whose cells trap a careless reader: flags, blanks, durations, quotes, numbers that bend."""

import pytest

from adoption.files.cells import Refusal
from adoption.reports import Counted
from tests.cases.report_files import (
    BOM,
    ENGAGE_COUNTS,
    ENGAGE_COUNTS_HEADER,
    SHAREPOINT,
    SHAREPOINT_HEADER,
    TEAM,
    TEAM_HEADER,
    TEAMS,
    TEAMS_HEADER_2025,
    line,
    parse,
    picked,
    upn_id,
)


@pytest.mark.parametrize(
    ("cells", "flags"),
    [
        (("False", "Yes", "No"), (False, True, False)),
        (("TRUE", "no", ""), (True, False, None)),
        (("1", "0", "yes"), (True, False, True)),
    ],
)
def test_two_kinds_of_flags_in_one_row_are_both_read(
    cells: tuple[str, str, str], flags: tuple[bool | None, ...]
) -> None:
    """C21."""
    is_deleted, has_other_action, is_licensed = cells
    row = line(
        TEAMS_HEADER_2025,
        user_principal_name="ann@x.no",
        is_deleted=is_deleted,
        has_other_action=has_other_action,
        is_licensed=is_licensed,
    )

    parsed = parse(TEAMS, TEAMS_HEADER_2025, row)

    assert picked(parsed, "is_deleted", "has_other_action", "is_licensed") == [flags]


def test_a_word_that_is_no_flag_is_refused_with_its_column_and_row() -> None:
    """C21."""
    yes, oui = [
        line(TEAMS_HEADER_2025, user_principal_name="a@x.no", is_licensed=word)
        for word in ("Yes", "Oui")
    ]

    assert parse(TEAMS, TEAMS_HEADER_2025, yes, oui).refused == (
        Refusal(2, "'xxx' in column 'Is Licensed' is not Yes, No, True or False"),
    )


def test_a_blank_count_is_unknown_and_told_of() -> None:
    """C47: definitions.md has a blank as unknown, and the facts tell how many there were."""
    parsed = parse(
        ENGAGE_COUNTS,
        ENGAGE_COUNTS_HEADER,
        "2026-11-09,,,,2026-11-08,90",
        "2026-11-09,12,6,0,2026-11-09,90",
        period_days=90,
    )

    columns = ("liked_person_count", "posted_person_count", "read_person_count")
    assert picked(parsed, *columns) == [(None, None, None), (12, 6, 0)]
    assert parsed.facts.counters == {
        "liked_person_count": Counted(above_zero=1, blank=1),
        "posted_person_count": Counted(above_zero=1, blank=1),
        "read_person_count": Counted(above_zero=0, blank=1),
    }


def test_a_column_that_is_blank_throughout_is_told_of() -> None:
    """C47."""
    rows = [f"2026-11-09,0,0,,2026-11-0{day},90" for day in (7, 8, 9)]

    parsed = parse(ENGAGE_COUNTS, ENGAGE_COUNTS_HEADER, *rows, period_days=90)

    blank = [n for n, c in parsed.facts.counters.items() if c.blank == parsed.table.num_rows]
    assert blank == ["read_person_count"]


WITHOUT_SECONDS = ",".join(h for h in TEAMS_HEADER_2025.split(",") if "In Seconds" not in h)
SPELLED = ("audio_duration", "video_duration", "screen_share_duration")
STORED = ("audio_seconds", "video_seconds", "screen_share_seconds")


@pytest.mark.parametrize(
    ("spelled", "seconds"),
    [
        (("PT1H2M3S", "PT20M", "PT0S"), (3723, 1200, 0)),
        (("P1DT2H", "", "PT0.5S"), (93600, None, 0)),
        (("", "", ""), (None, None, None)),
    ],
)
def test_a_spelled_duration_is_read_as_seconds_where_there_are_none(
    spelled: tuple[str, ...], seconds: tuple[int | None, ...]
) -> None:
    """C49."""
    cells = dict(zip(SPELLED, spelled, strict=True))

    parsed = parse(
        TEAMS, WITHOUT_SECONDS, line(WITHOUT_SECONDS, user_principal_name="ann@x.no", **cells)
    )

    assert (picked(parsed, *STORED), parsed.notes) == ([seconds], ())


@pytest.mark.parametrize(
    ("spelled", "seconds", "notes"),
    [
        ("PT1H2M3S", "3723", ()),
        ("PT1H2M3S", "3724", ()),
        ("PT1H2M3.9S", "3724", ()),
        ("PT1H2M3S", "3725", ("'Audio Duration' and its column of seconds differ; seconds count",)),
        ("PT62M", "62", ("'Audio Duration' and its column of seconds differ; seconds count",)),
        ("", "62", ()),
    ],
)
def test_the_seconds_count_and_a_duration_that_says_otherwise_is_noted(
    spelled: str, seconds: str, notes: tuple[str, ...]
) -> None:
    """C49."""
    row = line(
        TEAMS_HEADER_2025,
        user_principal_name="ann@x.no",
        audio_duration=spelled,
        audio_duration_in_seconds=seconds,
    )

    parsed = parse(TEAMS, TEAMS_HEADER_2025, row)

    assert (picked(parsed, "audio_seconds"), parsed.notes) == ([(int(seconds),)], notes)


def test_meetings_organised_may_be_more_than_their_parts() -> None:
    """C51."""
    row = line(
        TEAMS_HEADER_2025,
        user_principal_name="ann@x.no",
        meetings_organized_count="7",
        ad_hoc_meetings_organized_count="2",
        scheduled_one_time_meetings_organized_count="1",
        scheduled_recurring_meetings_organized_count="3",
    )

    parsed = parse(TEAMS, TEAMS_HEADER_2025, row)

    parts = ("ad_hoc", "scheduled_one_time", "scheduled_recurring")
    columns = [f"{part}_meetings_organized_count" for part in parts]
    assert picked(parsed, "meetings_organized_count", *columns) == [(7, 2, 1, 3)]
    assert (parsed.refused, parsed.notes) == ((), ())


def test_commas_and_quotes_in_a_name_shift_no_count() -> None:
    """C76."""
    row = (
        '2026-08-29,"Skole, SFO og ""Åpen barnehage""",00000010-1111-4222-8333-000000000010,'
        "Private,2026-08-20,30,12,3,2,40,5,60,80,140,1,9,0,1"
    )

    parsed = parse(TEAM, BOM + TEAM_HEADER, row, period_days=30)

    assert picked(parsed, "place", "visibility", "active_person_count", "mention_count") == [
        ('Skole, SFO og "Åpen barnehage"', "private", 12, 9)
    ]


def sharepoint(upn: str, pages: str) -> str:
    return f"2026-09-01,{upn}@x.no,False,,2026-08-30,0,0,0,0,{pages},,7"


def test_late_odd_numbers_are_refused_and_never_bent() -> None:
    """C79."""
    rows = [sharepoint(f"u{n}", "3") for n in range(25_000)]

    parsed = parse(
        SHAREPOINT,
        SHAREPOINT_HEADER,
        *rows,
        sharepoint("odd", "3.7"),
        sharepoint("spy", "007"),
        period_days=7,
    )

    assert parsed.refused == (
        Refusal(25_001, "'3.7' in column 'Visited Page Count' is not a whole number"),
        Refusal(25_002, "'007' in column 'Visited Page Count' is not a whole number"),
    )
    assert parsed.facts.refused_count == 2
    assert parsed.table["visited_page_count"].to_pylist() == [3] * 25_000


def test_a_row_with_too_many_cells_takes_no_good_row_along() -> None:
    """C80."""
    good = [sharepoint(upn, "3") for upn in ("ann", "bob", "cy", "dee", "eve", "fay")]

    parsed = parse(
        SHAREPOINT, SHAREPOINT_HEADER, *good[:3], f"{good[0]},x,y", *good[3:], period_days=7
    )

    assert parsed.refused == (Refusal(4, "it has 14 cells under a header of 12 columns"),)
    assert sorted(picked(parsed, "upn_id")) == sorted(
        (upn_id(f"{upn}@x.no"),) for upn in ("ann", "bob", "cy", "dee", "eve", "fay")
    )
