"""What a reader reads, in English here, in bokmål and nynorsk in `locale/*.po`.

The English text is the key of its translation, so no text is kept twice. Babel reads the catalogs
at the first text in another language, never on import: `status` and `query` need no Babel.
"""

import functools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from adoption.numbers import decimal_text, percent_text

LOCALE = Path(__file__).parent / "locale"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a unit is not reached, what to do about it, and who has the next move (see `ACTORS`)."""

    label: str
    advice: str
    actor: str


REASONS: Mapping[str, Reason] = {
    "no_account": Reason(
        "No user account",
        "Some of the staff have no user account, so no digital channel can reach them. HR and IT "
        "should compare the staff list with the directory and create the accounts that are "
        "missing; until then the line leader passes on what matters in person.",
        "hr_it",
    ),
    "no_licence": Reason(
        "No licence",
        "Some of those with an account have no licence for the channels that leadership "
        "publishes in. IT can assign a licence to those who should have one; until then the line "
        "leader passes on what matters in another way.",
        "it",
    ),
    "never_onboarded": Reason(
        "Never got started",
        "Some of those with a licence have never used any of the channels. The line leader should "
        "set aside time for a first sign-in, at work and on their own phone or a shared PC, "
        "and IT helps those who get stuck.",
        "line_leader",
    ),
    "dormant": Reason(
        "Not active lately",
        "Some who used the channels before did nothing there in these four weeks. The line leader "
        "should ask what stands in the way (time, device, password or content), and "
        "communications should check that there is something useful there for this unit.",
        "line_leader",
    ),
    "wrong_channel": Reason(
        "Active in other channels",
        "The staff use Microsoft 365, but not the channels that leadership publishes in. "
        "Communications can publish where the unit already is, or show the way from there, and "
        "the line leader can bring important news up in the unit's own channel.",
        "communications",
    ),
}

ACTORS: Mapping[str, str] = {
    "hr_it": "HR and IT", "it": "IT", "line_leader": "Line leader",
    "communications": "Communications",
}  # fmt: skip

FLAGS: Mapping[str, str] = {
    "not_reached": "Too few are reached",
    "falling": "Fewer are reached than before",
    "behind": "Behind the rest of the organisation",
}

STATUSES: Mapping[str, str] = {
    "ok": "Complete",
    "partial": "Some days missing",
    "quiet": "Few working days",
    "suppressed": "Hidden for privacy",
    "not_trusted": "Not trustworthy",
    "not_in_use": "Not in use",
    "no_data": "No data",
}

RESULTS: Mapping[str, str] = {"pass": "In order", "warn": "Warning", "fail": "Failed"}

# Units that stand for people of no unit; in the warehouse and its ids their names are English.
PSEUDO_UNITS = ("(unmapped)", "(no department)")

CHECKS: Mapping[str, str] = {
    "concealed": "Concealed names",
    "days_missing": "Days missing",
    "unmapped_department": "Department unknown to the unit register",
    "no_department": "Empty unit field",
    "headcount_below_persons": "Headcount too low",
    "headcount_looks_like_total": "Headcount looks like a total",
    "unit_not_valid": "Unit outside the days of the register",
    "licence_repaired": "Active without a known licence",
    "unknown_service_plan": "Unknown licence plan",
    "rows_without_account": "People found in the directory",
    "rows_refused": "Rows that cannot be read",
    "blank_column": "Blank columns",
    "rows_cut": "Cut report",
    "rows_below_usual": "Fewer rows than usual",
    "totals": "Against Microsoft's own totals",
    "stale": "Age of the figures",
    "channel_not_in_use": "Channel in use",
}

_LABELS = {code: reason.label for code, reason in REASONS.items()}
_LABELS |= {**ACTORS, **FLAGS, **STATUSES, **RESULTS, **CHECKS}

# Names of products: the same in every language, so they are in no catalog.
CHANNELS: Mapping[str, str] = {
    "teams": "Teams", "viva_engage": "Viva Engage", "sharepoint": "SharePoint",
    "outlook": "Outlook", "onedrive": "OneDrive", "copilot": "Copilot",
}  # fmt: skip

HEADINGS: Mapping[str, str] = {
    "unit_id": "Unit id",
    "unit": "Unit",
    "channel": "Channel",
    "window_end": "Period ends",
    "window_days": "Days in the period",
    "status": "Status",
    "staff": "Staff",
    "account": "With a user account",
    "licensed": "With a licence",
    "onboarded": "Have got started",
    "active": "Active",
    "reached": "Reached",
    "received": "Have taken something in",
    "contributing": "Reached and contributing",
    "contributed": "Have contributed",
    "reach_rate": "Reached, % of staff",
    "reach_low": "Reached, lower bound (%)",
    "reach_high": "Reached, upper bound (%)",
    "adoption_rate": "Active, % of those with a licence",
    "adoption_low": "Active, lower bound (%)",
    "adoption_high": "Active, upper bound (%)",
    "needed": "Reached at the goal",
    "to_target": "Lacking to the goal",
    "gap_share": "Part of all who are not reached",
    "fte": "Full-time equivalents",
    "earlier_rate": "Reached four weeks before, % of staff",
    "earlier_low": "Four weeks before, lower bound (%)",
    "earlier_high": "Four weeks before, upper bound (%)",
    "persons_before": "Accounts four weeks before",
    "joined": "Joined",
    "left": "Left",
    "moved_in": "Moved in",
    "moved_out": "Moved out",
    "persons_now": "Accounts now",
    "difference": "Against a year before (percentage points)",
    "difference_low": "Against a year before, lower bound",
    "difference_high": "Against a year before, upper bound",
    "reason": "Main reason",
    "flag": "Finding",
    "opened_on": "Open since",
    "closed_on": "Closed on",
    "not_reached": "People not reached",
    "advice": "What to do, and who can",
    "check_name": "Check",
    "scope": "Applies to",
    "day": "Day",
    "result": "Result",
    "value": "Value (shares in %)",
    "threshold": "Limit (shares in %)",
    "message": "What was found, and what to do",
}

LEGEND = (
    ": hidden for privacy\n"
    "≤ that many or fewer; shown no closer for privacy\n"
    "≥ that many or more; shown no closer for privacy\n"
    ". not trustworthy, so not shown\n.. no data, or the channel is not in use\n"
    "– nothing to show\nLower and upper bound: 95 percent confidence interval"
)

PASSED = "In order."

# Checks whose value and limit are fractions; all others count people or days.
SHARES = frozenset({"concealed", "no_department", "rows_without_account"})

QUALITY: Mapping[str, str] = {
    "concealed": (
        "In {scope}, {value} of the rows have concealed names, so nobody in them can be tied to a "
        "unit. In the Microsoft 365 admin centre, open Settings > Org settings > Services > "
        'Reports and clear the box "Display concealed user, group, and site names in all '
        'reports"; then fetch the days again.'
    ),
    "days_missing": (
        "Days that are not complete for {scope} in the newest period: {value}. The newest days "
        "are fetched again every night until they are settled. If the number does not fall, "
        "'adoption status' shows which days are missing, and 'adoption pull' fetches them."
    ),
    "unmapped_department": (
        "Persons whose department the unit register does not know: {value}. They are counted "
        "under (unmapped). Add the department to the unit register, as a unit or as an alias of "
        "one, or correct it in the directory."
    ),
    "no_department": (
        "{value} of the persons have an empty unit field in the directory (limit: {threshold}). "
        "They are counted under (no department); above the limit no figures are shown. Ask HR and "
        "IT to fill the field in, or choose another with 'unit_attribute' in the configuration."
    ),
    "headcount_below_persons": (
        "{scope}: the directory places more persons directly in the unit than the headcount says. "
        "The number of persons is used. Correct the headcount, or the unit field of those who do "
        "not work there."
    ),
    "headcount_looks_like_total": (
        "{scope}: the headcount is at least the sum of the units below it, so it looks like a "
        "total. Headcount means the staff placed directly in the unit; correct it in the unit "
        "register, or they are counted twice."
    ),
    "unit_not_valid": (
        "{scope}: the unit register bounds the unit to other days (valid_from, valid_to), but the "
        "directory places persons in it. They are counted there. Correct their unit field, or give "
        "the unit that took over this one's name as an alias, with valid_from."
    ),
    "licence_repaired": (
        "Persons who were active without a licence plan that we know: {value}. They are counted "
        "as licensed. Find the plan that they use and add it to config/service_plans.toml."
    ),
    "unknown_service_plan": (
        "The plan {scope} looks as if it opens one of the channels, but is not in "
        "config/service_plans.toml. If it does, add it there; otherwise those who have only this "
        "plan may be counted as having no licence."
    ),
    "rows_without_account": (
        "In {scope}, {value} of the people were found in the directory (limit: {threshold}). "
        "Below the limit the figures are not shown. Check that the directory and the reports come "
        "from the same organisation and that the application may read all users, then fetch the "
        "directory again with 'adoption pull'."
    ),
    "rows_refused": (
        "{scope}: {value} rows of the day's report could not be read, so the day does not count. "
        "It is fetched again as long as Microsoft serves it; 'adoption pull' says what is wrong "
        "with the rows."
    ),
    "blank_column": (
        "{scope}: {value} columns of the day's report are blank from top to bottom, so the day "
        "does not count. 'adoption pull --since' with the day fetches it again; if they stay "
        "blank, ask Microsoft's support."
    ),
    "rows_cut": (
        "{scope}: the day's report has exactly {value} rows, and there were {threshold} before. It "
        "looks cut, so the day does not count. It is fetched again every night."
    ),
    "rows_below_usual": (
        "{scope}: the day's report has {value} rows, and at least {threshold} were to be expected. "
        "If it was no special day, rows are missing; 'adoption pull --since' with the day "
        "fetches it again."
    ),
    "totals": (
        "{scope}: the rows of the day tell of {value} people for one kind of action, and Microsoft "
        "itself counts {threshold}. Where it counts more, rows are missing and the day does not "
        "count; 'adoption pull --since' with the day fetches it again."
    ),
    "stale": (
        "Days since the newest complete day: {value} (limit: {threshold}). Beyond the limit the "
        "figures are not shown. Check that the nightly run runs; 'adoption check' shows what "
        "stops it."
    ),
    "channel_not_in_use": (
        "{scope} is not in use in the organisation, so it is left out of the figures. If that is "
        "right, remove it from 'channels' in the configuration; if it is in use, 'adoption check' "
        "shows what is wrong."
    ),
}

# What a check says that passes because nobody could look yet.
OFF: Mapping[str, str] = {
    "rows_below_usual": (
        "Not looked at yet for {scope}: how many rows a day's report should have is known after "
        "four weeks of reports and, where the reports list everybody, once the directory tells "
        "who has a licence. Nothing needs to be done."
    ),
}


def messages() -> frozenset[str]:
    """Every English text of this module that the catalogs must translate."""
    advices = (reason.advice for reason in REASONS.values())
    tables = (
        _LABELS.values(), HEADINGS.values(), QUALITY.values(), OFF.values(), PSEUDO_UNITS,
    )  # fmt: skip
    return frozenset({LEGEND, PASSED}.union(advices, *tables))


def translate(text: str, language: str) -> str:
    """`text` in `language` (nb, nn or en); English where the catalog does not have it."""
    return text if language == "en" else _catalog(language).get(text, text)


def plural(one: str, many: str, count: int, *, language: str) -> str:
    """`one` or `many` in `language`: Norwegian, like English, has a form for 1 and one for others.

    Both stand in the catalogs as one entry, so that a translator sees them together.
    """
    return translate(one if count == 1 else many, language)


@functools.cache
def _catalog(language: str) -> Mapping[str, str]:
    from babel.messages.pofile import read_po  # slow to import, and English needs none of it

    with (LOCALE / f"{language}.po").open("rb") as file:
        entries = read_po(file, locale=language, abort_invalid=True)
    return {
        text: translated
        for m in entries
        if m.id and not m.fuzzy
        for text, translated in zip(_forms(m.id), _forms(m.string), strict=True)
        if translated
    }


def _forms(text: Iterable[str] | None) -> tuple[str, ...]:
    """A message's singular and plural, or the message alone."""
    return (text,) if isinstance(text, str) else tuple(text or ())


