"""The catalogs are whole, and what a reader reads is in the reader's language."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from adoption import numbers, texts
from adoption.exports.csv import FILES

PACKAGE = Path(texts.__file__).parent
TRANSLATED = ("nb", "nn")


def catalog(language: str) -> Catalog:
    with (texts.LOCALE / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def forms(message: Message) -> tuple[str, ...]:
    """A message's translation, or those of its singular and plural."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def used() -> set[str]:
    """The texts of texts.py's tables, and every literal of the package's code and templates."""
    found = extract_from_dir(
        PACKAGE,
        [("**.py", "python"), ("**.j2", "jinja2")],
        keywords={"translate": None, "t": None, "plural": (1, 2), "n": (1, 2)},
    )
    return set(texts.messages()) | {str(message) for _, _, message, _, _ in found}


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalog_has_exactly_the_texts_that_are_used(language: str) -> None:
    entries = catalog(language)

    assert {str(m.id) for m in entries if m.id} == used(), f"mend adoption/locale/{language}.po"
    assert not entries.obsolete


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_has_a_translation_that_is_not_fuzzy(language: str) -> None:
    untold = [m.id for m in catalog(language) if m.id and (m.fuzzy or not all(forms(m)))]

    assert untold == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_placeholders_are_the_same_in_every_language(language: str) -> None:
    def placeholders(text: str) -> list[str]:
        return sorted(set(re.findall(r"\{.*?\}", text)))

    differing = [
        m.id
        for m in catalog(language)
        if m.id and placeholders(str(m.id)) != placeholders(str(m.string))
    ]

    assert differing == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_must_be_typed_or_found_as_it_stands_is_not_translated(language: str) -> None:
    literal = re.compile(
        r"config/service_plans\.toml|adoption (?:status|pull|check)|unit_attribute"
        r"|Display concealed user, group, and site names in all reports"
    )

    for m in catalog(language):
        found = sorted(literal.findall(str(m.string)))
        assert found == sorted(literal.findall(str(m.id))), m.id


def test_bokmaal_and_nynorsk_differ_in_every_sentence() -> None:
    bokmaal, nynorsk = (
        {str(m.id): str(m.string) for m in catalog(language)} for language in TRANSLATED
    )
    sentences = [*texts.QUALITY.values(), *(reason.advice for reason in texts.REASONS.values())]

    assert [s for s in sentences if len({s, bokmaal[s], nynorsk[s]}) < 3] == []


def test_a_text_without_a_translation_stays_english() -> None:
    assert texts.translate("Nobody wrote this", "nn") == "Nobody wrote this"


def test_importing_the_texts_does_not_import_babel() -> None:
    program = "import sys, adoption.texts; print('babel' in sys.modules)"

    run = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=PACKAGE.parent,
    )

    assert run.stdout.strip() == "False"


def test_every_column_of_the_files_has_a_heading_of_its_own() -> None:
    for language in ("en", *TRANSLATED):
        for _, columns in FILES.values():
            headings = [texts.heading(column, language) for column in columns]
            assert len(set(headings)) == len(columns)


def test_every_reason_has_advice_for_the_warehouse() -> None:
    rows = dict(texts.advice_rows("nb"))

    assert list(rows) == ["no_account", "no_licence", "never_onboarded", "dormant", "wrong_channel"]
    assert rows["dormant"].startswith("Noen som har brukt kanalene tidligere")
    assert rows["dormant"] == texts.advice("dormant", "nb")


def test_every_reason_has_somebody_with_the_next_move_who_has_a_name_in_every_language() -> None:
    actors = dict(texts.actor_rows())

    assert list(actors) == list(texts.REASONS)
    assert set(actors.values()) == set(texts.ACTORS)
    assert [texts.label(actors["dormant"], language) for language in ("en", "nb", "nn")] == [
        "Line leader",
        "Nærmeste leder",
        "Næraste leiar",
    ]


