"""What the report says: sentences, numbers and gaps, word for word."""

import datetime as dt
import re
from pathlib import Path

import duckdb
import msgspec
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from adoption import numbers
from adoption.errors import ContractError
from adoption.exports.html import change, gaps, sentences, summary, units, wording
from adoption.exports.html.marts import Reach, read
from adoption.exports.html.report import export_html, render_html
from tests.exports.municipality import LONG, marts

SUNDAY = dt.date(2026, 10, 25)
NORTH = Reach(
    "north", "Hjemmetjenesten nord", SUNDAY, 28, "ok",
    staff=52, account=50, licensed=41, onboarded=40, active=39, reached=38,
    reach_rate=38 / 52, reach_low=0.65, reach_high=0.80,
)  # fmt: skip


def changed(**values: object) -> Reach:
    return msgspec.structs.replace(NORTH, **values)


def test_the_sentence_can_be_read_aloud_in_every_language() -> None:
    told = [sentences.not_reached(NORTH, "no_licence", language) for language in ("nb", "nn", "en")]

    assert told == [
        "14 av 52 ansatte i Hjemmetjenesten nord ble ikke nådd i uke 40 til 43; "
        "9 av dem har ikke lisens.",
        "14 av 52 tilsette i Hjemmetjenesten nord vart ikkje nådde i veke 40 til 43; "
        "9 av dei har ikkje lisens.",
        "14 of 52 staff in Hjemmetjenesten nord were not reached in weeks 40 to 43; "
        "9 of them have no licence.",
    ]


def test_where_the_interval_is_wide_the_sentence_says_about() -> None:
    wide = changed(reach_low=0.59)

    told = [sentences.not_reached(wide, None, language)[:10] for language in ("nb", "nn", "en")]

    assert told == ["Omtrent 14", "Om lag 14 ", "About 14 o"]


def test_one_person_has_and_two_have() -> None:
    one, two = (sentences.cause(changed(account=n), "no_account", "en") for n in (51, 50))

    assert (one, two) == ("1 of them has no user account", "2 of them have no user account")


@pytest.mark.parametrize(
    ("levels", "coded", "start", "end"),
    [
        ({"reached": 2}, ["reached"], "Minst 50 av 52 ", "; minst 37 av dem er aktive, "),
        ({"reached": 39}, ["reached"], "Høyst 13 av 52 ", "."),
        ({"active": 39}, ["active"], "14 av 52 ", "; minst 1 av dem er aktiv, "),
        ({"onboarded": None, "active": None, "reached": None}, ["reached"], "Hvor mange ", "."),
    ],
)
def test_a_bound_is_told_as_a_bound_and_a_hidden_number_not_at_all(
    levels: dict[str, int | None], coded: list[str], start: str, end: str
) -> None:
    sentence = sentences.not_reached(changed(**levels, coded=coded), "wrong_channel", "nb")

    assert sentence.startswith(start)
    assert end in sentence


@for_all(st.integers(0, 40), st.integers(0, 40), st.booleans(), st.booleans())
def test_what_is_said_of_a_loss_holds_for_every_true_count(
    active: int, reached: int, codes_active: bool, codes_reached: bool
) -> None:
    def shown(true: int, is_coded: bool) -> int:
        return true if not is_coded else 2 if true <= 2 else 38 if true >= 38 else true

    active, reached = max(active, reached), min(active, reached)
    codes = {"active": codes_active, "reached": codes_reached}
    true = {"active": active, "reached": reached}
    coded = [c for c, is_coded in codes.items() if is_coded and not 2 < true[c] < 38]
    levels = {column: shown(true[column], column in coded) for column in true}

    lost = sentences.lost(changed(licensed=40, **levels, coded=coded), "active", "reached")

    assert lost is not None
    assert lost.least <= active - reached <= lost.most


