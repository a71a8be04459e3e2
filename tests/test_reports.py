"""Report bytes to Arrow: the recorded headers, what a cell may be, and that nobody is named."""

import csv
import datetime as dt
import io
import re
from collections.abc import Sequence
from typing import Literal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adoption.catalog import load_catalog
from adoption.errors import ContractError
from adoption.identity import pseudonym
from adoption.reports import parse_report, report_schema

KEY = b"0123456789abcdef"
CATALOG = load_catalog()
BOM = "\ufeff"
ZERO = "00000000-0000-0000-0000-000000000000"
HASH = "0A1B2C3D4E5F60718293A4B5C6D7E8F9"

ENGAGE = (
    "Report Refresh Date,User Principal Name,Display Name,User State,State Change Date,"
    "Last Activity Date,Posted Count,Read Count,Liked Count,Assigned Products,Report Period"
)
SHAREPOINT = (
    "Report Refresh Date,User Principal Name,Is Deleted,Deleted Date,Last Activity Date,"
    "Viewed Or Edited File Count,Synced File Count,Shared Internally File Count,"
    "Shared Externally File Count,Visited Page Count,Assigned Products,Report Period"
)
TEAMS_2021 = (
    "Report Refresh Date,User Principal Name,Last Activity Date,Is Deleted,Deleted Date,"
    "Assigned Products,Team Chat Message Count,Private Chat Message Count,Call Count,"
    "Meeting Count,Has Other Action,Report Period"
)
TEAMS_2025 = (
    "Report Refresh Date,User Id,User Principal Name,Last Activity Date,Is Deleted,Deleted Date,"
    "Assigned Products,Team Chat Message Count,Private Chat Message Count,Call Count,"
    "Meeting Count,Meetings Organized Count,Meetings Attended Count,"
    "Ad Hoc Meetings Organized Count,Ad Hoc Meetings Attended Count,"
    "Scheduled One-time Meetings Organized Count,Scheduled One-time Meetings Attended Count,"
    "Scheduled Recurring Meetings Organized Count,Scheduled Recurring Meetings Attended Count,"
    "Audio Duration,Video Duration,Screen Share Duration,Audio Duration In Seconds,"
    "Video Duration In Seconds,Screen Share Duration In Seconds,Has Other Action,Urgent Messages,"
    "Post Messages,Tenant Display Name,Shared Channel Tenant Display Names,Reply Messages,"
    "Is Licensed,Report Period"
)
TEAMS_DOCUMENTED = (
    "Report Refresh Date,Tenant Display Name,Shared Channel Tenant Display Names,User Id,"
    "User Principal Name,Last Activity Date,Is Deleted,Deleted Date,Assigned Products,"
    "Team Chat Message Count,Private Chat Message Count,Call Count,Meeting Count,Post Messages,"
    "Reply Messages,Urgent Messages,Meetings Organized Count,Meetings Attended Count,"
    "Ad Hoc Meetings Organized Count,Ad Hoc Meetings Attended Count,"
    "Scheduled One-time Meetings Organized Count,Scheduled One-time Meetings Attended Count,"
    "Scheduled Recurring Meetings Organized Count,Scheduled Recurring Meetings Attended Count,"
    "Audio Duration,Video Duration,Screen Share Duration,Audio Duration In Seconds,"
    "Video Duration In Seconds,Screen Share Duration In Seconds,Has Other Action,Is Licensed,"
    "Report Period"
)
TEAMS_COUNTS = (
    "Report Refresh Date,Report Date,Team Chat Messages,Private Chat Messages,Calls,Meetings,"
    "Other Actions,Report Period"
)
ENGAGE_COUNTS = "Report Refresh Date,Liked,Posted,Read,Report Date,Report Period"
SHAREPOINT_COUNTS = (
    "Report Refresh Date,Visited Page,Viewed Or Edited,Synced,Shared Internally,Shared Externally,"
    "Report Date,Report Period"
)
RECORDED = [
    ("viva_engage_user_activity", ENGAGE),
    ("sharepoint_user_activity", SHAREPOINT),
    ("teams_user_activity", TEAMS_2021),
    ("teams_user_activity", TEAMS_2025),
    ("teams_user_activity", TEAMS_DOCUMENTED),
    ("teams_user_counts", TEAMS_COUNTS),
    ("viva_engage_user_counts", ENGAGE_COUNTS),
    ("sharepoint_user_counts", SHAREPOINT_COUNTS),
]


