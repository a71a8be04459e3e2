"""Files whose columns come, go, move or change their names: matched by heading, or refused."""

import codecs
import datetime as dt

import pytest

from adoption.errors import ContractError
from adoption.identity import pseudonym
from adoption.reports import report_schema
from tests.cases.report_files import (
    BOM,
    CATALOG,
    ENGAGE,
    ENGAGE_COUNTS,
    ENGAGE_COUNTS_HEADER,
    ENGAGE_HEADER,
    KEY,
    SHAREPOINT,
    SHAREPOINT_COUNTS,
    SHAREPOINT_COUNTS_HEADER,
    SHAREPOINT_HEADER,
    SITE,
    SITE_HEADER,
    TEAM,
    TEAM_HEADER,
    TEAMS,
    TEAMS_COUNTS,
    TEAMS_COUNTS_HEADER,
    TEAMS_HEADER_2021,
    TEAMS_HEADER_2025,
    TEAMS_HEADER_DOCUMENTED,
    parse,
    parse_bytes,
    picked,
    refusal,
    told,
    upn_id,
)

ASE_2021 = "2021-01-26,ase@fjord.example,2021-01-20,False,,OFFICE 365 E3,3,4,5,6,No,90"
SHAREPOINT_ROW = "2026-09-01,ase@fjord.example,False,,2026-08-30,1,2,3,4,5,OFFICE 365 E3,7"


@pytest.mark.parametrize(
    "data",
    [
        'Report Refresh Date,Liked,Posted,Read,Report Date\n2026-09-01,1,2,3,2026-09-01',
        'Report Refresh Date,Liked,Posted,Read,Report Date\r\n2026-09-01,1,2,3,2026-09-01\r\n',
        '"Report Refresh Date","Liked","Posted","Read","Report Date"\n'
        '"2026-09-01","1","2","3","2026-09-01"',
    ],
    ids=["plain", "CRLF", "quoted"],
)  # fmt: skip
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8], ids=["no BOM", "BOM"])
def test_a_mark_before_the_first_heading_loses_no_column(mark: bytes, data: str) -> None:
    """C15."""
    parsed = parse_bytes(ENGAGE_COUNTS, mark + data.encode(), 90)

    assert told(parsed) == {
        "period_days": 90,
        "report_refresh_date": dt.date(2026, 9, 1),
        "report_date": dt.date(2026, 9, 1),
        "liked_person_count": 1,
        "posted_person_count": 2,
        "read_person_count": 3,
    }


def test_columns_that_appear_overnight_are_kept_noted_and_shift_nothing() -> None:
    """C16."""
    new = "Urgent Messages,Post Messages,Reply Messages,Brand New Thing"
    header = TEAMS_HEADER_2021.replace(",Report Period", f",{new},Report Period")

    before = parse(TEAMS, TEAMS_HEADER_2021, ASE_2021, period_days=90)
    after = parse(TEAMS, header, ASE_2021.replace(",90", ",1,2,3,17,90"), period_days=90)

    added = {"urgent_message_count": 1, "post_message_count": 2, "reply_message_count": 3}
    assert told(after) == {**told(before), **added, "extra_brand_new_thing_number": 17.0}
    assert after.facts.unknown_headings == ("Brand New Thing",)


@pytest.mark.parametrize("old", ["Meeting Count", "Team Chat Message Count"])
def test_a_renamed_column_that_is_needed_stops_the_file_with_both_names(old: str) -> None:
    """C17."""
    header = TEAMS_HEADER_2021.replace(old, "TotalMeetingsOrganized")

    message = refusal(TEAMS, header, ASE_2021, period_days=90)

    shown = header.replace(",", ", ")
    assert message == (
        f"teams_user_activity: the header lacks {old}; it has: {shown}. The report has changed or "
        "is another one. Nothing of it was landed."
    )


def test_a_renamed_column_that_can_be_spared_is_null_and_noted() -> None:
    """C17."""
    header = TEAMS_HEADER_2025.replace("Meetings Organized Count", "Meetings Arranged", 1)
    row = "2025-08-18,,ase@fjord.example,,False,,,0,0,0,0,9" + "," * 21 + "7"

    parsed = parse(TEAMS, header, row, period_days=7)

    assert picked(parsed, "meetings_organized_count", "extra_meetings_arranged_number") == [
        (None, 9.0)
    ]
    assert parsed.facts.unknown_headings == ("Meetings Arranged",)
    assert parsed.facts.absent_headings == ("Meetings Organized Count",)


