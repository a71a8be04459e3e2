"""What the report does not show, and why: gaps are told, and never look like zero."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from adoption.exports import cells
from adoption.exports.html.marts import WINDOW_DAYS, Finding, Marts
from adoption.exports.html.wording import date, week
from adoption.names import in_text
from adoption.texts import CHANNELS, RESULTS, STATUSES, label, translate

_WINDOWS = 53  # as many as the trends show


@dataclass(frozen=True, slots=True)
class Gap:
    """One status: what it means, and the periods, units and channels that it holds for."""

    status: str
    meaning: str
    where: Sequence[str]


@dataclass(frozen=True, slots=True)
class Quality:
    """A finding in the data, worded."""

    check_name: str
    result: str
    code: str
    scope: str
    day: str
    message: str


def explain(status: str, language: str) -> str:
    """What a status means to a reader of figures; nothing for one without reserve."""
    return {
        "partial": translate(
            "One to four days of the period are missing, so the figures may be somewhat too low. "
            "They raise no flag.",
            language,
        ),
        "quiet": translate(
            "Fewer than half of the weekdays were working days, as at Christmas or in the summer "
            "holiday. The figures raise no flag.",
            language,
        ),
        "suppressed": translate(
            "So few people that figures could tell of a single person. They are counted in the "
            "units above.",
            language,
        ),
        "not_trusted": translate(
            "Something is wrong with the data, so no figure is shown until it is mended.", language
        ),
        "no_data": translate(
            "Too many of the days have not been fetched, so nothing is known.", language
        ),
        "not_in_use": translate(
            "The organisation does not have the channel, so it is left out.", language
        ),
    }.get(status, "")


def gaps(marts: Marts, language: str) -> list[Gap]:
    """Every status but `ok` that a figure of the report has, and where."""
    return [
        Gap(label(status, language), explain(status, language), where)
        for status in STATUSES
        if status != "ok" and (where := _where(marts, status, language))
    ]


def hidden_units(marts: Marts) -> list[str]:
    """Units that are not shown, to protect small groups, in the window that the report is about."""
    return _units(marts, "suppressed")


def findings(marts: Marts, language: str) -> list[Quality]:
    """What was looked at in the data, the worst first."""
    order = list(RESULTS)
    found = sorted(marts.findings, key=lambda row: -order.index(row.result))
    return [_quality(row, language) for row in found]


def _where(marts: Marts, status: str, language: str) -> list[str]:
    return [*_periods(marts, status, language), *_units(marts, status), *_channels(marts, status)]


def _periods(marts: Marts, status: str, language: str) -> list[str]:
    windows = [r for r in marts.windows(marts.root.unit_id) if r.window_days == WINDOW_DAYS]
    days = [row.window_end for row in windows[-_WINDOWS:] if row.status == status]
    return [
        translate("the four weeks to {date} ({week})", language).format(
            week=week(day, language), date=date(day, language)
        )
        for day in days
    ]


def _units(marts: Marts, status: str) -> list[str]:
    whole = marts.at(marts.root.unit_id, marts.window_end).status
    rows = (marts.at(unit.unit_id, marts.window_end) for unit in marts.units)
    return [in_text(row.unit) for row in rows if row.status == status != whole]


def _channels(marts: Marts, status: str) -> list[str]:
    """Channels of the whole organisation, and units in a channel that are hidden only there."""
    end = marts.window_end
    found = []
    for channel in marts.channels:
        name = CHANNELS.get(channel, channel)
        whole = marts.adoption.get((marts.root.unit_id, channel, end))
        if whole is not None and whole.status == status:
            found.append(name)
            continue
        for unit in marts.units:
            row = marts.adoption.get((unit.unit_id, channel, end))
            if row is not None and row.status == status != marts.at(unit.unit_id, end).status:
                found.append(f"{in_text(unit.unit)}: {name}")
    return found


def _quality(row: Finding, language: str) -> Quality:
    scope = row.scope or ""
    message = cells.message.value("message", msgspec.structs.asdict(row), language)
    return Quality(
        label(row.check_name, language),
        label(row.result, language),
        row.result,
        CHANNELS.get(scope, scope),
        date(row.day, language) if isinstance(row.day, dt.date) else "",
        str(message),
    )
