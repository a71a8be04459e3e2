"""A World's reports as Microsoft Graph words them, and its error bodies.

The header lines are Graph's own (live captures where there are any, else its documentation). They
are written out here and not read from the product's catalog, so that a wrong catalog shows.
"""

import codecs
import csv
import functools
import hashlib
import io
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter

from adoption.catalog import load_service_plans
from adoption.demo.world import Account, Counters, Plans, Sku, World

BOM = codecs.BOM_UTF8
REFRESH_LAG = timedelta(days=2)

_OLDEST = timedelta(days=28)
_PERIODS = {f"period='D{days}'": days for days in (7, 30, 90, 180)}
_ENABLED = ("Enabled", "Warning")
_ZERO_GUID = "00000000-0000-0000-0000-000000000000"

_DETAIL_HEADERS: Mapping[str, tuple[str, str]] = {
    "getTeamsUserActivityUserDetail": (
        "teams",
        "Report Refresh Date,User Id,User Principal Name,Last Activity Date,Is Deleted,"
        "Deleted Date,Assigned Products,Team Chat Message Count,Private Chat Message Count,"
        "Call Count,Meeting Count,Meetings Organized Count,Meetings Attended Count,"
        "Ad Hoc Meetings Organized Count,Ad Hoc Meetings Attended Count,"
        "Scheduled One-time Meetings Organized Count,Scheduled One-time Meetings Attended Count,"
        "Scheduled Recurring Meetings Organized Count,Scheduled Recurring Meetings Attended Count,"
        "Audio Duration,Video Duration,Screen Share Duration,Audio Duration In Seconds,"
        "Video Duration In Seconds,Screen Share Duration In Seconds,Has Other Action,"
        "Urgent Messages,Post Messages,Tenant Display Name,Shared Channel Tenant Display Names,"
        "Reply Messages,Is Licensed,Report Period",
    ),
    "getYammerActivityUserDetail": (
        "viva_engage",
        "Report Refresh Date,User Principal Name,Display Name,User State,State Change Date,"
        "Last Activity Date,Posted Count,Read Count,Liked Count,Assigned Products,Report Period",
    ),
    "getSharePointActivityUserDetail": (
        "sharepoint",
        "Report Refresh Date,User Principal Name,Is Deleted,Deleted Date,Last Activity Date,"
        "Viewed Or Edited File Count,Synced File Count,Shared Internally File Count,"
        "Shared Externally File Count,Visited Page Count,Assigned Products,Report Period",
    ),
}
_DAY_HEADERS: Mapping[str, tuple[str, str]] = {
    "getTeamsUserActivityUserCounts": (
        "teams",
        "Report Refresh Date,Report Date,Team Chat Messages,Private Chat Messages,Calls,Meetings,"
        "Other Actions,Report Period",
    ),
    "getYammerActivityUserCounts": (
        "viva_engage",
        "Report Refresh Date,Liked,Posted,Read,Report Date,Report Period",
    ),
    "getSharePointActivityUserCounts": (
        "sharepoint",
        "Report Refresh Date,Visited Page,Viewed Or Edited,Synced,Shared Internally,"
        "Shared Externally,Report Date,Report Period",
    ),
}
# The column of a day report to the column of the detail report whose people it counts.
_PEOPLE_WITH: Mapping[str, str] = {
    "Team Chat Messages": "Team Chat Message Count",
    "Private Chat Messages": "Private Chat Message Count",
    "Calls": "Call Count",
    "Meetings": "Meeting Count",
    "Other Actions": "Has Other Action",
    "Liked": "Liked Count",
    "Posted": "Posted Count",
    "Read": "Read Count",
    "Visited Page": "Visited Page Count",
    "Viewed Or Edited": "Viewed Or Edited File Count",
    "Synced": "Synced File Count",
    "Shared Internally": "Shared Internally File Count",
    "Shared Externally": "Shared Externally File Count",
}
# The cells of somebody who did nothing; any other column is a counter, and 0.
_IDLE_CELLS: Mapping[str, str] = {
    "Has Other Action": "No",
    **dict.fromkeys(("Audio Duration", "Video Duration", "Screen Share Duration"), "PT0S"),
    **dict.fromkeys(
        (
            *("Report Refresh Date", "User Id", "User Principal Name", "Display Name"),
            *("User State", "State Change Date", "Last Activity Date", "Is Deleted"),
            *("Deleted Date", "Assigned Products", "Tenant Display Name"),
            *("Shared Channel Tenant Display Names", "Is Licensed", "Report Period"),
        ),
        "",
    ),
}


