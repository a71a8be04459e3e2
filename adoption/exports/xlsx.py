"""The marts as a workbook: the tables of the CSV files with real numbers, shares and dates.

Text is always written as text: a name that looks like a formula, a link or a number stays a name.
The same marts give the same bytes, so the day of creation is that of the newest window.
"""

import datetime as dt
import io
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from adoption import numbers, texts
from adoption.exports import cells, guide
from adoption.exports.cells import Cell, Row, Share, Value
from adoption.exports.csv import FILES, mart_rows
from adoption.exports.folder import replace_file
from adoption.exports.rows import CHANGE, TARGET, change_rows, target_rows

NAME = "report.xlsx"
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_DAY_ZERO = dt.date(1980, 1, 1)  # of marts without a window
_NARROWEST, _WIDEST, _WIDEST_TEXT = 9, 34, 70
_A4 = 9

_LINE = 15  # points
_ARROW = 3  # room for the filter's
_HEADER: Mapping[str, object] = {
    "bold": True,
    "text_wrap": True,
    "bg_color": "#1F3864",
    "font_color": "#FFFFFF",
    "left": 1,
    "left_color": "#FFFFFF",
}

# Format codes as Excel stores them; it shows them with the reader's own signs.
_FORMATS: Mapping[str, Mapping[str, object]] = {
    "count": {"num_format": "#,##0"},
    "number": {},
    "share": {"num_format": "0.0 %"},
    "share≤": {"num_format": '"≤"0.0 %'},
    "share≥": {"num_format": '"≥"0.0 %'},
    "day": {"num_format": "yyyy-mm-dd", "align": "left", "indent": 1},
    "text": {"text_wrap": True, "align": "left", "indent": 1},
    # A sign in the place of a number, and a text that would run if somebody edited its cell.
    "sign": {"align": "right", "font_color": "#595959"},
    "guarded": {"text_wrap": True, "align": "left", "indent": 1, "quote_prefix": True},
    "header": {**_HEADER, "align": "left", "indent": 1},
    "number_header": {**_HEADER, "align": "right"},
    "title": {"bold": True, "font_size": 16},
    "section": {"bold": True, "font_size": 12, "bottom": 1},
    "term": {"bold": True, "text_wrap": True},
    "red": {"bg_color": "#FFC7CE", "font_color": "#9C0006"},
    "amber": {"bg_color": "#FFEB9C", "font_color": "#7F4F00"},
    "grey": {"bg_color": "#EDEDED", "font_color": "#595959"},
}
_COLOURS: Mapping[str, str] = {
    "fail": "red",
    "warn": "amber",
    "partial": "amber",
    "quiet": "amber",
    "suppressed": "grey",
    "not_trusted": "red",
    "not_in_use": "grey",
    "no_data": "grey",
}
_SCALE: Mapping[str, object] = {
    "type": "2_color_scale",
    "min_type": "num",
    "max_type": "num",
    "min_value": 0,
    "max_value": 1,
    "min_color": "#F4B183",
    "max_color": "#DEEBF7",
}
_NUMBERS = (
    cells.count, cells.rate, cells.number, cells.measure, cells.measured, cells.lost,
    cells.lacking, cells.points,
)  # fmt: skip

# A sheet's columns, in the order of the sheets; named after the mart that gives it its rows.
_columns = {mart: columns for mart, (_, columns) in FILES.items()}
SHEETS: Mapping[str, Mapping[str, Cell]] = {
    "unit_reach": _columns["unit_reach"],
    "unit_channel": _columns["unit_channel"],
    "unit_flag": _columns["unit_flag"],
    "unit_target": TARGET,
    "unit_movement": CHANGE,
    "data_quality": _columns["data_quality"],
}
_MAY_LACK = ("fte", "difference", "difference_low", "difference_high")

Formats = Mapping[str, Format]


def export_xlsx(tables: Mapping[str, pa.Table], folder: Path, *, language: str) -> Path:
    """Writes `report.xlsx` into `folder` and returns its path; `tables` as for `export_csv`."""
    return replace_file(folder / NAME, render_xlsx(tables, language=language))


def render_xlsx(tables: Mapping[str, pa.Table], *, language: str) -> bytes:
    """The workbook's bytes: how to read it, a sheet for each mart, the method.

    Raises ContractError naming a mart or column that is not there.
    """
    rows = {
        **{mart: mart_rows(mart, tables) for mart in FILES},
        "unit_target": target_rows(tables),
        "unit_movement": change_rows(tables),
    }
    window_end = _window_end(rows["unit_reach"])
    out = io.BytesIO()
    with Workbook(out, _OPTIONS) as book:
        created = dt.datetime.combine(window_end or _DAY_ZERO, dt.time(), dt.UTC)
        book.set_properties({"created": created.replace(tzinfo=None)})
        formats = {
            name: book.add_format({"valign": "top", **look}) for name, look in _FORMATS.items()
        }
        _write_guide(book, guide.how_to_read(language), formats, language, window_end)
        for mart, columns in SHEETS.items():
            sheet = book.add_worksheet(guide.sheet_name(mart, language))
            _write_table(sheet, _told(columns, rows[mart]), rows[mart], formats, language)
        _write_guide(book, guide.method(language), formats, language, window_end)
    return out.getvalue()


