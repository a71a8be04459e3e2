"""Where a table begins and ends and what parts its cells: the same cells, whatever wrote them."""

import csv
import io
from collections.abc import Sequence

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from adoption.catalog import normalise_heading
from adoption.errors import ContractError
from adoption.files.cells import Cells, Refusal
from adoption.files.tabular import read_member
from adoption.files.unpack import Member

HEADINGS = ("Report Refresh Date", "User Principal Name", "Team Name", "Read Count")
KNOWN = frozenset(normalise_heading(heading) for heading in HEADINGS)
HEADER = ",".join(HEADINGS)
ROW = "2026-09-26,ann@x.no,North,1"
CUT = "its last row is not whole, so the file was cut; download it again"


def read(data: bytes) -> Cells:
    return read_member(Member("a.csv", data), KNOWN)


def read_lines(*lines: str) -> Cells:
    return read("".join(f"{line}\n" for line in lines).encode())


def rows(cells: Cells) -> list[tuple[str | None, ...]]:
    return [tuple(row.values()) for row in cells.table.to_pylist()]


def refusal(data: bytes) -> str:
    with pytest.raises(ContractError) as caught:
        read(data)
    return str(caught.value)


@pytest.mark.parametrize(
    ("delimiter", "notes"),
    [
        (",", ()),
        (";", ("cells are parted by semicolons",)),
        ("\t", ("cells are parted by tabs",)),
        ("|", ("cells are parted by bars",)),
    ],
)
def test_the_header_tells_the_delimiter(delimiter: str, notes: tuple[str, ...]) -> None:
    cells = read_lines(HEADER.replace(",", delimiter), ROW.replace(",", delimiter))

    assert cells.header == HEADINGS
    assert rows(cells) == [("2026-09-26", "ann@x.no", "North", "1")]
    assert cells.notes == notes


def test_known_headings_count_for_more_than_many_cells() -> None:
    header = "Team Name;Read Count;Unknown (a, b, c, d, e)"

    assert read_lines(header, "North;1;x").header == (
        "Team Name",
        "Read Count",
        "Unknown (a, b, c, d, e)",
    )


def test_without_a_known_heading_most_cells_count() -> None:
    assert read_lines("A;B, C;D", "1;2;3").header == ("A", "B, C", "D")


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"', "sep=;;;", "\n sep=; "])
def test_a_line_that_names_the_delimiter_is_believed_and_is_no_row(line: str) -> None:
    cells = read_lines(line, "A, B;C", "1, 2;3")

    assert (cells.header, rows(cells)) == (("A, B", "C"), [("1, 2", "3")])


@pytest.mark.parametrize("line", ["sep=", "sep=\t"])
def test_a_named_tab_may_have_gone_lost(line: str) -> None:
    assert read_lines(line, "A\tB", "1\t2").header == ("A", "B")


@pytest.mark.parametrize("sign", ["é", "a", "1", '"', ".", "€"])
def test_a_sign_that_cannot_part_cells_is_refused(sign: str) -> None:
    assert refusal(f"sep={sign}\nA{sign}B\n".encode()) == (
        "its first line says that cells are parted by a sign that cannot do so"
    )


@pytest.mark.parametrize("blank", ["", "  ", ",,,", '"","","",""'])
def test_blank_lines_before_the_header_are_skipped(blank: str) -> None:
    assert rows(read_lines(blank, blank, HEADER, ROW)) == [("2026-09-26", "ann@x.no", "North", "1")]


@pytest.mark.parametrize("remark", ["Sum of rows: 1", '"Exported, by the admin centre"'])
def test_a_remark_after_the_last_row_is_no_row(remark: str) -> None:
    lines = [line.replace(",", ";") for line in (HEADER, ROW, ROW)]

    cells = read_lines(*lines, remark)

    assert (cells.row_count, cells.refused) == (2, ())
    assert cells.notes == ("cells are parted by semicolons", "the last line is a remark, not a row")


@pytest.mark.parametrize("end", ["2026-09-26", "2026-09-26,ann@x.no,No", "20", "\n(c) Fjordvik\n"])
def test_a_last_row_that_is_not_whole_refuses_the_file(end: str) -> None:
    assert refusal(f"{HEADER}\n{ROW}\n{end}".encode()) == CUT


