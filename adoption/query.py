"""Ad hoc questions to the warehouse: read only, with DuckDB's own words where one is wrong."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from adoption.answer import Answer
from adoption.errors import ConfigError
from adoption.warehouse import open_warehouse

TABLES = """
    select schema_name || '.' || table_name as "table", comment
    from duckdb_tables()
    order by all
"""
COLUMNS = """
    select schema_name || '.' || table_name as "table", column_name as "column",
        lower(data_type) as type, comment
    from duckdb_columns()
    where database_name = current_database()
    order by "table", column_index
"""


@contextmanager
def asked(home: Path, sql: str, values: Sequence[Any] = ()) -> Iterator[duckdb.DuckDBPyRelation]:
    """The answer to `sql` by the warehouse under `home`, ready to be fetched.

    Raises ConfigError for a wrong query, also one that would write or look into other files.
    """
    with open_warehouse(home) as warehouse:
        try:
            relation = warehouse.sql(sql, params=list(values))
            if relation is None:
                raise ConfigError("There is no query in what was given. Try 'from marts.unit'.")
            yield relation
        except duckdb.PermissionException as error:
            raise ConfigError(
                f"The query failed: {error}\nA query reads the warehouse and no other file."
            ) from error
        except duckdb.Error as error:
            raise ConfigError(f"The query failed: {error}") from error


def ask(home: Path, sql: str, values: Sequence[Any] = ()) -> Answer:
    """What the warehouse under `home` answers to `sql`; raises as `asked` does."""
    with asked(home, sql, values) as answer:
        return Answer(tuple(answer.columns), tuple(answer.fetchall()))


def describe(home: Path, table: str | None = None) -> Answer:
    """Every table and what one of its rows is; of `table` (`marts.unit` or `unit`) the columns.

    Raises ConfigError for a table that is not there, with those that are.
    """
    if table is None:
        return ask(home, TABLES)
    name = table.lower() if "." in table else f"marts.{table.lower()}"
    of_all = ask(home, COLUMNS)
    rows = tuple(row[1:] for row in of_all.rows if row[0] == name)
    if not rows:
        known = ", ".join(sorted({row[0] for row in of_all.rows}))
        raise ConfigError(f"There is no table '{table}' in the warehouse. There are: {known}.")
    return Answer(of_all.names[1:], rows)