@pytest.mark.parametrize(
    ("end", "days", "told"),
    [
        (dt.date(2026, 1, 11), 28, "i uke 51 i 2025 til uke 2 i 2026"),
        (dt.date(2026, 10, 27), 28, "i de fire ukene fram til 27. oktober 2026"),
        (dt.date(2026, 10, 27), 7, "i de 7 dagene fram til 27. oktober 2026"),
    ],
)
def test_a_period_is_told_by_its_weeks_or_its_last_day(end: dt.date, days: int, told: str) -> None:
    assert wording.period(changed(window_end=end, window_days=days), "nb") == told


def test_percents_are_whole_and_never_round_to_nothing_or_all() -> None:
    shares = (0.0, 0.004, 0.005, 0.7885, 0.996, 1.0)

    told = [numbers.whole_percent(share, "en") for share in shares]

    assert told == ["0%", "<1%", "1%", "79%", ">99%", "100%"]
    assert numbers.whole_percent(0.5, "nn") == "50\N{NO-BREAK SPACE}%"


def test_numbers_of_five_digits_are_grouped() -> None:
    told = [wording.count(changed(staff=staff), "staff", "nb").text for staff in (1253, 12530)]

    assert told == ["1253", "12\N{NO-BREAK SPACE}530"]


def test_units_stand_in_order_of_people_not_reached_and_a_hidden_number_last(
    db: duckdb.DuckDBPyConnection,
) -> None:
    found = summary.flagged(read(marts(db)), "en", None)

    assert [(one.unit.unit_id, one.not_reached, one.since) for one in found] == [
        ("formula", "≥24", "Since 25 January 2026 (5 weeks)"),
        ("north", "14", "Since 15 February 2026 (2 weeks)"),
        ("emoji", "", "Since 1 March 2026"),
    ]
    assert [flag for flag, _ in found[1].flags] == [
        "Too few are reached",
        "Behind the rest of the organisation",
    ]


def test_a_closed_flag_is_told_as_closed(db: duckdb.DuckDBPyConnection) -> None:
    ((_, flag, day),) = summary.closed(read(marts(db)), "en")

    assert (flag, day) == ("Fewer are reached than before", "15 February 2026")


def test_every_status_is_told_with_where_it_holds(db: duckdb.DuckDBPyConnection) -> None:
    told = {gap.status: list(gap.where) for gap in gaps.gaps(read(marts(db)), "en")}

    assert told == {
        "Some days missing": ["the four weeks to 22 February 2026 (week 8)"],
        "Few working days": ["the four weeks to 4 January 2026 (week 1)"],
        "Hidden for privacy": ["<script>alert(1)</script>"],
        "Not trustworthy": ["SharePoint"],
        "Not in use": ["Viva Engage"],
        "No data": ["the four weeks to 28 December 2025 (week 52)"],
    }


def test_a_figure_that_is_not_shown_is_its_sign_and_never_zero(
    db: duckdb.DuckDBPyConnection,
) -> None:
    rows = units.heat_map(read(marts(db)), "en")

    cells = {row.unit.unit_id: [cell.figure.text for cell in row.cells] for row in rows}
    assert cells == {
        "org": [".", "82%", ".."],
        "sector": ["..", "..", ".."],
        "north": ["..", "20%", ".."],
        "formula": ["..", "..", ".."],
        "script": ["..", ":", ".."],
        "emoji": ["..", "..", ".."],
        "long": ["..", "≥93%", ".."],
    }


def test_figures_of_before_stand_where_the_newest_window_has_none_and_say_so(
    db: duckdb.DuckDBPyConnection,
) -> None:
    db.execute(
        "insert into marts.unit_reach (unit_id, unit, window_end, window_days, status) "
        "values ('org', 'Fjordvik kommune', date '2026-03-08', 28, 'not_trusted')"
    )

    whole = summary.whole(read(marts(db)), "en", None)

    assert whole.sentence == ("64 of 150 staff in Fjordvik kommune were reached in weeks 6 to 9.")
    assert whole.notice == (
        "There are no figures after 1 March 2026. Something is wrong with the data, so no figure "
        "is shown until it is mended."
    )