def parse(report: str, *lines: str, period_days: int = 1) -> pa.Table:
    data = "".join(f"{line}\r\n" for line in lines).encode()
    return parse_report(data, CATALOG[report], key=KEY, period_days=period_days)


def engage(*rows: str) -> pa.Table:
    """Rows of posted, read and liked of one identity each: 'ann@fjordvik.no,1,2,3'."""
    lines = []
    for row in rows:
        upn, *counters = row.split(",")
        lines.append(f"2026-11-22,{upn},A Name,active,,,{','.join(counters)},,1")
    return parse("viva_engage_user_activity", ENGAGE, *lines)


def refusal(report: str, *lines: str) -> str:
    with pytest.raises(ContractError) as caught:
        parse(report, *lines)
    return str(caught.value)


def upn_id(upn: str) -> int:
    return pseudonym(KEY, "upn", upn)


@pytest.mark.parametrize(("report", "header"), RECORDED)
@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\r\n\r\n"])
def test_a_recorded_header_alone_is_no_rows_of_the_declared_schema(
    report: str, header: str, end: str
) -> None:
    data = f"{BOM}{header}{end}".encode()

    table = parse_report(data, CATALOG[report], key=KEY, period_days=1)

    assert table.equals(report_schema(CATALOG[report]).empty_table())


def test_the_schema_is_what_the_catalog_declares_and_nothing_that_names_anybody() -> None:
    assert report_schema(CATALOG["viva_engage_user_activity"]) == pa.schema(
        [
            ("period_days", pa.int16()),
            ("identity_class", pa.string()),
            ("report_refresh_date", pa.date32()),
            ("upn_id", pa.int64()),
            ("state_change_date", pa.date32()),
            ("last_activity_date", pa.date32()),
            ("posted_count", pa.int32()),
            ("read_count", pa.int32()),
            ("liked_count", pa.int32()),
        ]
    )


def test_a_person_row_lands_typed_and_without_its_names() -> None:
    table = parse(
        "viva_engage_user_activity",
        ENGAGE,
        '2026-11-22,Ann@Fjordvik.no ,"Aas, ""Ann""\r\nÅse",active,2025-01-02,2026-11-20,'
        "0,3,1,ENTERPRISEPACK,1",
    )

    assert table.to_pylist() == [
        {
            "period_days": 1,
            "identity_class": "member",
            "report_refresh_date": dt.date(2026, 11, 22),
            "upn_id": upn_id("ann@fjordvik.no"),
            "state_change_date": dt.date(2025, 1, 2),
            "last_activity_date": dt.date(2026, 11, 20),
            "posted_count": 0,
            "read_count": 3,
            "liked_count": 1,
        }
    ]


def test_a_day_of_totals_lands_without_an_identity_class() -> None:
    table = parse(
        "viva_engage_user_counts",
        ENGAGE_COUNTS,
        "2022-11-09,12,6,435,2022-11-09,90",
        "2022-11-09,,,,2022-11-08,90",
        period_days=90,
    )

    assert table.select(
        ["period_days", "report_date", "liked_person_count", "read_person_count"]
    ).to_pylist() == [
        {
            "period_days": 90,
            "report_date": dt.date(2022, 11, 8),
            "liked_person_count": None,
            "read_person_count": None,
        },
        {
            "period_days": 90,
            "report_date": dt.date(2022, 11, 9),
            "liked_person_count": 12,
            "read_person_count": 435,
        },
    ]