def _told(columns: Mapping[str, Cell], rows: Sequence[Row]) -> Mapping[str, Cell]:
    """The columns but those that nothing is known of yet: HR's list, and a year before."""
    unknown = {column for column in _MAY_LACK if all(row.get(column) is None for row in rows)}
    return {column: cell for column, cell in columns.items() if column not in unknown}


def _window_end(rows: Iterable[Row]) -> dt.date | None:
    ends = (row["window_end"] for row in rows)
    return max((end for end in ends if isinstance(end, dt.date)), default=None)


def _write_table(
    sheet: Worksheet,
    columns: Mapping[str, Cell],
    rows: Iterable[Row],
    formats: Formats,
    language: str,
) -> None:
    headings = [texts.heading(column, language) for column in columns]
    values = [
        [cell.value(column, row, language) for column, cell in columns.items()] for row in rows
    ]
    written = [[cells.written(value, language) for value in row] for row in values]
    widths = [
        _width(heading, [row[number] for row in written]) for number, heading in enumerate(headings)
    ]
    for number, (cell, heading, width) in enumerate(
        zip(columns.values(), headings, widths, strict=True)
    ):
        sheet.set_column(number, number, width)
        look = "number_header" if cell in _NUMBERS else "header"
        sheet.write_string(0, number, heading, formats[look])
    _set_height(sheet, 0, zip(headings, [width - _ARROW for width in widths], strict=True))
    for line, row in enumerate(values, 1):
        for number, (cell, value) in enumerate(zip(columns.values(), row, strict=True)):
            _write(sheet, line, number, value, formats, is_number=cell in _NUMBERS)
        _set_height(sheet, line, zip(written[line - 1], widths, strict=True))
    last, width = len(values), len(headings) - 1
    sheet.freeze_panes(1, 2 if "unit" in columns else 1)
    sheet.autofilter(0, 0, last, width)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    _set_up_print(sheet)
    _colour(sheet, list(columns), last, formats, language)


def _write(
    sheet: Worksheet, line: int, number: int, value: Value, formats: Formats, *, is_number: bool
) -> None:
    if isinstance(value, Share):
        sheet.write_number(line, number, value.fraction, formats[f"share{value.bound}"])
    elif isinstance(value, dt.date):
        at = dt.datetime.combine(value, dt.time())
        sheet.write_datetime(line, number, at, formats["day"])
    elif isinstance(value, str):
        would_run = cells.harmless(value) != value
        look = "sign" if is_number else "guarded" if would_run else "text"
        sheet.write_string(line, number, value.replace("\r\n", "\n"), formats[look])
    else:
        is_whole = float(value).is_integer()
        sheet.write_number(line, number, value, formats["count" if is_whole else "number"])


def _set_height(sheet: Worksheet, line: int, cells_of: Iterable[tuple[str, int]]) -> None:
    """Room for the cell with most lines; only Excel would find it out by itself."""
    lines = max(
        len(textwrap.wrap(text, width - 1)) if len(text) >= width else 1 for text, width in cells_of
    )
    if lines > 1:
        sheet.set_row(line, lines * _LINE)


def _width(heading: str, written: Iterable[str]) -> int:
    """Room for the longest word of the heading, and for the longest cell up to a limit."""
    longest = max(map(len, written), default=0)
    widest = _WIDEST if longest <= 2 * _WIDEST else _WIDEST_TEXT
    word = max(map(len, heading.split()))
    return min(max(word + _ARROW, longest + 2, _NARROWEST), widest)


def _colour(
    sheet: Worksheet, columns: list[str], last: int, formats: Formats, language: str
) -> None:
    """Colours for low rates, for what is wrong or held back, and for findings that are open."""
    if not last:
        return
    for number, column in enumerate(columns):
        at = (1, number, last, number)
        if column.endswith("_rate"):
            sheet.conditional_format(*at, _SCALE)
        elif column in ("status", "result"):
            for code, colour in _COLOURS.items():
                is_code = {"criteria": "==", "value": f'"{texts.label(code, language)}"'}
                sheet.conditional_format(
                    *at, {"type": "cell", **is_code, "format": formats[colour]}
                )
        elif column == "flag":
            closed_on = f"${chr(ord('A') + columns.index('closed_on'))}2"
            is_open = {"type": "formula", "criteria": f'={closed_on}="{cells.NOTHING}"'}
            sheet.conditional_format(*at, {**is_open, "format": formats["amber"]})


def _write_guide(
    book: Workbook,
    content: tuple[str, Iterable[guide.Section]],
    formats: Formats,
    language: str,
    window_end: dt.date | None,
) -> None:
    title, sections = content
    sheet = book.add_worksheet(title)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, _WIDEST)
    sheet.set_column(1, 1, _WIDEST_TEXT)
    sheet.write_string(0, 0, title, formats["title"])
    if window_end:
        until = texts.translate("The newest period ends on {date}.", language)
        sheet.set_row(0, 1.5 * _LINE)
        sheet.write_string(1, 0, until.format(date=numbers.date_text(window_end, language)))
    line = 3
    for section in sections:
        sheet.write_string(line, 0, section.heading, formats["section"])
        sheet.write_blank(line, 1, None, formats["section"])
        for term, text in section.rows:
            line += 1
            sheet.write_string(line, 0, term, formats["term"])
            sheet.write_string(line, 1, text, formats["text"])
            _set_height(sheet, line, ((term, _WIDEST), (text, _WIDEST_TEXT)))
        line += 2
    _set_up_print(sheet)


def _set_up_print(sheet: Worksheet) -> None:
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