def test_a_warehouse_that_knows_nothing_yet_gives_a_report_that_says_so(
    db: duckdb.DuckDBPyConnection,
) -> None:
    db.execute("delete from marts.unit_reach where status <> 'no_data'")
    for mart in ("unit_channel", "unit_flag", "unit_target", "unit_movement"):
        db.execute(f"truncate marts.{mart}")

    page = render_html(marts(db), language="en")

    assert "Too many of the days have not been fetched, so nothing is known." in page
    assert "There are no figures for Fjordvik kommune in weeks 49 to 52." in page
    assert set(re.findall(r'class="rate">(.*?)</span>', page)) == {
        '<span class="sign" aria-hidden="true">..'
    }


def test_every_rate_in_a_sentence_or_a_cell_carries_its_interval(
    db: duckdb.DuckDBPyConnection,
) -> None:
    page = render_html(marts(db), language="en")

    rates = re.findall(r'class="rate">[^<]*\d%</span>\s*(<span class="interval">\()?', page)
    assert set(rates) == {'<span class="interval">('}


def test_the_same_marts_in_any_order_give_the_same_bytes(
    db: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    tables = marts(db)
    reversed_tables = {name: table[::-1] for name, table in tables.items()}

    first = export_html(tables, tmp_path, language="nn").read_bytes()
    again = export_html(reversed_tables, tmp_path, language="nn").read_bytes()

    assert first == again


def test_a_mart_a_column_or_a_row_that_is_not_as_agreed_is_named(
    db: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    tables = marts(db)

    with pytest.raises(ContractError, match=r"marts\.unit_flag is not there"):
        export_html({k: v for k, v in tables.items() if k != "unit_flag"}, tmp_path, language="nb")
    without = {**tables, "unit": tables["unit"].drop_columns(["level"])}
    with pytest.raises(ContractError, match=r"marts\.unit has no column level"):
        export_html(without, tmp_path, language="nb")
    db.execute("update marts.unit_reach set status = null")
    with pytest.raises(ContractError, match=r"row of marts\.unit_reach is not as agreed"):
        export_html(marts(db), tmp_path, language="nb")

    assert list(tmp_path.iterdir()) == []


def test_the_way_to_the_goal_tells_bounds_where_the_counts_are_bounds(
    db: duckdb.DuckDBPyConnection,
) -> None:
    lines = change.way(read(marts(db)), "en")

    told = [
        [line.unit[:12], line.to_target.text, line.not_reached.text, line.share.text]
        + [loss.text for loss in line.losses]
        for line in lines
    ]
    assert told == [
        ["Fjordvik kom", "26", "86", "100%", "60", "5", "5", "10", "6"],
        ["Barnehager, ", "25", "68", "79%", "48", "5", "5", "5", "5"],
        ["=HYPERLINK(1", "≥14", "≥24", "≥28%", "0", "0", "2", "4", "≥18"],
        [LONG[:12], "2", "18", "21%", "12", "0", "0", "5", "1"],
    ]
    assert change.actors("en") == [
        ("HR and IT", 1), ("IT", 1), ("Line leader", 2), ("Communications", 1),
    ]  # fmt: skip


def test_changes_list_those_where_more_than_two_moved_and_the_year_with_its_interval(
    db: duckdb.DuckDBPyConnection,
) -> None:
    found = read(marts(db))

    moved = [[line.unit, *(move.text for move in line.moves)] for line in change.moved(found, "nb")]
    year = [
        (line.unit, line.difference.text, line.difference.interval)
        for line in change.year(found, "nb")
    ]
    assert moved == [
        ["Fjordvik kommune", "9", "7", "0", "0"],
        ["=HYPERLINK(1)", "5", "≤2", "3", "≤2"],
    ]
    assert year == [
        ("Fjordvik kommune", "−3,1", "−12,0 til +6,0"),
        ("=HYPERLINK(1)", "≤+4,0", "−11,0 til +20,0"),
    ]
    assert {unit: fte.text for unit, fte in change.full_time(found, "nb").items()} == {
        "formula": "21,5"
    }
