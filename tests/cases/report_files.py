"""Report files as Graph writes them, by their recorded headers, and what becomes of their rows."""

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import pytest

from adoption.catalog import load_catalog
from adoption.errors import ContractError
from adoption.identity import pseudonym
from adoption.lake import Snapshot, land
from adoption.reports import ParsedReport, parse_report
from adoption.views import lake_views

KEY = b"0123456789abcdef"
CATALOG = load_catalog()
BOM = "\ufeff"
ZERO = "00000000-0000-0000-0000-000000000000"
HASH = "0A1B2C3D4E5F60718293A4B5C6D7E8F9"

TEAMS = "teams_user_activity"
ENGAGE = "viva_engage_user_activity"
SHAREPOINT = "sharepoint_user_activity"
TEAMS_COUNTS = "teams_user_counts"
ENGAGE_COUNTS = "viva_engage_user_counts"
SHAREPOINT_COUNTS = "sharepoint_user_counts"
TEAM = "teams_team_activity"
COMMUNITY = "viva_engage_group_activity"
SITE = "sharepoint_site_usage"
EMAIL = "email_user_activity"

ENGAGE_HEADER = (
    "Report Refresh Date,User Principal Name,Display Name,User State,State Change Date,"
    "Last Activity Date,Posted Count,Read Count,Liked Count,Assigned Products,Report Period"
)
SHAREPOINT_HEADER = (
    "Report Refresh Date,User Principal Name,Is Deleted,Deleted Date,Last Activity Date,"
    "Viewed Or Edited File Count,Synced File Count,Shared Internally File Count,"
    "Shared Externally File Count,Visited Page Count,Assigned Products,Report Period"
)
TEAMS_HEADER_2021 = (
    "Report Refresh Date,User Principal Name,Last Activity Date,Is Deleted,Deleted Date,"
    "Assigned Products,Team Chat Message Count,Private Chat Message Count,Call Count,"
    "Meeting Count,Has Other Action,Report Period"
)
TEAMS_HEADER_2025 = (
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
TEAMS_HEADER_DOCUMENTED = (
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
TEAMS_COUNTS_HEADER = (
    "Report Refresh Date,Report Date,Team Chat Messages,Private Chat Messages,Calls,Meetings,"
    "Other Actions,Report Period"
)
ENGAGE_COUNTS_HEADER = "Report Refresh Date,Liked,Posted,Read,Report Date,Report Period"
SHAREPOINT_COUNTS_HEADER = (
    "Report Refresh Date,Visited Page,Viewed Or Edited,Synced,Shared Internally,Shared Externally,"
    "Report Date,Report Period"
)
TEAM_HEADER = (
    "Report Refresh Date,Team Name,Team Id,Team Type,Last Activity Date,Report Period,Active Users,"
    "Active Channels,Guests,Reactions,Meetings Organized,Post Messages,Reply Messages,"
    "Channel Messages,Urgent Messages,Mentions,Active Shared Channels,Active External Users"
)
COMMUNITY_HEADER = (
    "Report Refresh Date,Group Display Name,Is Deleted,Owner Principal Name,Last Activity Date,"
    "Group Type,Office 365 Connected,Member Count,Posted Count,Read Count,Liked Count,Report Period"
)
SITE_HEADER = (
    "Report Refresh Date,Site Id,Site URL,Owner Display Name,Is Deleted,Last Activity Date,"
    "File Count,Active File Count,Page View Count,Visited Page Count,Storage Used (Byte),"
    "Storage Allocated (Byte),Root Web Template,Owner Principal Name,Report Period"
)
EMAIL_HEADER = (
    "Report Refresh Date,User Principal Name,Display Name,Is Deleted,Deleted Date,"
    "Last Activity Date,Send Count,Receive Count,Read Count,Meeting Created Count,"
    "Meeting Interacted Count,Assigned Products,Report Period"
)
RECORDED = [
    (ENGAGE, ENGAGE_HEADER),
    (SHAREPOINT, SHAREPOINT_HEADER),
    (TEAMS, TEAMS_HEADER_2021),
    (TEAMS, TEAMS_HEADER_2025),
    (TEAMS, TEAMS_HEADER_DOCUMENTED),
    (TEAMS_COUNTS, TEAMS_COUNTS_HEADER),
    (ENGAGE_COUNTS, ENGAGE_COUNTS_HEADER),
    (SHAREPOINT_COUNTS, SHAREPOINT_COUNTS_HEADER),
    (TEAM, TEAM_HEADER),
    (COMMUNITY, COMMUNITY_HEADER),
    (SITE, SITE_HEADER),
    (EMAIL, EMAIL_HEADER),
]


def parse(report: str, *lines: str, period_days: int = 1) -> ParsedReport:
    """The report of these lines, a header first, with line ends as Graph writes them."""
    return parse_bytes(report, "".join(f"{line}\r\n" for line in lines).encode(), period_days)


def parse_bytes(report: str, data: bytes, period_days: int = 1) -> ParsedReport:
    return parse_report(data, CATALOG[report], key=KEY, period_days=period_days)


def refusal(report: str, *lines: str, period_days: int = 1) -> str:
    """What is told of a file that is refused whole."""
    with pytest.raises(ContractError) as caught:
        parse(report, *lines, period_days=period_days)
    return str(caught.value)


def line(header: str, **values: str) -> str:
    """A row under `header`: headings as keywords in snake case, all others blank."""
    cells = {heading: values.pop(_keyword(heading), "") for heading in header.split(",")}
    assert not values, f"the header has no {', '.join(values)}"
    return ",".join(_quoted(cell) if set(cell) & set(',"\n') else cell for cell in cells.values())


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def _keyword(heading: str) -> str:
    return heading.lower().replace(" ", "_").replace("-", "_").replace("(", "").replace(")", "")


def engage(*rows: str) -> ParsedReport:
    """A Viva Engage file with a row for each 'ann@x.no,1,2,3': posted, read and liked."""
    lines = []
    for row in rows:
        upn, *counters = row.split(",")
        lines.append(f"2026-11-22,{upn},A Name,active,,,{','.join(counters)},,1")
    return parse(ENGAGE, ENGAGE_HEADER, *lines)


def picked(parsed: ParsedReport, *columns: str) -> list[tuple[Any, ...]]:
    """The rows' values in these columns."""
    return [tuple(row.values()) for row in parsed.table.select(columns).to_pylist()]


def told(parsed: ParsedReport) -> dict[str, Any]:
    """The values of a report's only row, without those that are not known."""
    (row,) = parsed.table.to_pylist()
    return {name: value for name, value in row.items() if value is not None}


def upn_id(upn: str) -> int:
    return pseudonym(KEY, "upn", upn)


def landed(home: Path, report: str, parsed: ParsedReport, *, day: dt.date) -> None:
    """Lands a file as the snapshot of `day`."""
    rows, facts = parsed.table, parsed.facts
    snapshot = Snapshot(report, day, 1, day, row_count=rows.num_rows, facts=facts)
    assert land(home, snapshot, rows) == "landed"


def seen(home: Path, report: str, query: str) -> list[tuple[Any, ...]]:
    """What a query sees of the report's rows in the lake, which it calls `it`."""
    view = lake_views(home, CATALOG)[f"lake.{report}"]
    with duckdb.connect() as connection:
        return connection.execute(f"with it as ({view}) {query} order by all").fetchall()