ASE = {
    "Report Refresh Date": "2026-10-06",
    "Tenant Display Name": "Fjord",
    "User Id": "00000006-1111-4222-8333-000000000006",
    "User Principal Name": "ase.bjornstad@fjord.example",
    "Last Activity Date": "2026-10-05",
    "Is Deleted": "False",
    "Assigned Products": "MICROSOFT 365 E3",
    "Has Other Action": "Yes",
    "Is Licensed": "Yes",
    "Audio Duration": "PT1H",
    "Audio Duration In Seconds": "3600",
    "Video Duration In Seconds": "1200",
    "Report Period": "30",
}
COUNTS = [h for h in TEAMS_HEADER_2025.split(",") if h.endswith(("Count", "Messages"))]
ASE |= {heading: str(number) for number, heading in enumerate(COUNTS, 1)}


def test_the_documented_order_and_the_order_on_the_wire_are_the_same_rows() -> None:
    """C18."""
    documented, recorded = [
        parse(
            TEAMS, header, ",".join(ASE.get(h, "") for h in header.split(",")), period_days=30
        ).table
        for header in (TEAMS_HEADER_DOCUMENTED, TEAMS_HEADER_2025)
    ]

    assert documented.equals(recorded)
    (row,) = recorded.to_pylist()
    assert [row[c.name] for c in CATALOG[TEAMS].stored if c.heading in COUNTS] == list(
        range(1, len(COUNTS) + 1)
    )
    assert (row["person_id"], row["upn_id"], row["audio_seconds"], row["video_seconds"]) == (
        pseudonym(KEY, "object_id", ASE["User Id"]),
        upn_id("ase.bjornstad@fjord.example"),
        3600,
        1200,
    )


def test_what_an_old_file_lacks_is_unknown_and_neither_no_nor_zero() -> None:
    """C20."""
    parsed = parse(TEAMS, TEAMS_HEADER_2021, ASE_2021, period_days=90)

    assert parsed.table.schema == report_schema(CATALOG[TEAMS])
    assert told(parsed) == {
        "period_days": 90,
        "identity_class": "member",
        "report_refresh_date": dt.date(2021, 1, 26),
        "upn_id": upn_id("ase@fjord.example"),
        "last_activity_date": dt.date(2021, 1, 20),
        "is_deleted": False,
        "team_chat_message_count": 3,
        "private_chat_message_count": 4,
        "call_count": 5,
        "meeting_count": 6,
        "has_other_action": False,
    }
    assert set(parsed.facts.counters) == {
        "team_chat_message_count", "private_chat_message_count", "call_count", "meeting_count",
        "has_other_action",
    }  # fmt: skip
    assert {"User Id", "Is Licensed", "Post Messages"} <= set(parsed.facts.absent_headings)


REQUIRED = [
    (name, header, column.heading)
    for name, header in [
        (TEAMS, TEAMS_HEADER_2021),
        (ENGAGE, ENGAGE_HEADER),
        (SHAREPOINT, SHAREPOINT_HEADER),
        (TEAMS_COUNTS, TEAMS_COUNTS_HEADER),
        (ENGAGE_COUNTS, ENGAGE_COUNTS_HEADER),
        (SHAREPOINT_COUNTS, SHAREPOINT_COUNTS_HEADER),
    ]
    for column in CATALOG[name].stored
    if column.required
]


@pytest.mark.parametrize(("report", "header", "heading"), REQUIRED)
def test_without_a_column_that_is_needed_the_file_is_refused(
    report: str, header: str, heading: str
) -> None:
    """C20, C25."""
    without = ",".join(h for h in header.split(",") if h != heading)

    assert refusal(report, without).startswith(f"{report}: the header lacks {heading}; it has: ")


def test_all_missing_columns_are_named_at_once_and_no_row_lands_as_zero() -> None:
    """C25."""
    header = SHAREPOINT_HEADER.replace(",Visited Page Count", "").replace("Synced File Count,", "")
    row = "2026-09-01,ase@fjord.example,False,,2026-08-30,1,3,4,OFFICE 365 E3,7"

    message = refusal(SHAREPOINT, header, row, period_days=7)

    assert message.startswith(
        "sharepoint_user_activity: the header lacks Synced File Count, Visited Page Count; it has: "
        "Report Refresh Date, User Principal Name, Is Deleted, "
    )


