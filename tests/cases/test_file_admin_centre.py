"""Files with the admin centres' own labels: the same rows as under Graph's headings (C17, C24)."""

import datetime as dt

import pytest

from adoption.errors import ContractError
from adoption.files.cells import Cells
from adoption.files.tabular import read_member
from adoption.files.unpack import Member
from adoption.pipeline.importing import read_report
from adoption.recognition import Told, headings_of, recognise
from adoption.reports import ParsedReport
from tests.cases.report_files import CATALOG, COMMUNITY, EMAIL, ENGAGE, KEY, SHAREPOINT, TEAMS

DAY = dt.date(2026, 11, 20)
TEAMS_CENTRE_2021 = (
    "Id,DisplayName,UserName,ChannelMessages,ReplyMessages,PostMessages,ChatMessages,"
    "UrgentMessages,TotalMeetings,TotalMeetingsOrganized,MeetingsOrganizedAdhoc,"
    "MeetingsParticipatedScheduledOneTime,1:1 Calls,AudioTime,OtherActivity"
)


def read(text: str) -> Cells:
    return read_member(Member("file.csv", text.encode()), headings_of(CATALOG))


def brought(text: str) -> tuple[str, ParsedReport]:
    """The report that a file is taken for, and what it comes to, told only its last day."""
    snapshot, parsed, _ = read_report(
        Member("file.csv", text.encode()), CATALOG, key=KEY, told=Told(until=DAY, days=30),
        as_of=dt.date(2026, 11, 25),
    )  # fmt: skip
    return snapshot.report, parsed


@pytest.mark.parametrize(
    ("report", "labels", "headings", "row"),
    [
        (
            TEAMS,
            "User name,Last activity date (UTC),Channel messages,Chat messages,1:1 calls,"
            "Total meetings,Total participated meetings,Posts,Replies,Other activity",
            "User Principal Name,Last Activity Date,Team Chat Message Count,"
            "Private Chat Message Count,Call Count,Meeting Count,Meetings Attended Count,"
            "Post Messages,Reply Messages,Has Other Action",
            "ase@fjord.example,2026-11-18,1,2,3,4,5,6,7,Yes",
        ),
        (
            ENGAGE,
            "Username,Last activity date (UTC),Posted,Read,Liked",
            "User Principal Name,Last Activity Date,Posted Count,Read Count,Liked Count",
            "ase@fjord.example,2026-11-18,1,2,3",
        ),
        (
            SHAREPOINT,
            "Username,Files viewed or edited,Files synced,Files shared internally,"
            "Files shared externally,Pages visited,Deleted",
            "User Principal Name,Viewed Or Edited File Count,Synced File Count,"
            "Shared Internally File Count,Shared Externally File Count,Visited Page Count,"
            "Is Deleted",
            "ase@fjord.example,1,2,3,4,5,False",
        ),
        (
            COMMUNITY,
            "Group name,Connected to Office 365,Members,Posted,Read,Liked",
            "Group Display Name,Office 365 Connected,Member Count,Posted Count,Read Count,"
            "Liked Count",
            "Havn,True,40,1,2,3",
        ),
        (
            EMAIL,
            "Username,Send actions,Receive actions,Read actions",
            "User Principal Name,Send Count,Receive Count,Read Count",
            "ase@fjord.example,1,2,3",
        ),
    ],
    ids=["teams", "viva_engage", "sharepoint", "communities", "mail"],
)
def test_its_labels_and_graphs_headings_land_the_same(
    report: str, labels: str, headings: str, row: str
) -> None:
    by_label, by_heading = brought(f"{labels}\n{row}\n"), brought(f"{headings}\n{row}\n")

    assert by_label[0] == by_heading[0] == report
    assert by_label[1].table.equals(by_heading[1].table)


def test_the_teams_centres_file_is_read_and_its_minutes_are_no_seconds() -> None:
    name, parsed = brought(
        f"{TEAMS_CENTRE_2021}\n"
        "3f2504e0-4f89-41d3-9a0c-0305e82c3302,Ase,ase@fjord.example,1,2,3,4,5,6,7,8,9,10,11,Yes\n"
    )

    (row,) = parsed.table.to_pylist()
    assert name == TEAMS
    assert {
        column: value
        for column, value in row.items()
        if value is not None and not column.endswith(("_id", "_date"))
    } == {
        "team_chat_message_count": 1,
        "reply_message_count": 2,
        "post_message_count": 3,
        "private_chat_message_count": 4,
        "urgent_message_count": 5,
        "meeting_count": 6,
        "meetings_organized_count": 7,
        "ad_hoc_meetings_organized_count": 8,
        "scheduled_one_time_meetings_attended_count": 9,
        "call_count": 10,
        "extra_audiotime_number": 11.0,
        "identity_class": "member",
        "period_days": 30,
        "has_other_action": True,
    }


def test_the_older_names_of_sums_are_no_column_of_ours() -> None:
    """C17: before 15 February 2021, two of the headings were the sum of two of today's."""
    with pytest.raises(ContractError) as caught:
        brought("UserName,MeetingsOrganizedScheduled,TotalMeetings\nase@fjord.example,1,2\n")

    assert str(caught.value) == (
        "it looks like teams_user_activity, but lacks Team Chat Message Count, "
        "Private Chat Message Count, Call Count; unknown in it: MeetingsOrganizedScheduled. "
        "Nothing of it was landed; export the file again, or add the new heading to 'aliases' in "
        "the report catalog"
    )


def test_a_file_that_does_not_say_its_days_is_refused_with_what_to_add() -> None:
    with pytest.raises(ContractError) as caught:
        recognise(read("Username,Posted,Read,Liked\na,1,2,3\n"), CATALOG, Told())

    assert str(caught.value) == (
        "it looks like viva_engage_user_activity, but does not say of which days it is; name the "
        "last of them with --until DATE"
    )


def test_a_label_beside_the_heading_it_stands_for_is_just_an_unknown_column() -> None:
    row = "2026-11-20,ase@fjord.example,1,2,3,9,30\n"
    header = "Report Refresh Date,User Principal Name,Posted Count,Read Count,Liked Count"

    _, parsed = brought(f"{header},Read,Report Period\n{row}")

    assert parsed.table.select(["read_count", "extra_read_number"]).to_pylist() == [
        {"read_count": 2, "extra_read_number": 9.0}
    ]


def test_every_alias_is_one_columns_alone() -> None:
    spelled = [
        (report.name, heading)
        for report in CATALOG.values()
        for column in report.columns.values()
        for heading in (column.heading, *column.aliases)
    ]

    assert len(spelled) == sum(len(report.by_heading) for report in CATALOG.values())