TEAMS_VALUES = {
    "Report Refresh Date": "2026-10-06",
    "Tenant Display Name": "Fjord",
    "User Id": "00000006-1111-4222-8333-000000000006",
    "User Principal Name": "ase@fjord.example",
    "Last Activity Date": "2026-10-05",
    "Is Deleted": "False",
    "Team Chat Message Count": "12",
    "Private Chat Message Count": "34",
    "Call Count": "5",
    "Meeting Count": "6",
    "Has Other Action": "Yes",
    "Post Messages": "7",
    "Meetings Attended Count": "8",
    "Audio Duration": "PT1H",
    "Audio Duration In Seconds": "3600",
    "Is Licensed": "Yes",
    "Report Period": "30",
}


def teams_line(header: str) -> str:
    return ",".join(TEAMS_VALUES.get(heading, "") for heading in header.split(","))


def test_the_documented_order_and_the_order_on_the_wire_are_one_table() -> None:
    documented = parse("teams_user_activity", TEAMS_DOCUMENTED, teams_line(TEAMS_DOCUMENTED))
    recorded = parse("teams_user_activity", TEAMS_2025, teams_line(TEAMS_2025))

    assert documented.equals(recorded)
    assert {
        name: value for name, value in recorded.to_pylist()[0].items() if value is not None
    } == {
        "period_days": 1,
        "identity_class": "member",
        "report_refresh_date": dt.date(2026, 10, 6),
        "person_id": pseudonym(KEY, "object_id", TEAMS_VALUES["User Id"]),
        "upn_id": upn_id("ase@fjord.example"),
        "last_activity_date": dt.date(2026, 10, 5),
        "is_deleted": False,
        "team_chat_message_count": 12,
        "private_chat_message_count": 34,
        "call_count": 5,
        "meeting_count": 6,
        "meetings_attended_count": 8,
        "audio_seconds": 3600,
        "has_other_action": True,
        "post_message_count": 7,
        "is_licensed": True,
    }


def test_columns_that_an_old_file_does_not_have_are_null_and_still_typed() -> None:
    table = parse("teams_user_activity", TEAMS_2021, teams_line(TEAMS_2021))

    assert table.schema == report_schema(CATALOG["teams_user_activity"])
    assert table.select(
        ["person_id", "post_message_count", "is_licensed", "has_other_action"]
    ).to_pylist() == [
        {
            "person_id": None,
            "post_message_count": None,
            "is_licensed": None,
            "has_other_action": True,
        }
    ]


def test_headings_compare_without_case_spacing_and_quotes() -> None:
    header = ENGAGE.replace("Read Count", "read  count").replace("Posted Count", '"PostedCount"')

    table = parse("viva_engage_user_activity", header, "2026-11-22,ann@x.no,,,,,1,2,3,,1")

    assert table.select(["posted_count", "read_count"]).to_pylist() == [
        {"posted_count": 1, "read_count": 2}
    ]


def test_a_bom_before_a_quoted_heading_is_no_part_of_it() -> None:
    header = BOM + ",".join(f'"{heading}"' for heading in ENGAGE.split(","))

    table = parse("viva_engage_user_activity", header, "2026-11-22,ann@x.no,,,,,1,2,3,,1")

    assert table.equals(engage("ann@x.no,1,2,3"))


def test_an_unknown_column_shifts_nothing() -> None:
    header = "Brand New Thing," + ENGAGE

    table = parse("viva_engage_user_activity", header, "17,2026-11-22,ann@x.no,,,,,1,2,3,,1")

    assert table.select(engage().column_names).equals(engage("ann@x.no,1,2,3"))


def test_all_missing_columns_are_named_at_once() -> None:
    message = refusal("viva_engage_user_activity", "Report Refresh Date,Liked Count,Read By")

    assert message == (
        "viva_engage_user_activity: the header lacks User Principal Name, Posted Count, "
        "Read Count; it has: Report Refresh Date, Liked Count, Read By. The report has changed or "
        "is another one. Nothing of it was landed."
    )


