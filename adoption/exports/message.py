"""What is new, as a message: for a Teams channel as an Adaptive Card, for mail as plain text.

A card's text blocks read Markdown, and units are named by people: so all text stands in rich text
blocks, which do not.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any, Literal

from adoption import certainty, numbers, texts
from adoption.exports import cells
from adoption.names import in_text
from adoption.texts import translate

MOST_ITEMS = 12
"""Of each kind, so that a card stays below the 28 KB that Teams takes; the report has them all."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A row of `marts.unit_flag`."""

    unit_id: str
    unit: str
    flag: str
    opened_on: dt.date
    closed_on: dt.date | None
    staff: int
    not_reached: int | None
    reach_rate: float | None
    reach_low: float | None
    reach_high: float | None
    coded: Sequence[str]
    reason: str | None


@dataclass(frozen=True, slots=True)
class News:
    """What nobody has been told yet; `failed` are rows of `marts.data_quality`."""

    opened: Sequence[Flag] = ()
    closed: Sequence[Flag] = ()
    failed: Sequence[Mapping[str, object]] = ()

    def __bool__(self) -> bool:
        return bool(self.opened or self.closed or self.failed)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of a message, with what stands out in it first."""

    kind: Literal["title", "text", "heading", "item"]
    lead: str
    text: str = ""


def compose(news: News, whole: Mapping[str, object], language: str) -> list[Block]:
    """The message, in a reader's order; `whole`: the newest row of the organisation's reach."""
    day = whole["window_end"]
    date = numbers.date_text(day, language) if isinstance(day, dt.date) else cells.NOTHING
    title = translate("{organisation}: news on whom information reaches", language)
    foot = translate("All figures are in the report for the period that ended on {date}.", language)
    return [
        Block("title", title.format(organisation=in_text(whole["unit"]))),
        Block("text", "", _standing(whole, date, language)),
        *_opened(news.opened, language),
        *_closed(news.closed, language),
        *_failed(news.failed, language),
        Block("text", "", foot.format(date=date)),
    ]


def render_text(blocks: Sequence[Block]) -> str:
    """The message as plain text."""
    lines: list[str] = []
    for block in blocks:
        whole = " ".join(filter(None, (block.lead, block.text)))
        lines += [f"- {whole}"] if block.kind == "item" else ["", whole]
    return "\n".join(lines).strip() + "\n"


def render_card(blocks: Sequence[Block]) -> dict[str, Any]:
    """The message as a Teams workflow takes it: one Adaptive Card, which needs version 1.2."""
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": [_render_block(block) for block in blocks],
    }
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return {"type": "message", "attachments": [attachment]}


def _render_block(block: Block) -> dict[str, Any]:
    lead = {"type": "TextRun", "text": block.lead, "weight": "Bolder"}
    if block.kind == "title":
        lead["size"] = "Large"
    elif block.kind == "heading":
        lead["size"] = "Medium"
    runs = [lead] if block.lead else []
    if block.text:
        runs.append({"type": "TextRun", "text": f" {block.text}" if runs else block.text})
    look = {"spacing": "Large", "separator": True} if block.kind == "heading" else {}
    return {"type": "RichTextBlock", "inlines": runs, **look}


def _standing(whole: Mapping[str, object], date: str, language: str) -> str:
    status = texts.label(str(whole["status"]), language)
    rate = cells.rate.value("reach_rate", whole, language)
    reached = certainty.people("reached", whole)
    if not isinstance(rate, cells.Share) or reached is None:
        silent = translate(
            "There are no figures for the period that ended on {date}. Status: {status}.", language
        )
        return silent.format(date=date, status=_lower(status))
    sentence = translate(
        "{reached} of {staff} staff, {rate}, were reached in the period that ended on {date}.",
        language,
    ).format(
        reached=certainty.amount(reached, language, about=certainty.is_wide(whole)),
        staff=numbers.grouped(cells.count("staff", whole, language), language),
        rate=certainty.say_rate(whole, language),
        date=date,
    )
    sentence = _sentence(sentence)
    return sentence if whole["status"] == "ok" else f"{sentence} {status}."


def _opened(flags: Sequence[Flag], language: str) -> Iterator[Block]:
    by_unit = _by_unit(flags)
    heading = translate("Units with new findings: {count}", language)
    yield from _section(heading, [_opened_item(same, language) for same in by_unit], language)
    reasons = dict.fromkeys(f.reason for same in by_unit[:MOST_ITEMS] for f in same if f.reason)
    known = [reason for reason in reasons if reason in texts.REASONS]
    if known:
        yield Block("heading", texts.heading("advice", language))
    for reason in known:
        yield Block("item", f"{texts.label(reason, language)}:", texts.advice(reason, language))


def _opened_item(flags: Sequence[Flag], language: str) -> Block:
    first = flags[0]
    since = min(flag.opened_on for flag in flags)
    told = [
        *(f"{texts.label(flag.flag, language)}." for flag in flags),
        translate("Since {date}.", language).format(date=numbers.date_text(since, language)),
    ]
    if lost := certainty.say_not_reached(asdict(first), language):
        people = translate("{lost} staff are not reached; {rate} are reached.", language)
        rate = certainty.say_rate(asdict(first), language)
        told.append(_sentence(people.format(lost=lost, rate=rate)))
    if first.reason:
        reason = translate("Main reason: {reason}.", language)
        told.append(reason.format(reason=_lower(texts.label(first.reason, language))))
    return Block("item", f"{in_text(first.unit)}:", " ".join(told))


def _closed(flags: Sequence[Flag], language: str) -> Iterator[Block]:
    heading = translate("Units where findings have closed: {count}", language)
    items = [_closed_item(same, language) for same in _by_unit(flags)]
    yield from _section(heading, items, language)


def _closed_item(flags: Sequence[Flag], language: str) -> Block:
    span = translate("open from {opened} to {closed}", language)
    told = [
        f"{texts.label(flag.flag, language)} ("
        + span.format(
            opened=numbers.date_text(flag.opened_on, language),
            closed=numbers.date_text(flag.closed_on, language) if flag.closed_on else cells.NOTHING,
        )
        + ")."
        for flag in flags
    ]
    return Block("item", f"{in_text(flags[0].unit)}:", " ".join(told))


def _failed(findings: Sequence[Mapping[str, object]], language: str) -> Iterator[Block]:
    heading = translate("Problems with the data: {count}", language)
    items = [
        Block(
            "item",
            f"{texts.label(str(finding['check_name']), language)}:",
            in_text(cells.message.value("message", finding, language)),
        )
        for finding in findings
    ]
    yield from _section(heading, items, language)


def _section(heading: str, items: Sequence[Block], language: str) -> Iterator[Block]:
    if not items:
        return
    yield Block("heading", heading.format(count=len(items)))
    yield from items[:MOST_ITEMS]
    if len(items) > MOST_ITEMS:
        more = translate("And {count} more; see the report.", language)
        yield Block("text", "", more.format(count=len(items) - MOST_ITEMS))


def _by_unit(flags: Sequence[Flag]) -> list[list[Flag]]:
    """The flags of each unit together, units in the order of their first."""
    order = {unit_id: n for n, unit_id in enumerate(dict.fromkeys(f.unit_id for f in flags))}
    ordered = sorted(flags, key=lambda flag: order[flag.unit_id])
    return [list(same) for _, same in groupby(ordered, key=lambda flag: flag.unit_id)]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]
