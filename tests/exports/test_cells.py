"""Signs, bounds and harmless text in the cells of the CSV files."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adoption.exports import cells

SIGNS = "=+-@＝＋－＠﹦﹢﹣﹫"
SKIPPED = ' \t\r\n"\xa0\u200b\ufeff'


@given(st.text(SIGNS + SKIPPED + ",;'aå1", max_size=12))
def test_no_cell_of_any_file_begins_as_a_formula(text: str) -> None:
    guarded = cells.harmless(text)

    for cell in (guarded, *re.split(r"[,;\t\r\n]", guarded)):
        assert not cell.lstrip(SKIPPED).startswith(tuple(SIGNS))
    assert not guarded.startswith(("\t", "\r", "\n"))


@given(st.text(SIGNS + SKIPPED + ",;aå1", max_size=12))
def test_guarding_adds_apostrophes_and_nothing_else(text: str) -> None:
    assert cells.harmless(text).replace("'", "") == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("-5", "'-5"),
        ("  @SUM(A1)", "'  @SUM(A1)"),
        ("＝cmd|' /C calc'!A0", "'＝cmd|' /C calc'!A0"),
        ('x;"=1+1"', 'x;"\'=1+1"'),
        ("\tNorth", "'\tNorth"),
        ("Nord-Sør, avd. 2 = best", "Nord-Sør, avd. 2 = best"),
        ('<script>alert("å")</script> 🎉', '<script>alert("å")</script> 🎉'),
    ],
)
def test_only_what_a_spreadsheet_would_run_is_touched(text: str, expected: str) -> None:
    assert cells.harmless(text) == expected


@pytest.mark.parametrize(
    ("status", "sign"),
    [
        ("suppressed", ":"),
        ("not_trusted", "."),
        ("no_data", ".."),
        ("not_in_use", ".."),
    ],
)
@pytest.mark.parametrize("value", [None, 7])
def test_a_status_without_numbers_shows_its_sign_whatever_the_cell_holds(
    status: str, sign: str, value: int | None
) -> None:
    row = {"status": status, "reached": value, "reach_rate": value, "reason": None}

    assert cells.count("reached", row, "nb") == sign
    assert cells.rate("reach_rate", row, "nb") == sign
    assert cells.reason("reason", row, "nb") == sign


@pytest.mark.parametrize("status", ["ok", "partial", "quiet"])
def test_a_status_with_numbers_shows_them(status: str) -> None:
    row = {"status": status, "reached": 12, "reach_rate": 0.632, "coded": []}

    assert cells.count("reached", row, "nb") == "12"
    assert cells.rate("reach_rate", row, "nb") == "63,2"


@pytest.mark.parametrize(
    ("value", "coded", "shown"),
    [
        (2, ["reached"], "≤2"),
        (18, ["reached"], "≥18"),
        (None, ["reached"], ":"),
        (18, ["active"], "18"),
        (0, [], "0"),
        (0, None, "0"),
        (None, [], ":"),
    ],
)
def test_a_coded_count_shows_as_the_bound_that_the_mart_holds(
    value: int | None, coded: list[str] | None, shown: str
) -> None:
    row = {"status": "ok", "licensed": 20, "reached": value, "coded": coded}

    assert cells.count("reached", row, "nb") == shown


@pytest.mark.parametrize(("licensed", "shown"), [(0, "–"), (4, ":"), (None, ":")])
def test_a_rate_of_nobody_is_nothing_and_a_missing_rate_of_somebody_is_hidden(
    licensed: int | None, shown: str
) -> None:
    row = {"status": "ok", "licensed": licensed, "adoption_rate": None}

    assert cells.rate("adoption_rate", row, "nb") == shown


def test_negative_numbers_stay_numbers() -> None:
    row = {"check_name": "a_new_check", "value": -2.5}

    assert cells.measure("value", row, "nb") == "-2,5"
    assert cells.measure("value", row, "en") == "-2.5"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "–"), (float("nan"), "–"), (0.1 + 0.2, "0.3"), (Decimal("7.0"), "7")],
)
def test_a_measure_is_never_blank_and_never_noise(value: object, shown: str) -> None:
    assert cells.measure("value", {"check_name": "a_new_check", "value": value}, "en") == shown


def test_advice_for_a_reason_that_we_do_not_know_is_the_tables_own() -> None:
    row = {"reason": "something_new", "advice": "Ask IT."}

    assert cells.advice("advice", row, "nb") == "Ask IT."
    assert cells.advice("advice", {"reason": None, "advice": None}, "nb") == "–"


@pytest.mark.parametrize(
    ("check", "result", "said", "told"),
    [
        ("unmapped_department", "warn", "Personer ...: < 10. De ...", "Personar med ei avdeling "
         "som ikkje står i einingsregisteret: < 10."),
        ("no_department", "warn", "< 10 av personene ...", "< 10 av personane har "),
        ("rows_below_usual", "pass", "Ikke vurdert ennå ...", "Ikkje vurdert enno for Teams: "),
        ("rows_below_usual", "pass", "I orden.", "I orden."),
        ("rows_below_usual", "pass", "In order.", "I orden."),
    ],
)  # fmt: skip
def test_what_a_check_found_is_told_in_the_readers_language_also_where_its_number_is_hidden(
    check: str, result: str, said: str, told: str
) -> None:
    row = {"check_name": check, "result": result, "scope": "teams", "message": said,
           "value": None, "threshold": None}  # fmt: skip

    assert cells.message("message", row, "nn").startswith(told)
