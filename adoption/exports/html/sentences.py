"""Sentences that a leader can read aloud: how many, where, when, and on which step they are lost.

A sentence knows what it does not know: `about` where the interval is wide, `at least` and `at most`
where a count is shown as a bound, and no number at all where it is hidden.
"""

import msgspec

from adoption import certainty
from adoption.certainty import STEPS, People
from adoption.exports.html.marts import Reach
from adoption.exports.html.wording import period
from adoption.names import in_text
from adoption.numbers import count_text
from adoption.texts import plural, translate


def people(reach: Reach, column: str) -> People | None:
    """A level of the funnel with its bounds; None where it is hidden or unknown."""
    return certainty.people(column, msgspec.structs.asdict(reach))


def lost(reach: Reach, entering: str, leaving: str) -> People | None:
    """The people of one level who do not reach another."""
    return certainty.lost(msgspec.structs.asdict(reach), entering, leaving)


def reached(reach: Reach, language: str) -> str:
    """How many of the staff were reached, as a whole sentence."""
    found = people(reach, "reached")
    if reach.staff is None or found is None:
        return hidden(reach, language)
    sentence = translate("{amount} of {staff} staff in {unit} were reached {period}.", language)
    return _filled(sentence, reach, found, language)


def not_reached(reach: Reach, reason: str | None, language: str) -> str:
    """How many of the staff were not reached, and for the reason's step how many are lost there."""
    found = lost(reach, "staff", "reached")
    if reach.staff is None or found is None:
        return hidden(reach, language)
    sentence = translate("{amount} of {staff} staff in {unit} were not reached {period}", language)
    because = cause(reach, reason, language)
    told = _filled(sentence, reach, found, language)
    return f"{told}; {because}." if because else f"{told}."


def funnel(reach: Reach, language: str) -> str:
    """What a picture of the funnel shows, for those who do not see it."""
    told = translate("From staff to reached, {unit} {period}", language)
    return told.format(unit=in_text(reach.unit), period=period(reach, language))


def hidden(reach: Reach, language: str) -> str:
    """The sentence for a unit whose number of reached people is not shown."""
    is_private = reach.status == "suppressed" or reach.staff is not None
    sentence = (
        translate(
            "How many were reached in {unit} {period} is not shown, to protect the few it would "
            "tell of.",
            language,
        )
        if is_private
        else translate("There are no figures for {unit} {period}.", language)
    )
    return sentence.format(unit=in_text(reach.unit), period=period(reach, language))


def cause(reach: Reach, reason: str | None, language: str) -> str:
    """How many of those not reached are lost on the reason's step; nothing where that is hidden."""
    found = lost(reach, *STEPS[reason]) if reason and reason in STEPS else None
    if found is None or found.most == 0:
        return ""
    sentences = {
        "no_account": plural(
            "{amount} of them has no user account",
            "{amount} of them have no user account",
            found.shown,
            language=language,
        ),
        "no_licence": plural(
            "{amount} of them has no licence",
            "{amount} of them have no licence",
            found.shown,
            language=language,
        ),
        "never_onboarded": plural(
            "{amount} of them has never used the channels",
            "{amount} of them have never used the channels",
            found.shown,
            language=language,
        ),
        "dormant": plural(
            "{amount} of them has used the channels before, but not in these weeks",
            "{amount} of them have used the channels before, but not in these weeks",
            found.shown,
            language=language,
        ),
        "wrong_channel": plural(
            "{amount} of them is active, but not where leadership publishes",
            "{amount} of them are active, but not where leadership publishes",
            found.shown,
            language=language,
        ),
    }
    return sentences[str(reason)].format(amount=certainty.amount(found, language))


def step(reason: str, language: str) -> str:
    """What those have in common who are lost on the reason's step, to follow a number of people."""
    return {
        "no_account": translate("have no user account", language),
        "no_licence": translate("have an account, but no licence", language),
        "never_onboarded": translate("have a licence, but have never used the channels", language),
        "dormant": translate("used the channels before, but not in these weeks", language),
        "wrong_channel": translate("are active, but not where leadership publishes", language),
    }[reason]


def remedy(reason: str | None, language: str) -> str:
    """Who can do something, and what, in one short sentence."""
    return {
        "no_account": translate("HR and IT can create the accounts that are missing.", language),
        "no_licence": translate("IT can give a licence to those who should have one.", language),
        "never_onboarded": translate(
            "The line leader can set aside time for a first sign-in, with help from IT.", language
        ),
        "dormant": translate(
            "The line leader can ask what stands in the way; communications can see to it that "
            "there is something useful there.",
            language,
        ),
        "wrong_channel": translate(
            "Communications can publish where the unit already is.", language
        ),
    }.get(
        str(reason),
        translate(
            "No single step stands out; the line leader and communications can look at the "
            "funnel together.",
            language,
        ),
    )


def _filled(sentence: str, reach: Reach, found: People, language: str) -> str:
    about = certainty.is_wide(msgspec.structs.asdict(reach))
    said = sentence.format(
        amount=certainty.amount(found, language, about=about),
        staff=count_text(reach.staff or 0, language),
        unit=in_text(reach.unit),
        period=period(reach, language),
    )
    return said[0].upper() + said[1:]
