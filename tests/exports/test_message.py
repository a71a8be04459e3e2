"""What the message says, as text and as a card, in the reader's language."""

import datetime as dt
import json

import pytest

from adoption import texts
from adoption.exports.message import MOST_ITEMS, Flag, News, compose, render_card, render_text
from tests.exports.sample import NAMES, QUALITY, REACH

SUNDAY, EARLIER = dt.date(2026, 3, 1), dt.date(2026, 2, 1)
WHOLE = REACH.to_pylist()[0]


def flag(unit: str = "Skole", kind: str = "not_reached", closed_on: dt.date | None = None) -> Flag:
    figures = 37, 23, 14 / 37, 0.2405, 0.5388, ["not_reached"]
    return Flag(unit.casefold(), unit, kind, EARLIER, closed_on, *figures, "no_licence")


def text(news: News, language: str = "en", **whole: object) -> str:
    return render_text(compose(news, {**WHOLE, **whole}, language))


def test_a_message_tells_units_reasons_and_what_to_do_once() -> None:
    news = News(opened=[flag("Nord"), flag("Sør"), flag("Nord", "falling")])

    assert text(news) == (
        "Fjordvik kommune: news on whom information reaches\n"
        "\n"
        "About 20 of 40 staff, 50% (35–65%), were reached in the period that ended on 1 March "
        "2026.\n"
        "\n"
        "Units with new findings: 2\n"
        "- Nord: Too few are reached. Fewer are reached than before. Since 1 February 2026. At "
        "most 23 of 37 staff are not reached; ≥38% (24–54%) are reached. Main reason: no "
        "licence.\n"
        "- Sør: Too few are reached. Since 1 February 2026. At most 23 of 37 staff are not "
        "reached; ≥38% (24–54%) are reached. Main reason: no licence.\n"
        "\n"
        "What to do, and who can\n"
        f"- No licence: {texts.advice('no_licence', 'en')}\n"
        "\n"
        "All figures are in the report for the period that ended on 1 March 2026.\n"
    )


def test_what_has_closed_and_what_fails_in_nynorsk() -> None:
    failed = [row for row in QUALITY.to_pylist() if row["result"] == "fail"]
    news = News(closed=[flag(closed_on=SUNDAY)], failed=failed)

    lines = text(news, "nn", status="partial").splitlines()

    assert lines[2:8] == [
        "Om lag 20 av 40 tilsette, 50\N{NO-BREAK SPACE}% (35–65\N{NO-BREAK SPACE}%), vart nådde i "
        "perioden som slutta 1. mars 2026. Nokre dagar manglar.",
        "",
        "Einingar der funn er lukka: 1",
        "- Skole: For få blir nådde (ope frå 1. februar 2026 til 1. mars 2026).",
        "",
        "Problem med dataa: 1",
    ]
    assert lines[8].startswith("- Skjulte namn: I teams_user_activity har 12,5\N{NO-BREAK SPACE}%")


def test_without_figures_the_message_says_why_and_never_zero() -> None:
    whole = REACH.to_pylist()[1] | {"status": "not_trusted"}

    lines = render_text(compose(News(opened=[flag()]), whole, "nb")).splitlines()

    assert lines[2] == (
        "Det finnes ingen tall for perioden som sluttet 1. mars 2026. Status: ikke til å stole på."
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_units_name_stays_as_it_is_on_one_line_in_text_and_card(name: str) -> None:
    blocks = compose(News(opened=[flag(name)]), {**WHOLE, "unit": name}, "nb")

    card = render_card(blocks)["attachments"][0]["content"]

    one_line = name.replace("\r\n", " ")
    assert f"\n- {one_line}: For få blir nådd." in render_text(blocks)
    assert [card["body"][n]["inlines"][0]["text"] for n in (0, 3)] == [
        f"{one_line}: nytt om hvem informasjonen når fram til", f"{one_line}:",
    ]  # fmt: skip


def test_no_text_of_a_card_is_read_as_markdown() -> None:
    blocks = compose(News(opened=[flag("*Nord* [x](y)")]), WHOLE, "nb")

    body = render_card(blocks)["attachments"][0]["content"]["body"]

    assert {block["type"] for block in body} == {"RichTextBlock"}
    assert {run["type"] for block in body for run in block["inlines"]} == {"TextRun"}


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_a_card_with_everything_at_its_longest_is_small_enough_for_teams(language: str) -> None:
    units = [f"{n:03}{'å' * 61}" for n in range(400)]
    every_reason = [
        Flag(unit, unit, kind, SUNDAY, SUNDAY, 99999, 99998, 0.5, 0.4, 0.6, [], reason)
        for unit, reason in zip(units, list(texts.REASONS) * 80, strict=True)
        for kind in texts.FLAGS
    ]
    longest = {
        "check_name": "rows_without_account", "result": "fail", "scope": "å" * 64,
        "value": 0.5, "threshold": 0.95, "message": "",
    }  # fmt: skip
    blocks = compose(News(every_reason, every_reason, [longest] * 400), WHOLE, language)

    payload = json.dumps(render_card(blocks), ensure_ascii=False).encode()

    assert len(payload) < 28_000
    assert sum(block.kind == "item" for block in blocks) == 3 * MOST_ITEMS + len(texts.REASONS)
