"""The report as a reader meets it: on a screen, a telephone, paper, and by ear."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page

from adoption.exports.html.report import export_html
from tests.exports.municipality import NAMES, add_copies_of_north, marts, municipality

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
PAGE_OF_A_PDF = re.compile(rb"/Type\s*/Page\b")
ONLY_THE_SUMMARY = "main > section:not(#summary), footer { display: none !important }"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    with municipality() as db:
        folder = tmp_path_factory.mktemp("report")
        return export_html(marts(db), folder, language="nb", target=0.6).as_uri()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_page(viewport={"width": 1280, "height": 900}) as page:
        yield page


def test_nothing_but_the_file_is_asked_for_and_the_console_is_silent(
    page: Page, report: str
) -> None:
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))

    page.goto(report, wait_until="networkidle")

    assert (asked, said) == ([report], [])
    assert page.locator("script, iframe, object, embed, [onclick], [src]").count() == 0


@pytest.mark.parametrize(("scheme", "width"), [("light", 320), ("dark", 1280)])
def test_axe_finds_no_breach_of_wcag_21_a_or_aa(
    browser: Browser, report: str, scheme: str, width: int
) -> None:
    viewport = {"width": width, "height": 900}
    with browser.new_context(color_scheme=scheme, viewport=viewport, bypass_csp=True) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(report)
        open_every_table(page)

        found = Axe().run(page, options=WCAG)

    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [320, 640])
def test_on_a_telephone_and_at_twice_the_size_only_tables_scroll_sideways(
    browser: Browser, report: str, width: int
) -> None:
    with browser.new_page(viewport={"width": width, "height": 640}) as page:
        page.goto(report)
        open_every_table(page)

        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate(SIDEWAYS) == []


SIDEWAYS = """
    [...document.querySelectorAll("body *")]
        .filter(e => e.scrollWidth > e.clientWidth + 1)
        .filter(e => getComputedStyle(e).overflowX !== "visible")
        .filter(e => !e.matches(".unseen") && e.tabIndex !== 0)
        .map(e => e.outerHTML.slice(0, 80))
"""


def test_text_alone_at_twice_the_size_does_not_widen_the_page(page: Page, report: str) -> None:
    page.goto(report)

    page.add_style_tag(content="html { font-size: 200% }")

    assert page.evaluate("document.documentElement.scrollWidth") == 1280


def test_difficult_names_come_out_as_they_are(page: Page, report: str) -> None:
    page.goto(report)

    shown = page.locator(".heat-map tbody th").all_inner_texts()

    assert sorted(shown) == sorted(("Fjordvik kommune", *NAMES))


def test_without_scripts_every_sentence_and_table_can_be_read(
    browser: Browser, report: str
) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(report)
        table = page.locator("#summary details table")

        before = table.is_visible()
        page.locator("#summary summary").first.click()

        assert (before, table.is_visible()) == (False, True)
        assert page.locator(".flagged-list .aloud").first.is_visible()


def test_tables_open_and_scroll_from_the_keyboard(browser: Browser, report: str) -> None:
    with browser.new_page(viewport={"width": 320, "height": 640}) as page:
        page.goto(report)
        region = page.locator("#channels .scroll")

        region.focus()
        page.keyboard.press("ArrowRight", delay=50)
        page.wait_for_function("document.querySelector('#channels .scroll').scrollLeft > 0")

        assert page.evaluate("document.activeElement.getAttribute('role')") == "region"


def test_the_summary_prints_on_two_pages_even_with_many_units_of_long_names(
    page: Page, tmp_path: Path
) -> None:
    with municipality() as db:
        add_copies_of_north(db, 30)
        path = export_html(marts(db), tmp_path, language="nn", target=0.6)

    page.goto(path.as_uri())
    page.add_style_tag(content=ONLY_THE_SUMMARY)

    assert len(PAGE_OF_A_PDF.findall(page.pdf(format="A4", prefer_css_page_size=True))) == 2


def open_every_table(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
