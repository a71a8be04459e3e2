"""Rows in are rows kept and rows refused, and a quotation mark never swallows one."""

import traceback

import pytest

from adoption.errors import ContractError
from adoption.files.cells import Cells, Refusal, read_cells, read_graph_cells

HEADER = "Name,Team,Age"


def kept(cells: Cells) -> list[tuple[object, ...]]:
    """Each row's number, then its cells."""
    rows = [tuple(row.values()) for row in cells.table.to_pylist()]
    return [(number, *row) for number, row in zip(cells.rows.to_pylist(), rows, strict=True)]


def read(*lines: str, delimiter: str = ",") -> Cells:
    return read_cells("\n".join([HEADER.replace(",", delimiter), *lines]), delimiter=delimiter)


def test_cells_are_text_and_blanks_are_null() -> None:
    cells = read("ann,north,007", "bob,,1E+09", ' cy ,"",""')

    assert cells.header == ("Name", "Team", "Age")
    assert kept(cells) == [
        (1, "ann", "north", "007"),
        (2, "bob", None, "1E+09"),
        (3, " cy ", None, None),
    ]
    assert (cells.refused, cells.row_count) == ((), 3)


def test_a_row_of_another_width_is_refused_alone_and_by_number() -> None:
    cells = read("ann,north,1", "bob,2", "cy,north,3", "di,a,b,4", 'ed,"x, y",5')

    assert kept(cells) == [
        (1, "ann", "north", "1"),
        (3, "cy", "north", "3"),
        (5, "ed", "x, y", "5"),
    ]
    assert cells.refused == (
        Refusal(2, "it has 2 cells under a header of 3 columns"),
        Refusal(4, "it has 4 cells under a header of 3 columns"),
    )
    assert cells.row_count == 5


@pytest.mark.parametrize("blank", ["", "  ", ",,", " , ,\t", '"","",""', '" ",,'])
def test_a_blank_row_is_no_row(blank: str) -> None:
    cells = read("ann,north,1", blank, "bob,south,2", blank)

    assert kept(cells) == [(1, "ann", "north", "1"), (2, "bob", "south", "2")]
    assert cells.refused == ()


def test_a_row_of_a_quotation_mark_or_a_delimiter_is_a_row() -> None:
    assert kept(read('"""",",",')) == [(1, '"', ",", None)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_are_any_and_within_quotation_marks_they_are_text(end: str) -> None:
    lines = [HEADER, 'ann,"two', "", 'lines",1', "cy,south,3", ""]

    cells = read_cells(end.join(lines), delimiter=",")

    assert kept(cells) == [(1, "ann", "two\n\nlines", "1"), (2, "cy", "south", "3")]


def test_a_line_break_at_the_end_of_a_cell_is_text() -> None:
    assert kept(read('ann,north,"1', '"')) == [(1, "ann", "north", "1\n")]


def test_a_refused_row_may_be_of_several_lines() -> None:
    cells = read('ann,"two', 'lines"', "bob,south,2")

    assert kept(cells) == [(2, "bob", "south", "2")]
    assert cells.refused == (Refusal(1, "it has 2 cells under a header of 3 columns"),)


@pytest.mark.parametrize(
    "lines",
    [
        ('ann,"north,1', "bob,south,2"),
        ('ann,"north,1', 'bob,"south",2'),
        ('ann,"north,1', "bob,south,2", 'cy,17",3'),
        ('ann,north,"1', "bob,south,2", 'cy,north,3"'),
        ('"ann" aas,north,1',),
    ],
    ids=["to the end", "to a cell", "to the same column", "to the last column", "text after"],
)
def test_a_quotation_mark_that_is_not_closed_refuses_the_file(lines: tuple[str, ...]) -> None:
    with pytest.raises(ContractError) as caught:
        read(*lines)

    assert str(caught.value) == "a quotation mark is not closed"
    assert "north" not in "".join(traceback.format_exception(caught.value))


def test_a_quotation_mark_within_a_cell_is_text() -> None:
    assert kept(read('ann,17" screen,1', 'bob,"say ""hi""",2')) == [
        (1, "ann", '17" screen', "1"),
        (2, "bob", 'say "hi"', "2"),
    ]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters_leave_commas_alone(delimiter: str) -> None:
    row = delimiter.join(["ann", "north, south", "1"])

    assert kept(read(row, delimiter=delimiter)) == [(1, "ann", "north, south", "1")]


def test_many_rows_over_many_blocks_are_all_there() -> None:
    row = f'ann,"{"x" * 1000}\n{"y" * 1000}",1'

    cells = read(*[row] * 40_000)

    assert (cells.row_count, cells.refused) == (40_000, ())
    assert cells.table["2"].unique().to_pylist() == ["1"]


@pytest.mark.parametrize("text", ["", "\n\n", ",,\n"])
def test_what_is_blank_has_no_header(text: str) -> None:
    with pytest.raises(ContractError, match="its first line is no header"):
        read_cells(text, delimiter=",")


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["bare", "mark"])
@pytest.mark.parametrize("heading", ["Name", '"Name"'])
def test_a_byte_order_mark_is_no_part_of_a_heading(mark: bytes, heading: str) -> None:
    cells = read_graph_cells(mark + f"{heading},Age\r\nåse,1\r\n".encode())

    assert (cells.header, kept(cells)) == (("Name", "Age"), [(1, "åse", "1")])


def test_bytes_that_are_not_utf_8_are_refused_by_their_place() -> None:
    with pytest.raises(ContractError) as caught:
        read_graph_cells("Name\nåse\n".encode("cp1252"))

    assert str(caught.value) == "it is not UTF-8 (invalid continuation byte at byte 5)"
