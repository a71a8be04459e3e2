"""The four CSV files, whole, as a reader's spreadsheet gets them."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from adoption.errors import ContractError
from adoption.exports.csv import FILES, export_csv, render_csv
from tests.exports.sample import FLAG, NAMES, QUALITY, REACH, TABLES


def text(mart: str, language: str) -> str:
    return render_csv(mart, TABLES, language=language).decode("utf-8")


def whole(*lines: str) -> str:
    return "\ufeff" + "".join(f"{line}\r\n" for line in lines)


def cells_of(content: bytes, language: str) -> Iterator[list[str]]:
    lines = io.StringIO(content.decode("utf-8-sig"), newline="")
    return csv.reader(lines, delimiter="," if language == "en" else ";")


def test_unit_reach_in_bokmaal() -> None:
    assert text("unit_reach", "nb") == whole(
        "Enhets-ID;Enhet;Perioden slutter;Dager i perioden;Status;Ansatte;Med brukerkonto;"
        "Med lisens;Har kommet i gang;Aktive;Nådd;Nådd og bidrar selv;Nådd, % av de ansatte;"
        "Nådd, nedre grense (%);Nådd, øvre grense (%);Viktigste årsak",
        "0;Fjordvik kommune;2026-03-01;28;Fullstendig;40;36;30;≥28;25;20;≤2;50,0;35,2;64,8;–",
        "1;Skole;2026-03-01;28;Skjult av hensyn til personvernet;:;:;:;:;:;:;:;:;:;:;:",
    )


def test_unit_reach_in_english() -> None:
    assert text("unit_reach", "en") == whole(
        "Unit id,Unit,Period ends,Days in the period,Status,Staff,With a user account,"
        'With a licence,Have got started,Active,Reached,Reached and contributing,"Reached, % of '
        'staff","Reached, lower bound (%)","Reached, upper bound (%)",Main reason',
        "0,Fjordvik kommune,2026-03-01,28,Complete,40,36,30,≥28,25,20,≤2,50.0,35.2,64.8,–",
        "1,Skole,2026-03-01,28,Hidden for privacy,:,:,:,:,:,:,:,:,:,:,:",
    )


def test_unit_channel_in_nynorsk() -> None:
    assert text("unit_channel", "nn") == whole(
        "Einings-ID;Eining;Kanal;Perioden sluttar;Dagar i perioden;Status;Med lisens;Aktive;"
        "Har fått med seg noko;Har bidrege;Aktive, % av dei med lisens;Aktive, nedre grense (%);"
        "Aktive, øvre grense (%)",
        "0;Fjordvik kommune;Viva Engage;2026-03-01;28;Nokre dagar manglar;30;12;11;≤2;"
        "40,0;24,6;57,7",
        "0;Fjordvik kommune;SharePoint;2026-03-01;28;Ikkje til å stole på;.;.;.;.;.;.;.",
    )


def test_unit_flags_carry_the_advice_in_the_readers_language() -> None:
    assert text("unit_flag", "nb") == whole(
        "Enhets-ID;Enhet;Funn;Åpent siden;Lukket;Ansatte;Antall som ikke nås;Nådd, % av de ansatte;"
        "Nådd, nedre grense (%);Nådd, øvre grense (%);Viktigste årsak;"
        "Hva som kan gjøres, og av hvem",
        "0;Fjordvik kommune;For få blir nådd;2026-03-01;–;40;≤20;≥50,0;≥35,2;≥64,8;Mangler "
        "lisens;Noen av dem som har brukerkonto, mangler lisens for kanalene som ledelsen "
        "publiserer i. IT kan tildele lisens til dem som bør ha det. Inntil videre må nærmeste "
        "leder gi viktige beskjeder på en annen måte.",
        "2;Helse;Ligger etter resten av organisasjonen;2026-01-04;2026-02-01;12;11;12,5;1,5;35,4;"
        "–;–",
    )


def test_data_quality_in_english_with_the_tables_message_for_an_unknown_check() -> None:
    assert text("data_quality", "en") == whole(
        'Check,Applies to,Day,Result,Value (shares in %),Limit (shares in %),"What was found, and '
        'what to do"',
        "Age of the figures,–,2026-03-01,In order,4,7,In order.",
        "Concealed names,teams_user_activity,2026-03-01,Failed,12.5,0.0,"
        '"In teams_user_activity, 12.5% of the rows have concealed names, so nobody in them can be '
        "tied to a unit. In the Microsoft 365 admin centre, open Settings > Org settings > "
        'Services > Reports and clear the box ""Display concealed user, group, and site names in '
        'all reports""; then fetch the days again."',
        "a_new_check,SharePoint,2026-03-01,Warning,1.5,–,'+ see the log",
    )


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_a_units_name_comes_back_whole_through_a_csv_reader(name: str, language: str) -> None:
    row = {**REACH.to_pylist()[0], "unit": name}
    content = render_csv(
        "unit_reach", {"unit_reach": pa.Table.from_pylist([row])}, language=language
    )

    read = list(cells_of(content, language))

    assert [len(cells) for cells in read] == [16, 16]
    assert read[1][1] == ("'" + name if name.startswith("=") else name)


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_no_cell_is_blank_and_every_row_is_as_long_as_the_heading(language: str) -> None:
    for mart, (_, columns) in FILES.items():
        for cells in cells_of(render_csv(mart, TABLES, language=language), language):
            assert len(cells) == len(columns)
            assert all(cells)


def test_a_mart_without_rows_is_a_file_with_its_heading() -> None:
    empty = {"unit_flag": FLAG.slice(0, 0)}

    assert render_csv("unit_flag", empty, language="en").decode() == whole(
        'Unit id,Unit,Finding,Open since,Closed on,Staff,People not reached,"Reached, % of staff",'
        '"Reached, lower bound (%)","Reached, upper bound (%)",Main reason,"What to do, and who '
        'can"'
    )


def test_the_four_files_are_written_and_nothing_else_and_twice_is_the_same(tmp_path: Path) -> None:
    first = {p.name: p.read_bytes() for p in export_csv(TABLES, tmp_path, language="nb")}
    export_csv(TABLES, tmp_path, language="nb")

    names = ["data_quality.csv", "unit_channel.csv", "unit_flags.csv", "unit_reach.csv"]
    assert sorted(first) == names
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == first


def test_a_column_or_a_mart_that_is_not_there_is_named_and_nothing_is_written(
    tmp_path: Path,
) -> None:
    without = {**TABLES, "data_quality": QUALITY.drop_columns(["scope"])}

    with pytest.raises(ContractError, match=r"marts\.data_quality: it has no column scope\."):
        export_csv(without, tmp_path, language="nb")
    with pytest.raises(ContractError, match=r"marts\.unit_reach is not there"):
        export_csv({}, tmp_path, language="nb")

    assert list(tmp_path.iterdir()) == []
