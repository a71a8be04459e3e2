"""The report's municipality, and Debian's Chromium to read the page as its readers do."""

import shutil
from collections.abc import Iterator

import duckdb
import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.exports.municipality import municipality


@pytest.fixture
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    with municipality() as connection:
        yield connection


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("The report is tested in Chromium: run 'apt-get install chromium' first.")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