def test_labels_are_in_the_readers_language_and_unknown_codes_stay() -> None:
    codes = ("dormant", "falling", "suppressed", "warn", "viva_engage", "something_new")

    assert [texts.label(code, "nn") for code in codes] == [
        "Ikkje aktive i det siste",
        "Færre blir nådde enn før",
        "Skjult av omsyn til personvernet",
        "Åtvaring",
        "Viva Engage",
        "something_new",
    ]


def test_the_legend_names_every_sign() -> None:
    for language in ("en", *TRANSLATED):
        lines = texts.legend(language).splitlines()
        assert [line.split(" ")[0] for line in lines[:-1]] == [":", "≤", "≥", ".", "..", "–"]


def test_a_share_reads_as_a_percentage_and_a_count_as_a_number() -> None:
    share = ("rows_without_account", "fail", "teams_user_activity", 0.9234, 0.95)
    count = ("stale", "fail", "", 9.0, 7.0)

    assert "92.3% of the people" in str(texts.quality_message(*share, "en"))
    assert "92,3\N{NO-BREAK SPACE}% av personene" in str(texts.quality_message(*share, "nb"))
    assert "(grense: 95\N{NO-BREAK SPACE}%)" in str(texts.quality_message(*share, "nn"))
    assert "dagen: 9 (grense: 7)" in str(texts.quality_message(*count, "nb"))


def test_a_channel_in_a_message_has_its_name_and_a_unit_with_braces_its_own() -> None:
    channel = texts.quality_message("channel_not_in_use", "warn", "viva_engage", 0, None, "en")
    unit = texts.quality_message("headcount_below_persons", "warn", "{x} %s", None, None, "en")

    assert str(channel).startswith("Viva Engage is not in use")
    assert str(unit).startswith("{x} %s: the directory places more persons directly in the unit ")


def test_a_check_that_found_nothing_says_so() -> None:
    assert texts.quality_message("concealed", "pass", "x", 0.0, 0.0, "nb") == "I orden."
    assert ("pass", "I orden.") in texts.quality_rows("nb")


def test_every_check_has_a_name_that_the_catalogs_translate() -> None:
    assert set(texts.QUALITY) == set(texts.CHECKS)


@pytest.mark.parametrize(("check", "value"), [("a_new_check", 1.0), ("stale", None)])
def test_without_a_sentence_or_its_number_there_is_no_message(
    check: str, value: float | None
) -> None:
    assert texts.quality_message(check, "fail", "x", value, 7.0, "nb") is None


def test_a_check_that_could_not_look_yet_is_not_said_to_have_passed() -> None:
    check = "rows_below_usual"

    assert texts.quality_message(check, "pass", "teams", 90.0, 70.0, "nb") == "I orden."
    assert texts.quality_message(check, "pass", "teams", None, None, "nb") is None
    off = dict(texts.quality_rows("nb"))[f"{check}_off"]
    assert off.startswith("Ikke vurdert ennå for {scope}: ")


def test_every_check_has_a_template_and_a_message_in_every_language() -> None:
    for language in ("en", *TRANSLATED):
        checks = [check for check, _ in texts.quality_rows(language)]
        assert checks == [*texts.QUALITY, "pass", *(f"{check}_off" for check in texts.OFF)]
        for check in texts.QUALITY:
            message = texts.quality_message(check, "warn", "north", 0.5, 0.25, language)
            assert message is not None
            assert "{" not in message


def test_numbers_have_the_readers_decimal_sign_and_round_half_away_from_zero() -> None:
    assert numbers.percent_number(0.6325, "nb") == "63,3"
    assert numbers.percent_number(0.6325, "en") == "63.3"
    assert numbers.percent_number(1, "nb") == "100,0"
    assert numbers.decimal_text(-1234.5, "nn") == "-1234,5"
    assert numbers.decimal_text(100, "nb") == "100"
