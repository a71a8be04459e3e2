"""Local spellings to Graph's: what a file as a whole proves, and what it leaves open."""

import datetime as dt
from collections.abc import Sequence

import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from adoption.errors import ContractError
from adoption.files.cells import Cells, Refusal
from adoption.files.spelling import Kind, respell

TODAY = dt.date(2026, 11, 24)
AGAIN = "download the file again and do not open it in a spreadsheet first"
CONTRADICTORY = f"its dates contradict each other (day first, month first); {AGAIN}"
AMBIGUOUS = f"its dates can be read day first or month first; {AGAIN}"


def cells_of(*columns: Sequence[str | None], notes: tuple[str, ...] = ()) -> Cells:
    table = pa.table({str(n): pa.array(texts, pa.string()) for n, texts in enumerate(columns)})
    numbers = pa.array(range(1, table.num_rows + 1), pa.int32())
    return Cells(tuple("ABCDEF"[: len(columns)]), table, numbers, notes=notes)


def respelled(kind: Kind, *texts: str | None) -> list[str | None]:
    cells = respell(cells_of(texts), {0: kind}, today=TODAY)
    return list(cells.table.column("0").to_pylist())


def notes(kind: Kind, *texts: str | None) -> tuple[str, ...]:
    return respell(cells_of(texts), {0: kind}, today=TODAY).notes


def refusal(kind: Kind, *texts: str) -> str:
    with pytest.raises(ContractError) as caught:
        respelled(kind, *texts)
    return str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-24", "2026-09-24T00:00:00", "2026-09-24T00:00:00Z", "2026-09-24 00:00",
        "2026-09-24T00:00:00.000Z", "2026-09-24T00:00:00+00:00", "24.09.2026", "24.9.2026",
        "24.09.26", "24-09-2026", "24-09-26", "24/09/2026", "24/9/26", "9/24/2026", "09/24/26",
        "09-24-2026", "24.09.2026 00:00", "24.09.2026 00.00.00", "24-09-2026 0:00:00",
        "9/24/2026 12:00:00 AM", " 24.09.2026 ",
    ],
)  # fmt: skip
def test_a_date_of_any_dialect_is_its_iso_date(text: str) -> None:
    assert respelled("date", text, None) == ["2026-09-24", None]


@pytest.mark.parametrize(
    "text",
    ["", "n/a", "46289", "31.02.2026", "24. sep. 2026", "24.09.2026 08:15", "2026-09-24T08:15:00",
     "24.13.2026", "1/2/3/4", "٢٤.٠٩.٢٠٢٦", "0.5.2026", "24-09/2026"],
)  # fmt: skip
def test_a_text_that_is_no_date_stays(text: str) -> None:
    assert respelled("date", "24.09.2026", text) == ["2026-09-24", text]


@pytest.mark.parametrize(
    ("texts", "dates"),
    [
        (["05/06/2026", "13/06/2026"], ["2026-06-05", "2026-06-13"]),
        (["05/06/2026", "06/13/2026"], ["2026-05-06", "2026-06-13"]),
        (["05.06.2026", "06.05.2026"], ["2026-06-05", "2026-05-06"]),
        (["05-05-2026", "06-06-2026"], ["2026-05-05", "2026-06-06"]),
        (["02-12-2026", "03-11-2026"], ["2026-02-12", "2026-03-11"]),
        (["12/02/2026", "11/03/2026"], ["2026-02-12", "2026-03-11"]),
        (["2026-10-25", "05/06/2026", "13/06/2026"], ["2026-10-25", "2026-06-05", "2026-06-13"]),
        (["15-06-2026", "13/06/2026"], ["2026-06-15", "2026-06-13"]),
        (["05-05-2026", "06/13/2026"], ["2026-05-05", "2026-06-13"]),
        (["05.06.2026", "13/06/2026"], ["2026-06-05", "2026-06-13"]),
        (["30/02/2026", "05/06/2026"], ["30/02/2026", "2026-06-05"]),
    ],
    ids=["day above 12", "month first", "points", "the same twice", "future day first",
         "future month first", "with ISO", "two marks", "no matter", "point and bar",
         "impossible day"],
)  # fmt: skip
def test_the_order_is_proven_by_all_dates_of_the_file(texts: list[str], dates: list[str]) -> None:
    assert respelled("date", *texts) == dates