def test_a_file_without_a_header_is_refused_without_quoting_the_person_in_its_first_line() -> None:
    message = refusal("viva_engage_user_activity", "2026-11-22,ann@x.no,Ann Aas,,,,1,2,3,,1")

    assert message == (
        "viva_engage_user_activity: the header lacks Report Refresh Date, User Principal Name, "
        "Posted Count, Read Count, Liked Count; it has: no headings but data (not shown). The "
        "report has changed or is another one. Nothing of it was landed."
    )


def test_two_columns_of_one_meaning_are_refused() -> None:
    message = refusal("viva_engage_user_activity", f"{ENGAGE},READ COUNT")

    assert message == "viva_engage_user_activity: two columns are both 'Read Count'."


def test_a_first_line_that_is_no_csv_is_refused() -> None:
    data = ENGAGE.replace(",", "\r").encode()

    with pytest.raises(ContractError) as caught:
        parse_report(data, CATALOG["viva_engage_user_activity"], key=KEY, period_days=1)

    assert str(caught.value) == (
        "viva_engage_user_activity: the first line cannot be read as a header. The file is not "
        "CSV as Graph writes it; nothing of it was landed."
    )


def test_bytes_that_are_not_utf_8_are_refused_by_their_place() -> None:
    data = f"{ENGAGE}\n2026-11-22,åse@x.no,,,,,1,2,3,,1\n".encode("cp1252")

    with pytest.raises(ContractError) as caught:
        parse_report(data, CATALOG["viva_engage_user_activity"], key=KEY, period_days=1)

    assert str(caught.value) == (
        "viva_engage_user_activity: the download is not UTF-8 (invalid continuation byte at byte "
        f"{len(ENGAGE) + 12}). Nothing of it was landed; the next run asks for it again."
    )


def test_a_blank_counter_is_unknown_and_a_zero_is_a_zero() -> None:
    table = engage("ann@x.no,,0, ")

    assert table.select(["posted_count", "read_count", "liked_count"]).to_pylist() == [
        {"posted_count": None, "read_count": 0, "liked_count": None}
    ]


def test_a_column_blank_throughout_keeps_its_type() -> None:
    assert engage("ann@x.no,,,", "bob@x.no,,,").schema == engage("ann@x.no,1,1,1").schema


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("Yes", True), ("No", False), ("True", True), ("False", False), ("yes", True),
        ("NO", False), ("TRUE", True), ("1", True), ("0", False), (" yes ", True), ("", None),
    ],
)  # fmt: skip
def test_a_flag_is_read_in_both_of_graphs_spellings(cell: str, value: bool | None) -> None:
    line = teams_line(TEAMS_2021).replace(",Yes,", f",{cell},").replace(",False,", f",{cell},")

    table = parse("teams_user_activity", TEAMS_2021, line)

    assert table.select(["is_deleted", "has_other_action"]).to_pylist() == [
        {"is_deleted": value, "has_other_action": value}
    ]


def test_a_date_may_carry_a_midnight() -> None:
    table = parse(
        "viva_engage_user_activity",
        ENGAGE,
        "2026-11-22T00:00:00,ann@x.no,,,,2026-11-20T00:00:00Z,1,2,3,,1",
    )

    assert table["report_refresh_date"].to_pylist() == [dt.date(2026, 11, 22)]
    assert table["last_activity_date"].to_pylist() == [dt.date(2026, 11, 20)]


