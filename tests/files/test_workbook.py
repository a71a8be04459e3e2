"""A workbook is the cells that a CSV of the same values would be, or a refusal without a word."""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from adoption.catalog import normalise_heading
from adoption.errors import ContractError
from adoption.files.cells import Cells
from adoption.files.tabular import read_member
from adoption.files.unpack import Member

HEADINGS = ("Report Refresh Date", "User Principal Name", "Team Name", "Read Count")
KNOWN = frozenset(normalise_heading(heading) for heading in HEADINGS)
SHEET = "xl/worksheets/sheet1.xml"
BROKEN = "it is a workbook that cannot be read; export it again, or save it as CSV"

Row = Sequence[object]


def read(data: bytes) -> Cells:
    return read_member(Member("a.xlsx", data), KNOWN)


def rows(cells: Cells) -> list[tuple[str | None, ...]]:
    return [tuple(row.values()) for row in cells.table.to_pylist()]


def refusal(data: bytes) -> str:
    with pytest.raises(ContractError) as caught:
        read(data)
    return str(caught.value)


def workbook(*sheets: Sequence[Row]) -> bytes:
    """An XLSX of these sheets, each a list of rows."""
    book = Workbook(write_only=True)
    for rows_of_sheet in sheets:
        sheet = book.create_sheet()
        for row in rows_of_sheet:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (dt.date(2026, 9, 26), "2026-09-26"),
        (dt.datetime(2026, 9, 26), "2026-09-26"),  # noqa: DTZ001  (as workbooks have them)
        (dt.datetime(2026, 9, 26, 8, 15), "2026-09-26T08:15:00"),  # noqa: DTZ001
        (dt.time(8, 15), "08:15:00"),
        (True, "True"),
        (False, "False"),
        (7, "7"),
        (12.0, "12"),
        (2348104595.0, "2348104595"),
        (3.7, "3.7"),
        (1e20, "1e+20"),
        ("007", "007"),
        (" Ærø, ; \n", " Ærø, ; \n"),
        ("#N/A", "#N/A"),
        ("=1+1", None),
        (None, None),
    ],
)
def test_a_typed_cell_becomes_graphs_spelling(value: object, text: str | None) -> None:
    cells = read(workbook([["Team Name", "Read Count"], ["North", value]]))

    assert rows(cells) == [("North", text)]
    assert cells.notes == ("read from a workbook",)


def test_blank_rows_and_columns_around_a_sheets_table_are_left_out() -> None:
    header = ["Team Name ", "Read Count", " ", None]
    sheet: list[Row] = [[], [None, None], header, ["North"], [], [" ", 2], []]

    cells = read(workbook(sheet))

    assert (cells.header, rows(cells)) == (
        ("Team Name", "Read Count"),
        [("North", None), (" ", "2")],
    )
    assert cells.rows.to_pylist() == [1, 2]


def test_cells_without_a_heading_are_kept_under_a_blank_one() -> None:
    cells = read(workbook([["Team Name", "Read Count"], ["North", 1, None, "here"]]))

    assert (cells.header, rows(cells)) == (
        ("Team Name", "Read Count", "", ""),
        [("North", "1", None, "here")],
    )


def test_the_sheet_with_known_headings_is_read() -> None:
    about: list[Row] = [["About"], ["x"]]
    data = workbook([], about, [["Team Name", "Read Count"], ["North", 1]])

    assert rows(read(data)) == [("North", "1")]
    assert read(data).notes == ("read from a workbook", "of 2 sheets with content, one is read")


def test_a_csv_that_a_spreadsheet_took_for_one_column_is_taken_apart() -> None:
    lines = [",".join(HEADINGS), '2026-09-26,bob@x.no,"South, East",2']

    cells = read(workbook([[line] for line in lines]))

    assert cells.header == HEADINGS
    assert rows(cells) == [("2026-09-26", "bob@x.no", "South, East", "2")]


def test_a_workbook_that_lies_about_its_size_is_read_whole() -> None:
    data = workbook([["Team Name", "Read Count"], ["North", 1], ["South", 2]])
    lying = with_part(data, SHEET, b"<sheetData>", b'<dimension ref="A1"/><sheetData>')

    assert rows(read(lying)) == [
        ("North", "1"),
        ("South", "2"),
    ]