def test_the_period_is_found_by_its_heading_and_not_by_its_place() -> None:
    """C22."""
    header = SHAREPOINT_HEADER.replace(",Report Period", "").replace(
        "Synced File Count", "Report Period,Synced File Count"
    )
    row = "2026-09-01,ase@fjord.example,False,,2026-08-30,1,7,2,3,4,5,OFFICE 365 E3"

    parsed = parse(SHAREPOINT, header, row, period_days=7)

    whole = parse(SHAREPOINT, SHAREPOINT_HEADER, SHAREPOINT_ROW, period_days=7)
    assert parsed.table.equals(whole.table)


def test_a_file_without_a_period_has_the_one_that_was_asked_for() -> None:
    """C22."""
    header = SHAREPOINT_HEADER.removesuffix(",Report Period")

    parsed = parse(SHAREPOINT, header, SHAREPOINT_ROW.removesuffix(",7"), period_days=180)

    assert told(parsed) == {
        "period_days": 180,
        "identity_class": "member",
        "report_refresh_date": dt.date(2026, 9, 1),
        "upn_id": upn_id("ase@fjord.example"),
        "is_deleted": False,
        "last_activity_date": dt.date(2026, 8, 30),
        "viewed_or_edited_file_count": 1,
        "synced_file_count": 2,
        "shared_internally_file_count": 3,
        "shared_externally_file_count": 4,
        "visited_page_count": 5,
    }


NORDLYS = (
    "2026-08-29,Prosjekt Nordlys,00000008-1111-4222-8333-000000000008,{},2026-08-20,180,"
    "12,3,2,40,5,60,80,140,1,9,0,1"
)


def test_headings_and_kinds_in_another_case_are_the_same() -> None:
    """C23."""
    header = TEAM_HEADER.replace("Team Type", "Team type").replace("Active Users", "Active users")

    documented = parse(TEAM, TEAM_HEADER, NORDLYS.format("Public"), period_days=180)
    lower = parse(TEAM, header, NORDLYS.format("public"), period_days=180)

    assert lower.table.equals(documented.table)
    assert picked(lower, "visibility", "active_person_count", "active_external_count") == [
        ("public", 12, 1)
    ]


def test_headings_without_a_blank_before_a_bracket_are_the_same() -> None:
    """C23."""
    header = SITE_HEADER.replace("Storage Used (", "StorageUsed (")
    header = header.replace("Storage Allocated (", "StorageAllocated(")
    row = (
        "2024-12-22,0000000e-1111-4222-8333-00000000000e,https://fjord.sharepoint.example/sites/P,"
        "Åse Bjørnstad,False,2024-12-19,14,16,12,14,1586077,27487790694400,Team Site,"
        "ase.bjornstad@fjord.example,7"
    )

    parsed = parse_bytes(SITE, f"{BOM}{header}\n{row}".encode(), 7)

    assert picked(parsed, "storage_used_bytes", "storage_allocated_bytes", "page_view_count") == [
        (1586077, 27487790694400, 12)
    ]


def test_a_period_goes_out_as_d7_and_comes_back_as_7() -> None:
    """C34."""
    parsed = parse(SHAREPOINT, SHAREPOINT_HEADER, SHAREPOINT_ROW, period_days=7)

    assert picked(parsed, "period_days") == [(7,)]


@pytest.mark.parametrize(
    ("periods", "told_periods"),
    [(("7", "7"), "7"), (("30", "7"), "30 and 7"), (("180", "90"), "180 and 90")],
)
def test_rows_of_another_period_or_of_several_are_never_mixed(
    periods: tuple[str, ...], told_periods: str
) -> None:
    """C34."""
    rows = [f"{SHAREPOINT_ROW.removesuffix(',7')},{period}" for period in periods]

    message = refusal(SHAREPOINT, SHAREPOINT_HEADER, *rows, period_days=30)

    assert message == (
        f"sharepoint_user_activity: the rows are of {told_periods} days, not of 30. Nothing of it "
        "was landed."
    )


@pytest.mark.parametrize(
    "body",
    [
        '{"error":{"code":"UnknownError","message":"JSON format is not supported."}}',
        '{"error":{"code":"UnknownError","message":"{\\"Message\\":\\"No JSON.\\"}"}}',
        '{\n  "value": [\n    {"reportRefreshDate": "2026-09-01"}\n  ]\n}\n',
    ],
    ids=["an error", "JSON in JSON", "rows"],
)
def test_json_in_place_of_a_table_is_refused(body: str) -> None:
    """C60."""
    with pytest.raises(ContractError, match="^sharepoint_user_activity: .* was landed"):
        parse_bytes(SHAREPOINT, body.encode())
