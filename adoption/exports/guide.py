"""What a reader must know to read the tables: the sheets, the words, the signs, the method."""

from collections.abc import Mapping
from dataclasses import dataclass

from adoption.texts import STATUSES, heading, label, legend, translate


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, and rows of a term and what it means; the term may be blank."""

    heading: str
    rows: tuple[tuple[str, str], ...]


def sheet_name(mart: str, language: str) -> str:
    """The name of a mart's sheet; raises KeyError for one without a name."""
    return _sheets(language)[mart][0]


def how_to_read(language: str) -> tuple[str, tuple[Section, ...]]:
    """The guide's title (short enough to name a sheet), and what stands in it."""
    signs = [line.split(" ", 1) for line in legend(language).splitlines()]
    return translate("How to read", language), (
        Section(
            translate("The sheets", language),
            tuple(_sheets(language).values()),
        ),
        Section(
            translate("From staff to contributing", language),
            tuple((heading(step, language), text) for step, text in _steps(language).items()),
        ),
        Section(
            translate("Signs in the cells", language),
            tuple((sign, meaning) for sign, meaning in signs[:-1]),
        ),
        Section(
            translate("Good to know", language),
            (
                ("", legend(language).splitlines()[-1]),
                ("", translate(
                    "A unit's figures cover everything below it, so units must not be added up.",
                    language,
                )),
                ("", translate(
                    "The newest period stands first. Use the arrows in the header row to choose a "
                    "unit or a period.",
                    language,
                )),
            ),
        ),
    )  # fmt: skip


def method(language: str) -> tuple[str, tuple[Section, ...]]:
    """The method's title (short enough to name a sheet), and what stands in it."""
    return translate("Method", language), (
        Section(translate("How the figures come about", language), _figures(language)),
        Section(translate("How findings open and close", language), _findings(language)),
        Section(
            translate("Status of a figure", language),
            tuple((label(code, language), text) for code, text in _statuses(language).items()),
        ),
        Section(translate("Privacy", language), _privacy(language)),
    )


def _sheets(language: str) -> Mapping[str, tuple[str, str]]:
    return {
        "unit_reach": (
            translate("Reach", language),
            translate(
                "How many of the staff of each unit are reached by what leadership publishes, and "
                "where the others are lost on the way: one row for each unit and period.",
                language,
            ),
        ),
        "unit_channel": (
            translate("Channels", language),
            translate(
                "How many of those with a licence use each channel: one row for each unit, channel "
                "and period.",
                language,
            ),
        ),
        "unit_flag": (
            translate("Findings", language),
            translate(
                "Units that information does not reach, since when, why, and what can be done. "
                "Findings that are open come first.",
                language,
            ),
        ),
        "unit_target": (
            translate("The way to the goal", language),
            translate(
                "How many more would have to be reached in the newest period, on which step the "
                "others are lost, and who has the next move.",
                language,
            ),
        ),
        "unit_movement": (
            translate("Changes", language),
            translate(
                "Reach now and four weeks before beside the people who came and went, so that a "
                "change of the share can be told from a change of the people. Where there is a "
                "year of figures, also the change since the same week a year before.",
                language,
            ),
        ),
        "data_quality": (
            translate("Data quality", language),
            translate(
                "What was looked at in the data, whether it is in order, and what to do if not.",
                language,
            ),
        ),
    }


def _steps(language: str) -> Mapping[str, str]:
    return {
        "staff": translate("Everybody who works in the unit or below it.", language),
        "account": translate("Of those, have a user account.", language),
        "licensed": translate(
            "Of those, have a licence for a channel that leadership publishes in.", language
        ),
        "onboarded": translate("Of those, have used one of the channels at some time.", language),
        "active": translate("Of those, did anything in a channel in the period.", language),
        "reached": translate(
            "Of those, took something in where leadership publishes: read, opened, or answered.",
            language,
        ),
        "contributing": translate(
            "Of those, gave something that others can see: wrote, answered, liked or shared.",
            language,
        ),
    }


def _figures(language: str) -> tuple[tuple[str, str], ...]:
    return (
        (
            translate("Source", language),
            translate(
                "Microsoft 365's own reports on use, the directory, and the unit register. They "
                "count actions; what somebody wrote or read is not in them.",
                language,
            ),
        ),
        (
            translate("Period", language),
            translate(
                "Four weeks, so that each weekday counts the same. People count in the unit that "
                "they belong to on the period's last day.",
                language,
            ),
        ),
        (
            translate("Uncertainty", language),
            translate(
                "Lower and upper bound are those of Wilson's 95 percent interval. The smaller a "
                "unit is, the further they lie apart, and the more chance may explain.",
                language,
            ),
        ),
        (
            heading("reason", language),
            translate(
                "The step from staff to reached on which the unit loses most people beyond what it "
                "would lose if it were like the organisation as a whole.",
                language,
            ),
        ),
        (
            "Teams",
            translate(
                "The report cannot tell reading from other actions, so what it says of reading is "
                "uncertain.",
                language,
            ),
        ),
    )


def _findings(language: str) -> tuple[tuple[str, str], ...]:
    return (
        (
            label("not_reached", language),
            translate(
                "Even the upper bound lies below the organisation's target, and enough people are "
                "not reached.",
                language,
            ),
        ),
        (
            label("falling", language),
            translate(
                "Clearly lower than four weeks before, and by more than chance explains.", language
            ),
        ),
        (
            label("behind", language),
            translate(
                "Lower than the rest of the organisation, by more than chance explains even when "
                "so many units are compared.",
                language,
            ),
        ),
        (
            "",
            translate(
                "A finding opens when it holds on two Sundays in a row, and closes when it does "
                "not hold on two in a row.",
                language,
            ),
        ),
    )


def _statuses(language: str) -> Mapping[str, str]:
    meanings = {
        "ok": translate("All days are there.", language),
        "partial": translate(
            "One to four days are missing. The figures stand, but open and close no finding.",
            language,
        ),
        "quiet": translate(
            "Holidays: under half of the weekdays were working days. The figures stand, but open "
            "and close no finding.",
            language,
        ),
        "suppressed": translate(
            "Too few people, or a figure that would give away that of a small group.", language
        ),
        "not_trusted": translate(
            "The data are concealed, out of date or too full of gaps; see the data quality.",
            language,
        ),
        "not_in_use": translate("The organisation does not use the channel.", language),
        "no_data": translate("Too many days are missing.", language),
    }
    return {code: meanings[code] for code in STATUSES}


def _privacy(language: str) -> tuple[tuple[str, str], ...]:
    return (
        (
            "",
            translate(
                "The figures are about groups. No name is stored, and no figure is about a person.",
                language,
            ),
        ),
        (
            "",
            translate(
                "Figures of small groups are hidden, and so are others from which those could be "
                "worked out. Counts near none or all are shown as a bound (≤ or ≥).",
                language,
            ),
        ),
    )