def label(code: str, language: str) -> str:
    """What a reader reads for a reason, actor, flag, status, result or channel; else the code."""
    return translate(_LABELS[code], language) if code in _LABELS else CHANNELS.get(code, code)


def advice(reason: str, language: str) -> str:
    """What to do about `reason`, and who can; raises KeyError for one that we do not know."""
    return translate(REASONS[reason].advice, language)


def advice_rows(language: str) -> list[tuple[str, str]]:
    """(reason, advice) for every reason, for the warehouse to join with."""
    return [(reason, advice(reason, language)) for reason in REASONS]


def actor_rows() -> list[tuple[str, str]]:
    """(reason, code of who has the next move) for every reason, for the warehouse to join with."""
    return [(code, reason.actor) for code, reason in REASONS.items()]


def heading(column: str, language: str) -> str:
    """The heading of a column of the exports; raises KeyError for a column without one.

    A column named after a reason has the people lost for it, and names who has the next move.
    """
    if column in REASONS:
        told = label(column, language)
        return f"{label(REASONS[column].actor, language)}: {told[0].lower()}{told[1:]}"
    return translate(HEADINGS[column], language)


def legend(language: str) -> str:
    """What the signs in the exports' cells mean, a line each: the sign, a space, its meaning."""
    return translate(LEGEND, language)


