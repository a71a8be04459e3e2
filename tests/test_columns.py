"""Columns of a report: what a cell may be, what it becomes, and what is told of one that is not."""

import datetime as dt
import re

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adoption.catalog import Column
from adoption.columns import ARROW_TYPES, cast, identifies, misfits, unknown_column
from adoption.files.cells import Refusal
from adoption.reports import report_schema
from tests.cases.report_files import (
    BOM,
    CATALOG,
    ENGAGE,
    ENGAGE_HEADER,
    KEY,
    TEAMS,
    TEAMS_HEADER_2021,
    TEAMS_HEADER_2025,
    TEAMS_HEADER_DOCUMENTED,
    engage,
    line,
    parse,
    picked,
    told,
    upn_id,
)

ANN = "2026-11-22,ann@x.no,Ann Aas,active,,,1,2,3,,1"


def values(kind: str, *texts: str | None) -> list[object]:
    """What cells become in a column of this type, where they all fit."""
    cells, column = pa.chunked_array([pa.array(texts, pa.string())]), column_of(kind)
    assert misfits(cells, column).texts == {}
    typed = cast(cells, column, KEY)
    assert typed.type == ARROW_TYPES[kind]
    return list(typed.to_pylist())


def column_of(kind: str) -> Column:
    return Column(type=kind, name="a_column", heading="A Column")  # type: ignore[arg-type]


def reason(kind: str, text: str) -> str | None:
    """What is told of a cell that does not fit, which is the second of three."""
    bad = misfits(pa.chunked_array([pa.array([None, text, None], pa.string())]), column_of(kind))
    assert set(bad.texts) <= {1}
    return bad.reason(1) if bad.texts else None


def test_headings_compare_without_case_spacing_quotes_and_bom() -> None:
    header = BOM + ENGAGE_HEADER.replace("Read Count", "read  count")
    header = header.replace("Posted Count", '"PostedCount"').replace("Liked", "LIKED_")

    assert parse(ENGAGE, header, ANN).table.equals(parse(ENGAGE, ENGAGE_HEADER, ANN).table)


def test_a_bom_before_a_quoted_heading_is_no_part_of_it() -> None:
    header = BOM + ",".join(f'"{heading}"' for heading in ENGAGE_HEADER.split(","))

    assert parse(ENGAGE, header, ANN).table.equals(parse(ENGAGE, ENGAGE_HEADER, ANN).table)


@pytest.mark.parametrize("header", [TEAMS_HEADER_2025, TEAMS_HEADER_DOCUMENTED])
def test_each_column_of_the_teams_report_lands_under_its_name(header: str) -> None:
    row = line(
        header,
        report_refresh_date="2026-10-06",
        tenant_display_name="Fjord",
        user_principal_name="ase@fjord.example",
        last_activity_date="2026-10-05",
        is_deleted="False",
        assigned_products="MICROSOFT 365 E3",
        team_chat_message_count="12",
        private_chat_message_count="34",
        call_count="5",
        meeting_count="6",
        post_messages="7",
        reply_messages="8",
        urgent_messages="1",
        meetings_attended_count="3",
        scheduled_one_time_meetings_attended_count="2",
        audio_duration="PT1H",
        audio_duration_in_seconds="3600",
        has_other_action="Yes",
        is_licensed="No",
    )

    assert told(parse(TEAMS, header, row)) == {
        "period_days": 1,
        "identity_class": "member",
        "report_refresh_date": dt.date(2026, 10, 6),
        "upn_id": upn_id("ase@fjord.example"),
        "last_activity_date": dt.date(2026, 10, 5),
        "is_deleted": False,
        "team_chat_message_count": 12,
        "private_chat_message_count": 34,
        "call_count": 5,
        "meeting_count": 6,
        "post_message_count": 7,
        "reply_message_count": 8,
        "urgent_message_count": 1,
        "meetings_attended_count": 3,
        "scheduled_one_time_meetings_attended_count": 2,
        "audio_seconds": 3600,
        "has_other_action": True,
        "is_licensed": False,
    }