class Refused(Exception):
    """A request that Graph answers with an error; carries the status and the body."""

    def __init__(self, status: int, code: str, message: str, *, nested: bool = False) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.body = render_error(code, message, nested=nested)


@dataclass(frozen=True, slots=True)
class View:
    """Through whose eyes a report is seen: the day that counts as today, and the privacy switch."""

    today: date
    concealed: bool = False

    @property
    def refresh(self) -> date:
        """The newest day that Graph calls covered."""
        return self.today - REFRESH_LAG


def render_error(code: str, message: str, *, nested: bool = False) -> bytes:
    """Graph's error body; `nested` is how the reports service hides one in another's message."""
    error: dict[str, object] = {"code": code, "message": message}
    if nested:
        error = {"code": "UnknownError", "message": json.dumps({"error": error})}
    return to_json({"error": {**error, "innerError": {"request-id": str(uuid.uuid4())}}})


def to_json(value: Mapping[str, object]) -> bytes:
    """`value` as UTF-8 JSON."""
    return json.dumps(value, ensure_ascii=False).encode()


def render_report(world: World, function: str, argument: str, view: View) -> bytes:
    """The file of `function(argument)`: UTF-8 with BOM, CRLF; raises Refused as Graph would."""
    days = _asked_days(argument, view)
    if function in _DETAIL_HEADERS:
        channel, header = _DETAIL_HEADERS[function]
        rows = _detail_rows(world, channel, header, days, view)
    elif function in _DAY_HEADERS and argument in _PERIODS:
        channel, header = _DAY_HEADERS[function]
        rows = _day_rows(world, channel, header, days, view)
    else:
        raise _no_such_function()
    text = io.StringIO(newline="")
    text.write(header + "\r\n")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return BOM + text.getvalue().encode()


def _no_such_function() -> Refused:
    return Refused(404, "InvalidArgument", "The requested function cannot be found.", nested=True)


def _asked_days(argument: str, view: View) -> Sequence[date]:
    """The days that an argument speaks of, oldest first; their number is the Report Period."""
    if argument in _PERIODS:
        return [view.refresh - timedelta(days=n) for n in reversed(range(_PERIODS[argument]))]
    kind, _, value = argument.partition("=")
    if argument == "period=''":
        raise _no_such_function()
    if kind != "date":
        raise Refused(400, "InvalidArgument", f"Invalid period value specified: {value}.")
    return [_asked_day(value, view.today)]


def _asked_day(value: str, today: date) -> date:
    if value.startswith("'"):
        raise Refused(
            400,
            "BadRequest",
            "Expression of type 'Edm.String' cannot be converted to type 'Edm.Date'.",
        )
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise Refused(400, "BadRequest", f"Unrecognized 'Edm.Date' literal '{value}'.") from error
    if not today - _OLDEST <= day < today:
        raise Refused(
            400,
            "InvalidArgument",
            f"Invalid date value specified: {day}. Only support data for the past 28 days.",
        )
    return day


def _detail_rows(
    world: World, channel: str, header: str, days: Sequence[date], view: View
) -> Iterator[Sequence[str]]:
    """One row for everybody who is licensed or was active, in an order that means nothing."""
    end = days[-1]
    totals = _totals(_activity(world, channel, day, view.today) for day in days)
    if not totals and end > view.refresh:
        return
    idle = {heading: _IDLE_CELLS.get(heading, "0") for heading in header.split(",")}
    in_order = itemgetter(*idle)
    directory = {account.id: account for account in world.accounts(end)}
    remaining = {account.id for account in world.accounts(view.today)}
    skus = world.skus(end)
    bundles = {account.plans for account in directory.values()}
    products = {plans: _products(plans, skus) for plans in (*bundles, ())}
    licensed = {id_ for id_, account in directory.items() if _is_licensed(account.plans, channel)}
    members = {id_ for id_ in licensed if directory[id_].user_type != "Guest"}
    for id_ in sorted(members | totals.keys(), key=lambda id_: _scramble(id_, str(end))):
        upn = world.report_upn(id_, end)
        account = directory.get(id_) or Account(id_, upn, upn, None)
        facts = {
            **_identity_cells(account, upn, concealed=view.concealed),
            "Report Refresh Date": str(view.refresh),
            "User State": "active",
            "Last Activity Date": str(world.last_activity(channel, id_, end) or ""),
            "Is Deleted": "False" if id_ in remaining else "True",
            "Assigned Products": products[account.plans],
            "Is Licensed": "Yes" if id_ in licensed else "No",
            "Report Period": str(len(days)),
        }
        yield in_order({**idle, **facts, **_counter_cells(totals.get(id_, {}))})


