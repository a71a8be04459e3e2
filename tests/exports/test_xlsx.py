"""The workbook, as spreadsheet programs read it: every cell is the mart's, in its own kind."""

import datetime as dt
import io
import subprocess
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest
from openpyxl.workbook.workbook import Workbook

from adoption.certainty import STEPS
from adoption.exports import guide
from adoption.exports.csv import FILES
from adoption.exports.xlsx import export_xlsx, render_xlsx
from tests.conftest import Demo
from tests.exports.sample import FLAG, NAMES, REACH, TABLES
from tests.running import rows

SUNDAY = dt.datetime(2026, 3, 1)  # noqa: DTZ001 (a workbook's days know no zone)
SIGNS = {"suppressed": ":", "not_trusted": ".", "no_data": "..", "not_in_use": ".."}
ALWAYS_SHOWN = {"unit_id", "unit", "channel", "window_end", "window_days"}
NAMES_OF_NO_UNIT = {"(unmapped)": "(ukjent avdeling)", "(no department)": "(uten avdeling)"}
CHANNELS = {"teams": "Teams", "viva_engage": "Viva Engage", "sharepoint": "SharePoint"}


def book(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def table(found: Workbook, sheet: str) -> list[tuple[object, ...]]:
    """The rows below the heading."""
    return list(found[sheet].iter_rows(min_row=2, values_only=True))


def test_numbers_shares_and_days_are_numbers_and_days_and_signs_are_text() -> None:
    found = book(render_xlsx(TABLES, language="nb"))

    assert table(found, "Hvem som nås") == [
        ("0", "Fjordvik kommune", SUNDAY, 28, "Fullstendig", 40, 36, 30, "≥28", 25, 20, "≤2",
         0.5, 0.352, 0.64849, "–"),
        ("1", "Skole", SUNDAY, 28, "Skjult av hensyn til personvernet", *[":"] * 11),
    ]  # fmt: skip
    assert table(found, "Kanaler") == [
        ("0", "Fjordvik kommune", "Viva Engage", SUNDAY, 28, "Noen dager mangler", 30, 12, 11,
         "≤2", 0.4, 0.2459, 0.5768),
        ("0", "Fjordvik kommune", "SharePoint", SUNDAY, 28, "Ikke til å stole på", *["."] * 7),
    ]  # fmt: skip
    assert table(found, "Veien til målet") == [
        ("0", "Fjordvik kommune", SUNDAY, "Fullstendig", 40, 24, 20, 4, 20, 1, 4, 6, "≤2", "≥3", 5),
        ("1", "Skole", SUNDAY, "Skjult av hensyn til personvernet", *[":"] * 11),
    ]
    assert table(found, "Endringer") == [
        ("0", "Fjordvik kommune", SUNDAY, "Fullstendig", 40, 31.5, 0.5, 0.352, 0.64849,
         *[":"] * 3, 35, 3, "≤2", 0, 0, 36, -3.1, -12, 6),
        ("1", "Skole", SUNDAY, "Skjult av hensyn til personvernet", *[":"] * 17),
    ]  # fmt: skip
    assert [row[:7] for row in table(found, "Datakvalitet")] == [
        ("Hvor gamle tallene er", "–", SUNDAY, "I orden", 4, 7, "I orden."),
        ("Skjulte navn", "teams_user_activity", SUNDAY, "Feil", 0.125, 0, ANY_TEXT),
        ("a_new_check", "SharePoint", SUNDAY, "Advarsel", 1.5, "–", "+ see the log"),
    ]


class _AnyText:
    def __eq__(self, other: object) -> bool:
        return isinstance(other, str)

    def __hash__(self) -> int:
        return 0


ANY_TEXT = _AnyText()


def test_formats_are_excels_own_so_that_each_reader_sees_their_own_signs() -> None:
    sheet = book(render_xlsx(TABLES, language="nb"))["Hvem som nås"]

    formats = {name: sheet[f"{name}2"].number_format for name in "CFM"}

    assert formats == {"C": "yyyy-mm-dd", "F": "#,##0", "M": "0.0 %"}


def test_a_rate_made_of_a_bound_is_a_number_that_shows_its_bound() -> None:
    row = {**REACH.to_pylist()[0], "coded": ["reached"]}
    content = render_xlsx({**TABLES, "unit_reach": pa.Table.from_pylist([row])}, language="nb")

    sheet = book(content)["Hvem som nås"]

    cells = [(sheet[f"{name}2"].value, sheet[f"{name}2"].number_format) for name in "KMNO"]
    assert cells == [
        ("≥20", "General"),
        (0.5, '"≥"0.0 %'),
        (0.352, '"≥"0.0 %'),
        (0.64849, '"≥"0.0 %'),
    ]


def test_what_hr_and_a_year_before_do_not_tell_is_no_column() -> None:
    unknown = {name: TABLES[name].slice(0, 0) for name in ("unit_staff", "unit_year")}

    sheet = book(render_xlsx({**TABLES, **unknown}, language="en"))["Changes"]

    assert [cell.value for cell in sheet[1]][-2:] == ["Moved out", "Accounts now"]
    assert "Full-time equivalents" not in [cell.value for cell in sheet[1]]


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("nb", ["Slik leser du tallene", "Hvem som nås", "Kanaler", "Funn", "Veien til målet",
                "Endringer", "Datakvalitet", "Metode"]),
        ("nn", ["Slik les du tala", "Kven som blir nådde", "Kanalar", "Funn", "Vegen til målet",
                "Endringar", "Datakvalitet", "Metode"]),
        ("en", ["How to read", "Reach", "Channels", "Findings", "The way to the goal", "Changes",
                "Data quality", "Method"]),
    ],
)  # fmt: skip
def test_sheets_are_named_in_the_readers_language(language: str, names: list[str]) -> None:
    assert book(render_xlsx(TABLES, language=language)).sheetnames == names


