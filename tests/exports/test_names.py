"""A municipality of units with names that make trouble, in every output that shows a unit."""

import csv
import datetime as dt
import io
import json
import subprocess
from email import message_from_bytes, policy
from pathlib import Path

import duckdb
import openpyxl
import pytest
from playwright.sync_api import Browser

from adoption.answer import render_csv, render_json
from adoption.demo.run import summary
from adoption.exports import cells
from adoption.exports.csv import export_csv
from adoption.exports.delivery import make_mail
from adoption.exports.html.report import export_html
from adoption.exports.message import Flag, News, compose, render_card, render_text
from adoption.exports.xlsx import export_xlsx
from adoption.pipeline.nightly import flag_table, open_flags
from adoption.query import ask
from adoption.settings import Mail
from adoption.status import render_status
from adoption.warehouse import warehouse_path
from tests.exports.municipality import marts, municipality

NAMES = [
    "Barnehager, skoler; kultur",
    "Avdeling \"Nord\" og 'Sør'",
    "=HYPERLINK(1)",
    "<script>document.title='x'</script>",
    "Svømmehallen 🏊‍♀️",
    "Æ" + "ø" * 31 + "å" * 31 + "!",
    "מחלקה צפון",
    "Nord\N{RIGHT-TO-LEFT OVERRIDE}røS",
    " Først et mellomrom",
    "\tFørst en tabulator",
    "-2+3",
    "+47 99",
    "@SUM(A1)",
    "</title></svg><b>&amp;",
    "{unit} %s {{ 7 * 7 }}",
]
TODAY = dt.date(2026, 3, 5)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose warehouse holds a flagged unit of each name, and its files in English."""
    home = tmp_path_factory.mktemp("names")
    with municipality() as db:
        named = ", ".join(f"('u{n}', $${name}$$)" for n, name in enumerate(NAMES))
        for mart in ("unit", "unit_reach", "unit_flag", "unit_target", "unit_movement"):
            source = "formula" if mart == "unit_movement" else "north"
            db.execute(
                f"create temp table copied as select * replace (id as unit_id, name as unit) "
                f"from marts.{mart} cross join (values {named}) as given (id, name) "
                f"where unit_id = '{source}'"
            )
            db.execute("alter table copied drop id; alter table copied drop name")
            db.execute(f"delete from marts.{mart} where unit_id <> 'org'")
            db.execute(f"insert into marts.{mart} by name from copied; drop table copied")
        db.execute("update marts.unit set parent_id = 'org', level = 1 where unit_id <> 'org'")
        db.execute("update marts.unit_target set to_target = 1")
        tables = marts(db)
        files = home / "files"
        files.mkdir()
        export_csv(tables, files, language="nb")
        export_xlsx(tables, files, language="nb")
        export_html(tables, files, language="nb")
        publish(db, home)
    return home


def publish(db: duckdb.DuckDBPyConnection, home: Path) -> None:
    path = warehouse_path(home)
    path.parent.mkdir()
    db.execute(f"attach '{path}' as published; create schema published.marts")
    for mart in marts(db):
        db.execute(f"create table published.marts.{mart} as from marts.{mart}")
    db.execute("detach published")


def as_typed(name: str) -> str:
    """A name as it stands in a cell that a spreadsheet must not run."""
    return cells.harmless(name)


def test_the_report_shows_every_name_and_runs_none(browser: Browser, home: Path) -> None:
    asked: list[str] = []
    with browser.new_page() as page:
        page.on("request", lambda request: asked.append(request.url))
        page.goto((home / "files" / "report.html").as_uri())

        for place in ("#units h3", "#way tbody th", "#changes tbody th", ".units tbody th"):
            shown = set(page.locator(place).all_text_contents()) - {"Fjordvik kommune"}
            assert shown == set(NAMES), place
        pictures = page.locator("#units svg").evaluate_all(
            "all => all.map(one => one.getAttribute('aria-label'))"
        )
        assert all(any(name.strip() in told for told in pictures) for name in NAMES)
        assert page.locator("script, svg b, main b").count() == 0
        targets = page.locator("#summary a[href^='#unit-']").evaluate_all(
            "all => all.map(one => document.querySelector(one.getAttribute('href'))"
            ".querySelector('h3').textContent === one.textContent)"
        )
        assert targets == [True] * 10
        assert len(asked) == 1
        assert page.title().startswith("Når informasjonen fram?")


def test_a_name_from_right_to_left_does_not_turn_the_sentence_around_it(
    browser: Browser, home: Path
) -> None:
    with browser.new_page() as page:
        page.goto((home / "files" / "report.html").as_uri())

        sentences = page.locator("#units .aloud").all_text_contents()

    turning = [name for name in NAMES if "מ" in name or "\N{RIGHT-TO-LEFT OVERRIDE}" in name]
    for name in turning:
        isolated = f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE} ble ikke nådd"
        assert any(isolated in sentence for sentence in sentences)


def test_csv_gives_every_name_back_through_python_and_through_libreoffice(
    home: Path, tmp_path: Path
) -> None:
    for name in ("unit_reach.csv", "unit_flags.csv"):
        path = home / "files" / name
        text = path.read_text(encoding="utf-8-sig")
        read = {row[1] for row in csv.reader(io.StringIO(text, newline=""), delimiter=";")}
        opened = office(path, tmp_path, "--infilter=CSV:59,34,76,1,,0,false,true")

        for found in (read, column(opened, None)):
            assert found - {"Fjordvik kommune", "Enhet"} == {as_typed(unit) for unit in NAMES}


def test_the_workbook_gives_every_name_back_as_text_also_through_libreoffice(
    home: Path, tmp_path: Path
) -> None:
    written = home / "files" / "report.xlsx"

    for path in (written, office(written, tmp_path)):
        for sheet in ("Hvem som nås", "Funn", "Veien til målet", "Endringer"):
            assert column(path, sheet) - {"Fjordvik kommune", "Enhet"} == set(NAMES)


def office(path: Path, folder: Path, *options: str) -> Path:
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
         *options, "--convert-to", "xlsx", "--outdir", str(folder), str(path)],
        capture_output=True, check=True, timeout=120,
    )  # fmt: skip
    return folder / f"{path.stem}.xlsx"


def column(path: Path, sheet: str | None) -> set[object]:
    book = openpyxl.load_workbook(path)
    found = book[sheet] if sheet else book.worksheets[0]
    assert {cell.data_type for cell in found["B"]} == {"s"}
    return {cell.value for cell in found["B"]}


def test_message_card_and_mail_show_every_name_on_one_line() -> None:
    names = [*NAMES, "Nord\r\nBcc: alle@fjordvik.kommune.no"]
    flags = [
        Flag(name, name, "behind", TODAY, None, 40, 20, 0.5, 0.4, 0.6, [], None) for name in names
    ]
    for name, flag in zip(names, flags, strict=True):
        whole = {"unit": name, "window_end": TODAY, "status": "no_data", "reach_rate": None,
                 "reached": None, "coded": []}  # fmt: skip
        blocks = compose(News(opened=[flag]), whole, "nb")
        mail = make_mail(
            Mail(host="x", sender="a@b.no", to=("c@d.no",)), subject=blocks[0].lead,
            text=render_text(blocks), now=dt.datetime(2026, 3, 5, tzinfo=dt.UTC),
        )  # fmt: skip
        read = message_from_bytes(mail.as_bytes(), policy=policy.default)

        shown = " ".join(part.strip() for part in name.splitlines())
        assert shown.strip() in str(read["Subject"]).replace("  ", " ")
        assert "Bcc" not in read
        assert shown in read.get_content()
        card = json.loads(json.dumps(render_card(blocks)))["attachments"][0]["content"]
        assert shown in card["body"][3]["inlines"][0]["text"]


def test_status_query_demo_and_prefects_table_show_every_name(home: Path) -> None:
    status = "\n".join(render_status(home, as_of=TODAY))
    screen = "\n".join(summary(home, home, TODAY))
    answers = json.loads(render_json(ask(home, "select unit from marts.unit where level = 1")))
    rows = csv.reader(io.StringIO(render_csv(ask(home, "select unit from marts.unit")), newline=""))

    for name in NAMES:
        assert name.strip() in status
        assert name.strip() in screen
    assert sorted(answer["unit"] for answer in answers) == sorted(NAMES)
    assert {row[0] for row in rows} >= set(NAMES)
    assert {row["unit"] for row in flag_table(open_flags(home))} == set(NAMES)