def test_columns_that_an_old_file_does_not_have_are_null_and_still_typed() -> None:
    row = line(TEAMS_HEADER_2021, user_principal_name="ann@x.no", has_other_action="No")

    parsed = parse(TEAMS, TEAMS_HEADER_2021, row)

    assert parsed.table.schema == report_schema(CATALOG[TEAMS])
    assert picked(parsed, "person_id", "post_message_count", "is_licensed", "has_other_action") == [
        (None, None, None, False)
    ]


def test_a_blank_counter_is_unknown_and_a_zero_is_a_zero() -> None:
    assert picked(engage("ann@x.no,,0, "), "posted_count", "read_count", "liked_count") == [
        (None, 0, None)
    ]


def test_a_column_blank_throughout_keeps_its_type() -> None:
    blank, full = engage("ann@x.no,,,", "bob@x.no,,,"), engage("ann@x.no,1,1,1")

    assert blank.table.schema == full.table.schema


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("Yes", True), ("No", False), ("True", True), ("False", False), ("yes", True),
        ("NO", False), ("TRUE", True), ("1", True), ("0", False), (" yes ", True), ("", None),
    ],
)  # fmt: skip
def test_a_flag_is_read_in_both_of_graphs_spellings(cell: str, value: bool | None) -> None:
    row = line(
        TEAMS_HEADER_2021, user_principal_name="ann@x.no", is_deleted=cell, has_other_action=cell
    )

    parsed = parse(TEAMS, TEAMS_HEADER_2021, row)

    assert picked(parsed, "is_deleted", "has_other_action") == [(value, value)]


def test_a_date_may_carry_a_midnight() -> None:
    texts = ["2026-11-22", "2026-11-22T00:00:00", "2026-11-22T00:00:00.000Z", None]

    assert values("date", *texts) == [*[dt.date(2026, 11, 22)] * 3, None]


def test_numbers_are_whole_and_as_large_as_their_column_holds() -> None:
    assert values("count", "0", "999999999", None) == [0, 999999999, None]
    assert values("seconds", "86400") == [86400]
    assert values("bytes", "27487790694400", "9" * 18) == [27487790694400, 10**18 - 1]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT0S", 0), ("PT1H2M3S", 3723), ("PT20M", 1200), ("P1DT2H", 93600), ("P2D", 172800),
        ("PT0.5S", 0), ("PT59.999S", 59), ("PT90M", 5400), (None, None),
        ("P9999DT99999H9999999M99999999S", 1923909939),
    ],
)  # fmt: skip
def test_a_duration_is_whole_seconds_and_never_too_many_for_its_column(
    text: str | None, seconds: int | None
) -> None:
    assert values("duration", text) == [seconds]


@settings(database=None, deadline=None, derandomize=True)
@given(st.from_regex(r"P[0-9]{0,12}D?(T[0-9]{0,9}[HMS.]?[0-9]{0,9}S?)?", fullmatch=True))
def test_whatever_is_taken_for_a_duration_can_be_read_as_one(text: str) -> None:
    fits = reason("duration", text) is None

    assert not fits or values("duration", text) != [None]


def test_the_state_of_a_user_tells_only_whether_they_are_deleted() -> None:
    texts = ["active", "Deleted", "SOFTDELETE", "suspended", None]

    assert values("state", *texts) == [False, True, True, False, None]


def test_a_place_is_known_by_its_id_in_lower_case_and_of_three_parts_by_the_middle_one() -> None:
    guid, zero = "0000000a-1111-4222-8333-00000000000a", "00000000-0000-0000-0000-000000000000"
    whole = f"fjord.sharepoint.example,{guid.upper()},99999999-1111-4222-8333-000000000001"

    assert values("place_id", guid, guid.upper(), whole, zero, None) == [*[guid] * 3, None, None]