def quality_rows(language: str) -> list[tuple[str, str]]:
    """(check_name, template) for every check, `pass` for one that found nothing, …`_off`."""
    off = {f"{check}_off": template for check, template in OFF.items()}
    templates = {**QUALITY, "pass": PASSED, **off}
    return [(check, translate(template, language)) for check, template in templates.items()]


def quality_message(
    check_name: str,
    result: str,
    scope: str,
    value: float | None,
    threshold: float | None,
    language: str,
    unknown: str | None = None,
) -> str | None:
    """What a check found and what to do; None where we have no sentence, or lack its number.

    `value` and `threshold` are as in `marts.data_quality`: fractions for the checks in `SHARES`;
    `unknown` stands for one that is hidden.
    """
    if check_name not in QUALITY:
        return None
    if result == "pass":
        is_off_or_hidden = check_name in OFF and value is None
        return None if is_off_or_hidden else translate(PASSED, language)
    template = translate(QUALITY[check_name], language)
    number = percent_text if check_name in SHARES else decimal_text
    filled = {"scope": CHANNELS.get(scope, scope)}
    for name, amount in (("value", value), ("threshold", threshold)):
        if amount is not None and math.isfinite(amount):
            filled[name] = number(amount, language)
        elif unknown:
            filled[name] = unknown
        elif f"{{{name}}}" in template:
            return None
    return template.format_map(filled)