def test_the_first_cell_of_a_cut_row_is_no_remark() -> None:
    lines = "Team Name,Read Count\nNorth,1\nSou"

    assert refusal(lines.encode()) == CUT
    assert read(f"{lines}th and all others\n".encode()).notes == (
        "the last line is a remark, not a row",
    )


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n", "\n,,,\n"])
def test_a_whole_last_row_needs_no_line_end(end: str) -> None:
    assert read(f"{HEADER}\n{ROW}{end}".encode()).row_count == 1


def test_a_last_row_with_too_many_cells_is_refused_alone() -> None:
    assert read_lines(HEADER, ROW, f"{ROW},2").refused == (
        Refusal(2, "it has 5 cells under a header of 4 columns"),
    )


def test_the_encoding_is_noted_before_the_delimiter() -> None:
    data = f"{HEADER}\n2026-09-26,åse@x.no,Ærø,1\n".replace(",", ";").encode("cp1252")

    cells = read(data)

    assert rows(cells) == [("2026-09-26", "åse@x.no", "Ærø", "1")]
    assert cells.notes == ("read as Windows-1252", "cells are parted by semicolons")


def test_an_excel_file_of_the_old_kind_is_refused() -> None:
    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00") == (
        "it is an Excel file of the old kind, or locked with a password; save it as XLSX or CSV"
    )


TEXT = st.text("ab1æøåÆØÅé .,;|\t\"'", max_size=6)
LINE = st.tuples(TEXT, TEXT, TEXT, TEXT).filter(lambda row: any(cell.strip() for cell in row))
TABLE = st.lists(LINE, max_size=6)


def written(table: Sequence[Sequence[str]], delimiter: str, line_end: str, said: bool) -> str:
    out = io.StringIO()
    if said:
        out.write(f"sep={delimiter}{line_end}")
    csv.writer(out, delimiter=delimiter, lineterminator=line_end).writerows(table)
    return out.getvalue()


def columns(cells: Cells) -> dict[str, list[str]]:
    return {
        heading: [text or "" for text in cells.table.column(place).to_pylist()]
        for place, heading in enumerate(cells.header)
    }


@settings(database=None, deadline=None, derandomize=True, max_examples=150)
@given(
    table=TABLE,
    order=st.permutations(range(4)),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "le", "be", "cp1252"]),
    said=st.booleans(),
)
def test_delimiter_encoding_line_end_and_order_change_no_cell(
    table: list[tuple[str, ...]],
    order: list[int],
    delimiter: str,
    line_end: str,
    encoding: str,
    said: bool,
) -> None:
    text = written(
        [[row[place] for place in order] for row in [HEADINGS, *table]], delimiter, line_end, said
    )
    mark = "\ufeff" if encoding in ("le", "be") else ""
    data = (mark + text).encode(f"utf-16-{encoding}" if mark else encoding)

    cells = read(data)

    expected = {heading: [row[n] for row in table] for n, heading in enumerate(HEADINGS)}
    assert columns(cells) == expected
    assert (cells.refused, cells.rows.to_pylist()) == ((), list(range(1, len(table) + 1)))


@settings(database=None, deadline=None, derandomize=True, max_examples=100)
@given(rows_of_any_width=st.lists(st.lists(TEXT, min_size=1, max_size=6), min_size=1, max_size=8))
def test_rows_in_are_rows_kept_and_rows_refused(rows_of_any_width: list[list[str]]) -> None:
    rows_in = [row for row in rows_of_any_width if any(cell.strip() for cell in row)]
    assume(rows_in)
    whole = ["2026-09-26", "ann@x.no", "North", "1"]

    cells = read(written([HEADINGS, *rows_in, whole], ",", "\n", said=False).encode())

    numbers = sorted([*cells.rows.to_pylist(), *(refused.row for refused in cells.refused)])
    assert numbers == list(range(1, len(rows_in) + 2))
    assert [row for row in [*rows_in, whole] if len(row) == 4] == [
        [text or "" for text in row] for row in rows(cells)
    ]