def test_a_name_has_one_spelling_and_a_category_no_case() -> None:
    assert values("name", "A\u030apen barnehage", "Åpen barnehage") == ["Åpen barnehage"] * 2
    assert values("category", "Public", "public", "PRIVATE", None) == [
        "public", "public", "private", None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("count", "1.5", "'1.5' in column 'A Column' is not a whole number"),
        ("count", "-1", "'-1' in column 'A Column' is not a whole number"),
        ("count", "2,348", "'2,348' in column 'A Column' is not a whole number"),
        ("count", "007", "'007' in column 'A Column' is not a whole number"),
        ("count", "2147483648", "'9999999999' in column 'A Column' is not a whole number"),
        (
            "count", "1E+09",
            "'1E+09' in column 'A Column' is not a whole number: a spreadsheet has rounded it",
        ),
        (
            "bytes", "2,34810E+09",
            "'2,34810E+09' in column 'A Column' is not a whole number of bytes: a spreadsheet has "
            "rounded it",
        ),
        ("bytes", "9" * 19, f"'{'9' * 19}' in column 'A Column' is not a whole number of bytes"),
        ("seconds", "PT1H", "'xx9x' in column 'A Column' is not a whole number of seconds"),
        ("duration", "01:02:03", "'01:02:03' in column 'A Column' is not a duration (PT1H2M3S)"),
        ("duration", "-PT1H", "'-xx9x' in column 'A Column' is not a duration (PT1H2M3S)"),
        ("duration", "PT999999H", "'xx999999x' in column 'A Column' is not a duration (PT1H2M3S)"),
        ("flag", "Ja", "'xx' in column 'A Column' is not Yes, No, True or False"),
        ("date", "20.11.2026", "'20.11.2026' in column 'A Column' is not a date (YYYY-MM-DD)"),
        ("date", "2026-02-30", "'2026-02-30' in column 'A Column' is not a date (YYYY-MM-DD)"),
        ("date", "0000-01-01", "'0000-01-01' in column 'A Column' is not a date (YYYY-MM-DD)"),
        (
            "date", "2026-11-20T08:00:00",
            "'9999-99-99x99:99:99' in column 'A Column' is not a date (YYYY-MM-DD)",
        ),
    ],
)  # fmt: skip
def test_a_cell_of_another_type_is_told_by_its_shape_and_column(
    kind: str, text: str, expected: str
) -> None:
    assert reason(kind, text) == expected


TYPED = [
    column.heading for column in CATALOG[TEAMS].stored if column.type not in ("object_id", "upn")
]


@pytest.mark.parametrize("heading", TYPED)
@pytest.mark.parametrize(
    ("person", "shape"),
    [
        ("ase.bjornstad7@fjord.example", "xxx.xxxxxxxxx9@xxxxx.xxxxxxx"),
        ("12345678@fjord.example", "99999999@xxxxx.xxxxxxx"),
        ("01017012345", "99999999999"),
        ("010170-1234", "999999-9999"),
        ("Åse Bjørnstad 王", "xxx xxxxxxxxx x"),
    ],
)
def test_a_refused_cell_never_shows_a_person(heading: str, person: str, shape: str) -> None:
    cells = [person if name == heading else "" for name in TEAMS_HEADER_2025.split(",")]

    parsed = parse(TEAMS, TEAMS_HEADER_2025, ",".join(cells), "," * 31 + "No,")

    (refused,) = parsed.refused
    assert (refused.row, re.findall("'(.*?)'", refused.reason)) == (1, [shape, heading])


DURATIONS = "Audio Duration,Video Duration"
SECONDS = "Audio Duration In Seconds,Video Duration In Seconds"


def test_a_duration_stands_in_for_the_seconds_that_a_file_lacks() -> None:
    header = f"{TEAMS_HEADER_2021},{DURATIONS}"

    parsed = parse(TEAMS, header, line(header, audio_duration="PT1H"))

    assert picked(parsed, "audio_seconds", "video_seconds", "screen_share_seconds") == [
        (3600, None, None)
    ]
    assert parsed.facts.counters["audio_seconds"].above_zero == 1
    assert "Screen Share Duration In Seconds" in parsed.facts.absent_headings
    assert "Audio Duration In Seconds" not in parsed.facts.absent_headings


def test_where_a_duration_and_its_seconds_differ_the_seconds_count_and_it_is_noted() -> None:
    header = f"{TEAMS_HEADER_2021},{DURATIONS},{SECONDS}"
    row = line(
        header,
        audio_duration="PT1H",
        audio_duration_in_seconds="60",
        video_duration="PT1M0.9S",
        video_duration_in_seconds="61",
    )

    parsed = parse(TEAMS, header, row)

    assert picked(parsed, "audio_seconds", "video_seconds") == [(60, 61)]
    assert parsed.notes == ("'Audio Duration' and its column of seconds differ; seconds count",)