def test_the_order_is_proven_across_columns_and_only_by_dates() -> None:
    cells = cells_of(["05/06/2026", None], ["13/06/2026", None], ["06/25/2026", "x"])

    found = respell(cells, {0: "date", 1: "date", 2: "text"}, today=TODAY)

    assert found.table.to_pylist() == [
        {"0": "2026-06-05", "1": "2026-06-13", "2": "06/25/2026"},
        {"0": None, "1": None, "2": "x"},
    ]


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (["13/06/2026", "06/13/2026"], CONTRADICTORY),
        (["13.06.2026", "06/13/2026"], CONTRADICTORY),
        (["05.06.2026", "02/12/2026"], CONTRADICTORY),
        (["05/06/2026", "07/07/2026"], AMBIGUOUS),
        (["05.06.2026", "05/06/2026"], AMBIGUOUS),
        (["05-06-2026", "13/06/2026"], AMBIGUOUS),
        (["05-06-2026", "06/13/2026"], AMBIGUOUS),
        (["15-06-2026", "06/13/2026"], CONTRADICTORY),
        (["02-12-2027", "12-02-2027"], AMBIGUOUS),
        (["2026-10-25", "05/06/2026"], AMBIGUOUS),
        (["26-09-24", "26-09-25", "26-10-01"],
         f"its dates can be read day first or year first; {AGAIN}"),
        (["2026-05-06", "13/06/2026"],
         f"only some of its dates were converted, and perhaps wrongly; {AGAIN}"),
        (["2026-05-06", "06/13/2026"],
         f"only some of its dates were converted, and perhaps wrongly; {AGAIN}"),
    ],
    ids=["both orders", "points and months first", "points and a future day first", "no proof",
         "points prove points only", "a mark proves itself only", "a month first too",
         "two marks", "all in the future", "ISO proves nothing", "years first",
         "half converted, day first", "half converted, month first"],
)  # fmt: skip
def test_dates_that_can_be_read_two_ways_refuse_the_file(texts: list[str], told: str) -> None:
    assert refusal("date", *texts) == told


@pytest.mark.parametrize(
    ("texts", "counts"),
    [
        (["2.348.104.595", "1.000", "12"], ["2348104595", "1000", "12"]),
        (["2,348,104,595", "1,000"], ["2348104595", "1000"]),
        (["2 348", "1 000 000"], ["2348", "1000000"]),
        (["2\u00a0348\u00a0104"], ["2348104"]),
        (["2\u202f348"], ["2348"]),
        (["2'348", "1’000"], ["2348", "1000"]),
        (["2.348"], ["2348"]),
        (["2.348.104", "2\u00a0348\u00a0104"], ["2348104", "2348104"]),
        (["2.348", "1.234,5"], ["2348", "1.234,5"]),
        ([" 2.348 ", None], ["2348", None]),
    ],
)
def test_marks_between_groups_of_three_are_removed(
    texts: list[str | None], counts: list[str | None]
) -> None:
    assert respelled("count", *texts) == counts


@pytest.mark.parametrize(
    "texts",
    [
        ["2.348", "3.7"],
        ["2,348", "2,34810E+09"],
        ["2.348", "0.125"],
        ["2.348.104", "23.48"],
        ["2 348", "1 2"],
        ["2.348", "1 000 00"][:1] + ["1.2345"],
        ["12,0"],
        ["2,34810E+09"],
        ["-2.348"],
        ["007", " 7 ", "+7"],
        ["1.234 567"],
        ["n.a.", "12"],
        ["٢.٣٤٨"],
    ],
)
def test_a_mark_that_may_be_a_decimal_mark_stays_everywhere(texts: list[str]) -> None:
    assert respelled("count", *texts) == texts


def test_a_mark_that_may_be_decimal_stays_beside_one_that_is_not() -> None:
    assert respelled("count", "2.348", "1 000") == ["2.348", "1000"]


def test_points_and_commas_cannot_both_part_groups() -> None:
    assert refusal("count", "2.348", "1,000") == (
        f"its numbers are grouped by points and by commas; {AGAIN}"
    )


def test_marks_are_judged_by_the_count_columns_together() -> None:
    cells = cells_of(["2.348"], ["3.7"], ["24.09"])

    found = respell(cells, {0: "count", 1: "count"}, today=TODAY)

    assert found.table.to_pylist() == [{"0": "2.348", "1": "3.7", "2": "24.09"}]


@pytest.mark.parametrize("text", ["Yes", "no", "True", "FALSE", "1", "0", "", "perhaps", None])
def test_graphs_own_flags_stay_as_they_are(text: str | None) -> None:
    assert respelled("flag", text, "JA") == [text, "Yes"]


@pytest.mark.parametrize(
    ("words", "flag"),
    [
        (["Ja", "ja", " JA "], "Yes"),
        (["Nei", "nej", "NEJ"], "No"),
        (["SANN", "Sand", "sant"], "True"),
        (["USANN", "Falsk", "usant"], "False"),
    ],
)
def test_local_words_for_flags_become_graphs(words: list[str], flag: str) -> None:
    assert respelled("flag", *words) == [flag] * 3


