"""The reports: each answers, with names, and each channel is one that the tenant has."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from adoption.catalog import Report
from adoption.errors import AdoptionError, DayOutOfReach
from adoption.graph.errors import AccessDenied, NoUsageData
from adoption.pipeline.doctor.answers import Answers, Busy, ReportAnswer
from adoption.pipeline.doctor.finding import (
    Finding,
    NotAsked,
    Result,
    failed,
    passed,
    skipped,
    told,
    warned,
)
from adoption.settings import Channels
from adoption.texts import label

_PULL = "Run 'adoption pull', which says what is wrong, and tell it to whoever runs this program."
_LATER = "If the channel is used, look again tomorrow: Graph can be some days late."
_SEE_CHANNEL = "See what stands under 'channel'."
_SWITCH = (
    "In the Microsoft 365 admin centre, under Settings > Org settings > Services > Reports, untick "
    '"Display concealed user, group, and site names in all reports". This program never changes it.'
)
_LOOK = (
    "Look in the Microsoft 365 admin centre, under Settings > Org settings > Services > Reports, "
    "or give the app the application permission ReportSettings.Read.All."
)


def look_at_reports(
    reports: Sequence[Report], answers: Mapping[str, ReportAnswer | AdoptionError], day: dt.date
) -> Iterator[Finding]:
    """A finding for each of `reports`; a single one where all of them failed alike."""
    kinds = {type(answer) for answer in answers.values()}
    first = next(iter(answers.values()))
    if len(kinds) == 1 and isinstance(first, AdoptionError):
        result: Result = "warn" if isinstance(first, Busy) else "fail"
        yield told("report", first, result=result, advice=_PULL)
        return
    for report in reports:
        yield _report_finding(report, answers[report.name], day)


def _report_finding(report: Report, answer: ReportAnswer | AdoptionError, day: dt.date) -> Finding:
    if isinstance(answer, ReportAnswer):
        asked_for = report.period if report.grain == "day" else day
        return _file_finding(report.name, answer, str(asked_for))
    if isinstance(answer, NoUsageData):
        message = "Graph does not know it in this tenant."
        return warned("report", message, advice=_SEE_CHANNEL, scope=report.name)
    if isinstance(answer, DayOutOfReach):
        return warned(
            "report",
            f"It answers, but Graph does not serve {day}.",
            advice="Check this machine's date, and --as-of if it is given.",
            scope=report.name,
        )
    result: Result = "warn" if isinstance(answer, Busy) else "fail"
    return told("report", answer, scope=report.name, result=result, advice=_PULL)


def _file_finding(name: str, answer: ReportAnswer, asked_for: str) -> Finding:
    refused = answer.facts.refused_count
    if refused:
        return warned(
            "report",
            f"{refused} rows of {asked_for} could not be read; such a day does not count.",
            advice=_PULL,
            scope=name,
        )
    if answer.row_count == 0:
        return warned(
            "report", f"It answers for {asked_for} with no rows.", advice=_LATER, scope=name
        )
    message = f"It answers for {asked_for} with {answer.row_count} rows."
    return passed("report", message, scope=name)


def look_at_names(answers: Answers) -> Finding:
    """Whether the reports carry names; where the setting cannot be read, the rows tell."""
    setting = answers.names_are_concealed
    files = [answer for answer in answers.reports.values() if isinstance(answer, ReportAnswer)]
    are_masked = any(file.is_concealed for file in files)
    if isinstance(setting, NotAsked):
        return told("report settings", setting)
    if setting is True or (isinstance(setting, AdoptionError) and are_masked):
        return failed(
            "report settings",
            "The tenant conceals names in its reports: nobody can tell units apart.",
            advice=_SWITCH,
        )
    if isinstance(setting, AccessDenied):
        return warned(
            "report settings",
            "The app may not look at the tenant's privacy setting for reports"
            f"{'; the rows carry names.' if any(f.has_names for f in files) else '.'}",
            advice=_LOOK,
        )
    if isinstance(setting, AdoptionError):
        return told("report settings", setting, result="warn")
    if are_masked:
        return warned(
            "report settings",
            "The tenant shows names, but rows still come without them.",
            advice="The setting may have been changed lately; look again tomorrow.",
        )
    return passed("report settings", "The tenant shows names in its reports.")


def look_at_channels(
    channels: Channels,
    reports: Sequence[Report],
    answers: Mapping[str, ReportAnswer | AdoptionError],
) -> Iterator[Finding]:
    """A finding for each channel in use: does the tenant have it, by its rows and its totals?"""
    uses = {
        channel: _has_use([answers[r.name] for r in reports if r.channel == channel])
        for channel in channels.use
    }
    leaders_are_gone = all(uses[channel] is False for channel in channels.leadership)
    for channel, has_use in uses.items():
        if has_use is None:
            yield skipped("channel", "Its reports did not all answer.", scope=channel)
        elif has_use:
            message = f"The tenant uses {label(channel, 'en')}."
            yield passed("channel", message, scope=channel)
        else:
            is_fatal = leaders_are_gone and channel in channels.leadership
            yield _absent_finding(channel, "fail" if is_fatal else "warn")


def _absent_finding(channel: str, result: Result) -> Finding:
    name = label(channel, "en")
    if result == "fail":
        return failed(
            "channel",
            f"Graph knows no use of {name}, nor of another channel that leadership publishes in: "
            "nobody can be reached.",
            advice="Check [graph] tenant_id, and [channels] leadership in the configuration.",
            scope=channel,
        )
    return warned(
        "channel",
        f"Graph knows no use of {name} in this tenant; it is left out of all figures.",
        advice="If that is right, take it out of [channels] in the configuration.",
        scope=channel,
    )


def _has_use(answers: Sequence[ReportAnswer | AdoptionError]) -> bool | None:
    """None where a report that could have told did not answer."""
    if any(isinstance(answer, ReportAnswer) and answer.tells_of_use for answer in answers):
        return True
    known = all(isinstance(answer, ReportAnswer | NoUsageData) for answer in answers)
    return False if known else None