def _day_rows(
    world: World, channel: str, header: str, days: Sequence[date], view: View
) -> Iterator[Sequence[str]]:
    """One row a day, newest first: how many people had each kind of action above zero."""
    activity = {day: _activity(world, channel, day, view.today) for day in reversed(days)}
    if not any(activity.values()) and not any(
        _is_licensed(account.plans, channel) for account in world.accounts(view.refresh)
    ):
        return
    for day, people in activity.items():
        facts = {
            "Report Refresh Date": str(view.refresh),
            "Report Date": str(day),
            "Report Period": str(len(days)),
        }
        yield [
            facts.get(heading) or _people_with(_PEOPLE_WITH[heading], people)
            for heading in header.split(",")
        ]


def _people_with(counter: str, people: Mapping[str, Counters]) -> str:
    return str(sum(1 for counters in people.values() if counters.get(counter)))


def _activity(world: World, channel: str, day: date, seen_on: date) -> Mapping[str, Counters]:
    """What the world says, refused where it names a column that the report does not have."""
    activity = world.activity(channel, day, seen_on)
    known = _counters_of(channel)
    for counters in activity.values():
        if not counters.keys() <= known:
            raise ValueError(f"{channel} has no counter {sorted(counters.keys() - known)}")
    return activity


@functools.cache
def _counters_of(channel: str) -> frozenset[str]:
    header = next(header for name, header in _DETAIL_HEADERS.values() if name == channel)
    return frozenset(header.split(",")) - _IDLE_CELLS.keys() | {"Has Other Action"}


def _totals(days: Iterable[Mapping[str, Counters]]) -> Mapping[str, Counters]:
    """Everybody's counters over the days: numbers added, flags or-ed, blank where none is known."""
    totals: dict[str, dict[str, int | bool | None]] = {}
    for day in days:
        for id_, counters in day.items():
            total = totals.setdefault(id_, {})
            for heading, value in counters.items():
                before = total.get(heading)
                if value is None or before is None:
                    total[heading] = before if value is None else value
                else:
                    is_flag = isinstance(value, bool)
                    total[heading] = (before or value) if is_flag else before + value
    return totals


def _counter_cells(counters: Counters) -> Mapping[str, str]:
    cells = {}
    for heading, value in counters.items():
        is_flag = isinstance(value, bool)
        cells[heading] = ("Yes" if value else "No") if is_flag else _number(value)
        if heading.endswith(" In Seconds"):
            duration = "" if value is None else _iso_duration(value)
            cells[heading.removesuffix(" In Seconds")] = duration
    return cells


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _iso_duration(seconds: int) -> str:
    """3725 is PT1H2M5S."""
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    parts = [f"{n}{unit}" for n, unit in ((hour, "H"), (minute, "M"), (second, "S")) if n]
    return "PT" + ("".join(parts) or "0S")


def _identity_cells(account: Account, upn: str, *, concealed: bool) -> Mapping[str, str]:
    names = (account.id, upn, account.display_name)
    if concealed:
        names = (_ZERO_GUID, _scramble(account.id, "upn"), _scramble(account.id, "name"))
    return dict(zip(("User Id", "User Principal Name", "Display Name"), names, strict=True))


def _scramble(*texts: str) -> str:
    """32 upper-case hex characters that always stand for the same texts."""
    return hashlib.blake2b("|".join(texts).encode(), digest_size=16).hexdigest().upper()


def _products(plans: Plans, skus: Sequence[Sku]) -> str:
    owned = {plan for plan, _ in plans}
    bought = (sku for sku in skus if sku.plans and owned.issuperset(plan for plan, _ in sku.plans))
    return "+".join(sku.part_number for sku in bought)


@functools.lru_cache
def _is_licensed(plans: Plans, channel: str) -> bool:
    opens = service_plans()
    return any(opens.get(plan.lower()) == channel and status in _ENABLED for plan, status in plans)


@functools.cache
def service_plans() -> Mapping[str, str | None]:
    """Service plan id (lower case) to the channel that it opens."""
    return load_service_plans()