def with_part(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """A workbook with some bytes of one of its parts replaced."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as was, zipfile.ZipFile(file, "w") as made:
        assert old in was.read(part)
        for name in was.namelist():
            content = was.read(name)
            made.writestr(name, content.replace(old, new) if name == part else content)
    return file.getvalue()


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
BARE = {
    "[Content_Types].xml": f"""<Types xmlns="{PACKAGE}/content-types">
        <Default Extension="rels"
            ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
        <Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>
        <Override PartName="/xl/sheet.xml" ContentType="{TYPE}.worksheet+xml"/>
        <Override PartName="/xl/strings.xml" ContentType="{TYPE}.sharedStrings+xml"/></Types>""",
    "_rels/.rels": f"""<Relationships xmlns="{PACKAGE}/relationships">
        <Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>
        </Relationships>""",
    "xl/_rels/workbook.xml.rels": f"""<Relationships xmlns="{PACKAGE}/relationships">
        <Relationship Id="r1" Type="{OFFICE}/worksheet" Target="sheet.xml"/>
        <Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="strings.xml"/>
        </Relationships>""",
    "xl/workbook.xml": f"""<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">
        <sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>""",
    "xl/strings.xml": f"""<sst xmlns="{MAIN}"><si><t>Team Name</t></si><si><t>Read Count</t></si>
        <si><t xml:space="preserve"> Ær</t><r><t>ø</t></r></si></sst>""",
    "xl/sheet.xml": f"""<worksheet xmlns="{MAIN}"><sheetData>
        <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>
        <row r="4"><c r="A4" t="s"><v>2</v></c><c r="B4"><f>1+1</f><v>2</v></c></row>
        <row><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c></row>
        </sheetData></worksheet>""",
}
"""As little as a workbook can be, with its texts apart, as spreadsheets write them."""


def bare_workbook() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, content in BARE.items():
            made.writestr(name, content)
    return file.getvalue()


def test_a_workbook_without_styles_and_with_its_texts_apart_is_read() -> None:
    cells = read(bare_workbook())

    assert (cells.header, rows(cells)) == (
        ("Team Name", "Read Count"),
        [(" Ærø", "2"), ("True", "#N/A")],
    )


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/sheet.xml", b"</row>", b""),
        ("xl/sheet.xml", b'r="A4"', b'r="4A"'),
        ("xl/sheet.xml", b"<v>2</v>", b"<v>9</v>"),
        ("xl/sheet.xml", b"<v>2</v>", b"<v>Ann</v>"),
        ("xl/workbook.xml", b"r1", b"r9"),
        ("xl/strings.xml", b"<si>", b"<so>"),
        ("[Content_Types].xml", b"<Types", b"<"),
    ],
)
def test_a_broken_workbook_is_refused_without_a_word_of_it(
    part: str, old: bytes, new: bytes
) -> None:
    with pytest.raises(ContractError) as caught:
        read(with_part(bare_workbook(), part, old, new))

    assert str(caught.value) in (BROKEN, "it is a workbook without a table")
    assert caught.value.__cause__ is None


def test_a_workbook_that_claims_endless_rows_is_refused_in_time() -> None:
    data = workbook([["Team Name", "Read Count"], ["North", 1]])

    assert refusal(with_part(data, SHEET, b'<row r="2"', b'<row r="99999999999"')) == (
        "it is a workbook larger than any export"
    )


@pytest.mark.parametrize("sheets", [[[]], [[], [[None, " "]]]], ids=["empty", "blank"])
def test_a_workbook_without_a_table_is_refused(sheets: Sequence[Sequence[Row]]) -> None:
    assert refusal(workbook(*sheets)) == "it is a workbook without a table"


TEXT = st.text("ab1æøåÆØÅé .,;|\t\"'", max_size=6)
LINE = st.tuples(TEXT, TEXT, TEXT, TEXT).filter(lambda row: any(cell.strip() for cell in row))


@settings(database=None, deadline=None, derandomize=True, max_examples=60)
@given(table=st.lists(LINE, max_size=6))
def test_a_workbook_of_the_same_values_is_the_same_cells(table: list[tuple[str, ...]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([HEADINGS, *table])
    of_text = read(out.getvalue().encode())

    of_workbook = read(workbook([HEADINGS, *table]))

    assert of_workbook.header == of_text.header
    assert of_workbook.table == of_text.table
    assert of_workbook.rows == of_text.rows
