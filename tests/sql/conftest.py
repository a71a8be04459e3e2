"""A database in memory, empty again for each test."""

from collections.abc import Iterator

import duckdb
import pytest

from tests.tables import clear, new_warehouse


@pytest.fixture(scope="session")
def _memory() -> Iterator[duckdb.DuckDBPyConnection]:
    with new_warehouse() as connection:
        yield connection


@pytest.fixture
def db(_memory: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    clear(_memory)
    return _memory