def test_a_duration_that_is_not_read_costs_no_row() -> None:
    header = f"{TEAMS_HEADER_2021},{DURATIONS},{SECONDS}"
    row = line(header, audio_duration="01:02:03", audio_duration_in_seconds="3723")

    parsed = parse(TEAMS, header, row)

    assert (picked(parsed, "audio_seconds"), parsed.refused) == ([(3723,)], ())


def test_a_duration_that_is_read_and_does_not_fit_costs_its_row() -> None:
    header = f"{TEAMS_HEADER_2021},{DURATIONS}"

    parsed = parse(
        TEAMS,
        header,
        line(header, video_duration="20 min"),
        line(header, video_duration="PT20M"),
    )

    assert parsed.refused == (
        Refusal(1, "'99 xxx' in column 'Video Duration' is not a duration (PT1H2M3S)"),
    )


def test_an_unknown_column_of_numbers_flags_or_dates_is_kept_beside_the_known_ones() -> None:
    header = f"{ENGAGE_HEADER},Storyline Posts,Is Leader,Joined,Nickname,Notes"
    bob = ANN.replace("ann", "bob")

    parsed = parse(ENGAGE, header, f"{ANN},7,Yes,2026-01-02,Annie,", f"{bob},,No,,Bo,")

    assert parsed.facts.unknown_headings == (
        "Is Leader", "Joined", "Nickname", "Notes", "Storyline Posts",
    )  # fmt: skip
    extra = parsed.table.column_names[len(report_schema(CATALOG[ENGAGE])) :]
    assert extra == ["extra_is_leader_flag", "extra_joined_date", "extra_storyline_posts_number"]
    assert sorted(picked(parsed, *extra)) == [
        (False, None, None),
        (True, dt.date(2026, 1, 2), 7.0),
    ]


@pytest.mark.parametrize("headings", ["Brand New,Brand-New", "Brand-New,Brand New"])
def test_two_unknown_columns_of_one_name_are_not_kept(headings: str) -> None:
    parsed = parse(ENGAGE, f"{ENGAGE_HEADER},{headings}", f"{ANN},1,2")

    assert parsed.table.equals(parse(ENGAGE, ENGAGE_HEADER, ANN).table)
    assert parsed.facts.unknown_headings == ("Brand New", "Brand-New")


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["1", None, "2.5", "-3"], ("extra_it_number", [1.0, None, 2.5, -3.0])),
        (["0", "1"], ("extra_it_number", [0.0, 1.0])),
        (["Yes", "no", None, "TRUE"], ("extra_it_flag", [True, False, None, True])),
        (["2026-01-02", None], ("extra_it_date", [dt.date(2026, 1, 2), None])),
        (["007", "1"], None),
        (["Yes", "maybe"], None),
        (["1", "one"], None),
        ([None, None], None),
        ([], None),
    ],
)
def test_an_unknown_column_is_kept_when_all_its_values_are_of_one_safe_kind(
    texts: list[str | None], expected: tuple[str, list[object]] | None
) -> None:
    found = unknown_column(pa.chunked_array([pa.array(texts, pa.string())]), "It")

    assert (found and (found[0], found[1].to_pylist())) == expected


@pytest.mark.parametrize(
    "heading",
    [
        "User Id", "UserId", "user-id", "Employee Number", "EmployeeNumber", "Phone", "PhoneNumber",
        "Mobile", "Birthdate", "Date Of Birth", "CPR", "Fødselsdato", "Ansattnummer",
        "Personnummer", "Telefon", "Social Security Number", "Site GUID",
    ],
)  # fmt: skip
def test_a_column_that_identifies_people_is_not_kept_whatever_its_values(heading: str) -> None:
    cells = pa.chunked_array([pa.array(["99887766"], pa.string())])

    assert identifies(heading)
    assert unknown_column(cells, heading) is None


@pytest.mark.parametrize("heading", ["Video Count", "Paid", "Guided Tours", "Åpnet"])
def test_a_heading_that_only_looks_like_it_identifies_nobody(heading: str) -> None:
    assert not identifies(heading)