def test_headings_stay_in_sight_and_every_table_can_be_filtered() -> None:
    found = book(render_xlsx(TABLES, language="en"))

    looks = {s.title: (s.freeze_panes, s.auto_filter.ref) for s in found.worksheets}

    assert looks == {
        "How to read": (None, None),
        "Reach": ("C2", "A1:P3"),
        "Channels": ("C2", "A1:M3"),
        "Findings": ("C2", "A1:L3"),
        "The way to the goal": ("C2", "A1:O3"),
        "Changes": ("C2", "A1:U3"),
        "Data quality": ("B2", "A1:G4"),
        "Method": (None, None),
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_units_name_is_a_text_and_stays_as_it_is(name: str) -> None:
    row = {**REACH.to_pylist()[0], "unit": name}
    content = render_xlsx({**TABLES, "unit_reach": pa.Table.from_pylist([row])}, language="nb")

    cell = book(content)["Hvem som nås"]["B2"]

    as_in_a_cell = name.replace("\r\n", "\n")
    assert (cell.value, cell.data_type, cell.hyperlink) == (as_in_a_cell, "s", None)
    # A text that Excel would run once its cell is edited carries the mark of a typed apostrophe.
    assert cell.quotePrefix == name.startswith("=")


def test_the_signs_are_explained() -> None:
    sheet = book(render_xlsx(TABLES, language="en"))["How to read"]

    terms = [row[0] for row in sheet.iter_rows(values_only=True)]

    assert [term for term in terms if term in (":", "≤", "≥", ".", "..", "–")] == [
        ":", "≤", "≥", ".", "..", "–",
    ]  # fmt: skip
    assert sheet["A2"].value == "The newest period ends on 1 March 2026."


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_guides_leave_no_cell_beside_a_term_blank(language: str) -> None:
    for _, sections in (guide.how_to_read(language), guide.method(language)):
        assert [row for section in sections for row in section.rows if not row[1]] == []


def test_the_same_marts_give_the_same_bytes_made_on_the_windows_last_day(tmp_path: Path) -> None:
    path = export_xlsx(TABLES, tmp_path, language="nb")

    assert path == tmp_path / "report.xlsx"
    assert path.read_bytes() == render_xlsx(TABLES, language="nb")
    assert openpyxl.load_workbook(path).properties.created == SUNDAY


def test_a_mart_without_rows_is_a_sheet_with_its_heading() -> None:
    found = book(render_xlsx({**TABLES, "unit_flag": FLAG.slice(0, 0)}, language="en"))

    assert (found["Findings"]["A1"].value, table(found, "Findings")) == ("Unit id", [])


@pytest.fixture(scope="module")
def workbooks(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> list[Workbook]:
    """The demo's workbook as written, and as LibreOffice writes what it has read of it."""
    folder = tmp_path_factory.mktemp("office")
    written = demo.home / "exports" / "2026-11-22" / "report.xlsx"
    done = subprocess.run(
        ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
         "--convert-to", "xlsx", "--outdir", str(folder), str(written)],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert "rror" not in done.stdout
    return [openpyxl.load_workbook(path) for path in (written, folder / "report.xlsx")]


@pytest.mark.parametrize(
    ("mart", "sheet", "keys"),
    [
        ("unit_reach", "Hvem som nås", ("unit_id", "window_end")),
        ("unit_channel", "Kanaler", ("unit_id", "channel", "window_end")),
    ],
)
def test_every_cell_of_the_demo_is_the_marts_also_after_a_spreadsheet_program_has_read_it(
    demo: Demo, workbooks: list[Workbook], mart: str, sheet: str, keys: tuple[str, ...]
) -> None:
    columns = [column for column in FILES[mart][1] if column not in ("status", "reason")]
    fields = ["status", "coded", *columns]
    marts = rows(demo.home, f"select {', '.join(fields)} from marts.{mart}")
    expected = [shown(dict(zip(fields, row, strict=True))) for row in marts]

    places = [list(FILES[mart][1]).index(column) for column in columns]
    for found in workbooks:
        read = [[plain(row[place]) for place in places] for row in table(found, sheet)]
        at = [columns.index(key) for key in keys]
        assert by_key(read, at) == by_key(expected, at)


def test_the_way_to_the_goal_is_the_marts_where_it_is_no_bound(
    demo: Demo, workbooks: list[Workbook]
) -> None:
    columns = ["needed", "reached", "to_target", "not_reached", "gap_share", *STEPS]
    fields = ", ".join(column for column in columns if column != "reached")
    marts = rows(
        demo.home,
        f"select unit_id, unit_target.coded, reached, {fields} from marts.unit_target "
        "inner join marts.unit_reach using (unit_id, window_end, window_days) "
        "inner join marts.build using (window_end) where needed is not null",
    )

    read = {str(row[0]): row[5:] for row in table(workbooks[1], "Veien til målet")}

    assert len(marts) == 32
    for row in marts:
        unit_id, coded, reached, needed = str(row[0]), row[1], row[2], row[3]
        assert isinstance(coded, list)
        expected = dict(zip(columns, (needed, reached, *row[4:]), strict=True))
        for column, cell in zip(columns, read[unit_id], strict=True):
            if column not in (*coded, "reached") and expected[column] is not None:
                assert cell == pytest.approx(expected[column], rel=1e-14), (unit_id, column)
            elif column in STEPS:
                assert str(cell)[0] in "≤≥:", (unit_id, column)


def by_key(read: list[list[object]], at: list[int]) -> dict[str, list[object]]:
    return {" ".join(str(row[number]) for number in at): row for row in read}


def shown(row: dict[str, object]) -> list[object]:
    """What must stand in the cells of a mart's row, by the definitions."""
    sign, coded = SIGNS.get(str(row.pop("status"))), row.pop("coded")
    assert isinstance(coded, list)
    return [
        NAMES_OF_NO_UNIT.get(str(value), value)
        if column == "unit"
        else CHANNELS.get(str(value), value)
        if column in ALWAYS_SHOWN
        else (sign or ":")
        if sign or value is None
        else (f"≤{value}" if value == 2 else f"≥{value}")
        if column in coded
        else pytest.approx(value, rel=1e-14)  # a spreadsheet program keeps 15 digits
        for column, value in row.items()
    ]


def plain(value: object) -> object:
    return value.date() if isinstance(value, dt.datetime) else value
