"""The warehouse in a notebook: `adoption.warehouse().df("from marts.unit")`."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adoption.query import COLUMNS, TABLES, asked
from adoption.settings import load_settings

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Warehouse:
    """The published warehouse under `home`, opened for each question: each sees the newest build.

    Every method raises ConfigError for a wrong query, in DuckDB's own words, or where no warehouse
    has been built, and PermanentError where it cannot be read. `values` stand for `?` in `sql`.
    """

    home: Path

    def df(self, sql: str, values: Sequence[Any] = ()) -> "pd.DataFrame":
        """The answer to `sql` as a pandas DataFrame."""
        with asked(self.home, sql, values) as answer:
            frame: pd.DataFrame = answer.df()
            return frame

    def arrow(self, sql: str, values: Sequence[Any] = ()) -> "pa.Table":
        """The answer to `sql` as a pyarrow Table."""
        with asked(self.home, sql, values) as answer:
            return answer.to_arrow_table()

    def tables(self) -> "pd.DataFrame":
        """A row per table: what its rows are."""
        return self.df(TABLES)

    def columns(self) -> "pd.DataFrame":
        """A row per column of every table: its type and what it means."""
        return self.df(COLUMNS)


def find_warehouse(home: str | Path | None = None) -> Warehouse:
    """The warehouse under `home`, or ADOPTION_HOME, or the configuration's (ADOPTION_CONFIG)."""
    given = home or os.environ.get("ADOPTION_HOME")
    if given:
        return Warehouse(Path(given))
    config = Path(os.environ.get("ADOPTION_CONFIG") or "config/adoption.toml")
    return Warehouse(load_settings(config).home)