@pytest.mark.parametrize(
    ("heading", "cell", "told"),
    [
        ("Call Count", "1.5", "'1.5' in column 'Call Count', row 2, is not a whole number"),
        ("Call Count", "-1", "'-1' in column 'Call Count', row 2, is not a whole number"),
        ("Call Count", "2,348", "'2,348' in column 'Call Count', row 2, is not a whole number"),
        ("Call Count", "2147483648", "'2147483648' in column 'Call Count', row 2, is not a whole"),
        ("Call Count", "1E+09", "'9x+99' in column 'Call Count', row 2, is not a whole number"),
        ("Is Deleted", "Ja", "'xx' in column 'Is Deleted', row 2, is not Yes, No, True or False"),
        ("Last Activity Date", "20.11.2026", "'20.11.2026' in column 'Last Activity Date', row 2,"),
        ("Last Activity Date", "2026-02-30", "'2026-02-30' in column 'Last Activity Date', row 2,"),
        ("Last Activity Date", "2026-11-20T08:00:00", "'9999-99-99x99:99:99' in column 'Last Act"),
        ("Audio Duration In Seconds", "PT1H", "'xx9x' in column 'Audio Duration In Seconds', row"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_refused_with_its_column_and_row(
    heading: str, cell: str, told: str
) -> None:
    good = teams_line(TEAMS_2025).split(",")
    bad = [
        f'"{cell}"' if h == heading else c for h, c in zip(TEAMS_2025.split(","), good, strict=True)
    ]

    message = refusal("teams_user_activity", TEAMS_2025, ",".join(good), ",".join(bad))

    assert message.startswith(f"teams_user_activity: {told}")
    assert message.endswith(". Nothing of the file was landed.")


TYPED = [
    column.heading
    for column in CATALOG["teams_user_activity"].stored
    if column.type not in ("object_id", "upn")
]


@pytest.mark.parametrize("heading", TYPED)
@pytest.mark.parametrize(
    ("person", "shape"),
    [
        ("ase.bjornstad7@fjord.example", "xxx.xxxxxxxxx9@xxxxx.xxxxxxx"),
        ("12345678@fjord.example", "99999999@xxxxx.xxxxxxx"),
        ("Åse Bjørnstad 王", "xxx xxxxxxxxx x"),
    ],
)
def test_a_refused_cell_never_shows_a_person(heading: str, person: str, shape: str) -> None:
    values = {**TEAMS_VALUES, heading: person}
    line = ",".join(values.get(name, "") for name in TEAMS_2025.split(","))

    message = refusal("teams_user_activity", TEAMS_2025, line)

    assert re.findall("'(.*?)'", message) == [shape, heading]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("2026-11-22,ann@x.no,Ann Aas,,,,1,2", "a row has 8 cells under a header of 11 columns"),
        ("2026-11-22,ann@x.no,Aas, Ann,,,,1,2,3,,1", "a row has 12 cells under a header of 11"),
        ('2026-11-22,ann@x.no,"Ann Aas,,,,1,2,3,,1', "a row has 3 cells under a header of 11"),
    ],
    ids=["cut", "unquoted comma", "open quote"],
)
def test_a_row_of_another_width_is_refused_without_quoting_it(line: str, told: str) -> None:
    message = refusal("viva_engage_user_activity", ENGAGE, line)

    assert message.startswith(f"viva_engage_user_activity: {told}")
    assert not re.search("ann|aas", message, re.IGNORECASE)


def test_the_refusal_of_a_row_does_not_carry_it_as_a_cause() -> None:
    with pytest.raises(ContractError) as caught:
        engage("ann@x.no,1")

    assert (caught.value.__cause__, caught.value.__suppress_context__) == (None, True)


def test_exact_copies_are_dropped_and_the_maximum_of_each_counter_counts() -> None:
    table = engage("ann@x.no,1,5,", "ANN@x.no ,4,2,", "ann@x.no,1,5,", "bob@x.no,0,0,0")

    assert sorted(
        tuple(row.values())
        for row in table.select(["upn_id", "posted_count", "read_count"]).to_pylist()
    ) == sorted([(upn_id("ann@x.no"), 4, 5), (upn_id("bob@x.no"), 0, 0)])
    assert engage("ann@x.no,1,,").equals(engage("ann@x.no,,,", "ann@x.no,1,,"))


def test_a_person_who_is_yes_in_any_copy_is_yes() -> None:
    yes, no = teams_line(TEAMS_2021), teams_line(TEAMS_2021).replace(",Yes,", ",No,")

    table = parse("teams_user_activity", TEAMS_2021, no, yes, no)

    assert table["has_other_action"].to_pylist() == [True]


def test_rows_that_carry_no_identity_are_not_taken_for_one_person() -> None:
    table = engage(",0,7,0", " ,1,0,0", ",0,7,0", "ann@x.no,1,1,1")

    assert sorted(
        zip(
            table["identity_class"].to_pylist(),
            table["posted_count"].to_pylist(),
            table["read_count"].to_pylist(),
            strict=True,
        )
    ) == [("blank", 0, 7), ("blank", 0, 7), ("blank", 1, 0), ("member", 1, 1)]
    assert table["upn_id"].null_count == 3


def test_guests_survive_and_concealed_and_blank_names_are_told_apart() -> None:
    guest = "gus_partner.no#EXT#@fjordvik.onmicrosoft.com"
    mask = "3f2504e0-4f89-41d3-9a0c-0305e82c3302"

    table = engage(f"{guest},1,0,0", f"{HASH},2,0,0", f"{mask},3,0,0", ",4,0,0", "ann@x.no,5,0,0")

    found = zip(
        table["posted_count"].to_pylist(),
        table["identity_class"].to_pylist(),
        table["upn_id"].to_pylist(),
        strict=True,
    )
    assert sorted(found) == [
        (1, "guest", upn_id(guest)),
        (2, "concealed", upn_id(HASH)),
        (3, "concealed", upn_id(mask)),
        (4, "blank", None),
        (5, "member", upn_id("ann@x.no")),
    ]


def test_the_zero_id_of_concealed_rows_is_nobodys_id() -> None:
    line = teams_line(TEAMS_2025).replace(TEAMS_VALUES["User Id"], ZERO)

    table = parse(
        "teams_user_activity",
        TEAMS_2025,
        line.replace("ase@fjord.example", HASH),
        line.replace("ase@fjord.example", HASH[::-1]),
    )

    assert table["person_id"].to_pylist() == [None, None]
    assert table["identity_class"].to_pylist() == ["concealed", "concealed"]


CELL = st.one_of(st.just(""), st.integers(0, 30).map(str))
ROW = st.tuples(
    st.sampled_from(["ann@x.no", "ANN@x.no ", "bob@x.no", "gus#EXT#@x.no", HASH, ""]),
    st.sampled_from(["Ann", "Aas, Ann", 'An "A" Aas', "two\nlines", "Åse 🏊"]),
    CELL,
    CELL,
    CELL,
)


def rendered(
    rows: Sequence[tuple[str, ...]], order: Sequence[int], *, bom: bool, line_end: str, quoted: bool
) -> bytes:
    """The rows as a Viva Engage report with its columns in another order."""
    full = [
        ["2026-11-22", upn, name, "active", "", "2026-11-20", posted, read, liked, "E3", "1"]
        for upn, name, posted, read, liked in rows
    ]
    out = io.StringIO()
    quoting: Literal[0, 1] = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    writer = csv.writer(out, lineterminator=line_end, quoting=quoting)
    writer.writerows([line[i] for i in order] for line in [ENGAGE.split(","), *full])
    return ((BOM if bom else "") + out.getvalue()).encode()


@settings(database=None, deadline=None, max_examples=60)
@given(st.data(), st.lists(ROW, max_size=8))
def test_order_bom_line_ends_and_quotes_change_nothing_that_lands(
    data: st.DataObject, rows: list[tuple[str, ...]]
) -> None:
    report = CATALOG["viva_engage_user_activity"]
    plain = rendered(rows, range(11), bom=False, line_end="\n", quoted=False)
    other = rendered(
        data.draw(st.permutations(rows)),
        data.draw(st.permutations(range(11))),
        bom=data.draw(st.booleans()),
        line_end=data.draw(st.sampled_from(["\n", "\r\n"])),
        quoted=data.draw(st.booleans()),
    )

    table = parse_report(other, report, key=KEY, period_days=1)

    assert table.equals(parse_report(plain, report, key=KEY, period_days=1))
    assert table.num_rows == len({upn.strip().casefold() for upn, *_ in rows} - {""}) + sum(
        upn == "" for upn, *_ in rows
    )