def test_what_was_done_is_noted_after_what_was_noted_before() -> None:
    cells = cells_of(["24.09.2026"], ["2.348"], ["JA"], notes=("read as UTF-16",))

    found = respell(cells, {0: "date", 1: "count", 2: "flag"}, today=TODAY)

    assert found.notes == (
        "read as UTF-16",
        "dates are read day first",
        "thousands marks are removed",
        "local words for yes and no are translated",
    )


@pytest.mark.parametrize(
    ("kind", "text"), [("date", "2026-09-24"), ("count", "2348"), ("flag", "True"), ("date", None)]
)
def test_graphs_own_spelling_is_left_without_a_note(kind: Kind, text: str | None) -> None:
    cells = cells_of([text])

    assert respell(cells, {0: kind}, today=TODAY) == cells


def test_months_first_and_midnights_are_noted() -> None:
    assert notes("date", "9/24/2026") == ("dates are read month first",)
    assert notes("date", "2026-09-24T00:00:00") == ("midnights are cut off dates",)


def test_refused_rows_numbers_and_other_columns_are_untouched() -> None:
    table = pa.table({"0": ["24.09.2026"], "1": ["24.09.2026"]})
    cells = Cells(("A", "B"), table, pa.array([2], pa.int32()), (Refusal(1, "it is short"),))

    found = respell(cells, {0: "date"}, today=TODAY)

    assert found.table.to_pylist() == [{"0": "2026-09-24", "1": "24.09.2026"}]
    assert (found.header, found.rows, found.refused) == (cells.header, cells.rows, cells.refused)


def test_a_table_without_rows_stays_without() -> None:
    kinds: dict[int, Kind] = {0: "date", 1: "count", 2: "flag"}

    assert respell(cells_of([], [], []), kinds, today=TODAY) == cells_of([], [], [])


DIALECTS = {
    "ISO": ["{0:%Y-%m-%d}", "{0:%Y-%m-%d}T00:00:00Z", "{0:%Y-%m-%d} 00:00"],
    ".": ["{0:%d.%m.%Y}", "{0.day}.{0.month}.{0:%y}"],
    "-": ["{0:%d-%m-%Y}", "{0:%m-%d-%Y}"],
    "/": [
        "{0:%d/%m/%Y}", "{0.day}/{0.month}/{0:%Y} 00:00", "{0.month}/{0.day}/{0:%Y}",
        "{0:%m/%d/%y}",
    ],
}  # fmt: skip
DIALECT = st.sampled_from([dialect for dialects in DIALECTS.values() for dialect in dialects])
TWO_DIALECTS = (
    st.permutations(list(DIALECTS))
    .map(lambda marks: marks[:2])
    .flatmap(lambda marks: st.tuples(*(st.sampled_from(DIALECTS[mark]) for mark in marks)))
)
"""Of different marks; of one mark nobody could tell them apart."""
DATES = st.dates(dt.date(2019, 1, 1), TODAY)


@settings(database=None, deadline=None, derandomize=True, max_examples=100)
@given(dates=st.lists(DATES, min_size=1, max_size=12), dialect=DIALECT)
def test_dates_written_in_one_dialect_read_back_as_the_same_dates(
    dates: list[dt.date], dialect: str
) -> None:
    assume(any(date.day > 12 for date in dates))

    texts = [dialect.format(date) for date in dates]

    assert respelled("date", *texts) == [date.isoformat() for date in dates]


@settings(database=None, deadline=None, derandomize=True, max_examples=100)
@given(dates=st.lists(DATES, min_size=1, max_size=8), dialects=TWO_DIALECTS)
def test_dates_in_two_dialects_are_read_right_or_refused(
    dates: list[dt.date], dialects: tuple[str, ...]
) -> None:
    texts = [dialects[n % 2].format(date) for n, date in enumerate(dates)]

    try:
        found = respelled("date", *texts)
    except ContractError:
        return

    assert found == [date.isoformat() for date in dates]


@settings(database=None, deadline=None, derandomize=True, max_examples=100)
@given(
    counts=st.lists(st.integers(0, 10**12), min_size=1, max_size=8),
    mark=st.sampled_from([".", ",", " ", "'", "\u00a0", "\u202f"]),
)
def test_grouped_counts_read_back_as_plain_digits(counts: list[int], mark: str) -> None:
    texts = [f"{count:,}".replace(",", mark) for count in counts]

    assert respelled("count", *texts) == [str(count) for count in counts]


@settings(database=None, deadline=None, derandomize=True, max_examples=100)
@given(texts=st.lists(st.text("0123456789.,-/ E", max_size=10), max_size=6))
def test_respelling_twice_is_respelling_once(texts: list[str]) -> None:
    kinds: dict[int, Kind] = {0: "date", 1: "count"}
    try:
        once = respell(cells_of(texts, texts), kinds, today=TODAY)
    except ContractError:
        return

    assert respell(once, kinds, today=TODAY).table == once.table
