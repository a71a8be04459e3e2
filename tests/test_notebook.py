"""The warehouse in a notebook: `adoption.warehouse` is a function, and a module to code."""

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pytest

import adoption
from adoption.errors import ConfigError
from adoption.notebook import Warehouse
from adoption.warehouse import open_warehouse, warehouse_path

SUNDAY = dt.datetime(2026, 11, 22)  # noqa: DTZ001 (pandas has no dates)
SQL = "select unit, staff, day from marts.unit order by unit"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "data"
    write_warehouse(home, staff=10)
    return home


def write_warehouse(home: Path, *, staff: int) -> None:
    path = warehouse_path(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name("new")
    with duckdb.connect(str(fresh)) as warehouse:
        warehouse.execute(
            f"""
            create schema marts;
            create table marts.unit as
                select 'Skole' as unit, {staff} as staff, date '2026-11-22' as day
                union all select 'Brann', null, null;
            comment on table marts.unit is 'One unit.';
            comment on column marts.unit.staff is 'Heads.';
            """
        )
    fresh.replace(path)


def test_an_answer_is_a_data_frame(home: Path) -> None:
    frame = adoption.warehouse(home).df(SQL)

    expected = {"unit": ["Brann", "Skole"], "staff": [pd.NA, 10], "day": [pd.NaT, SUNDAY]}
    pd.testing.assert_frame_equal(
        frame, pd.DataFrame(expected).astype({"staff": "Int32", "day": "datetime64[us]"})
    )


def test_an_answer_is_an_arrow_table(home: Path) -> None:
    table = adoption.warehouse(str(home)).arrow(SQL)

    assert isinstance(table, pa.Table)
    assert table.to_pylist() == [
        {"unit": "Brann", "staff": None, "day": None},
        {"unit": "Skole", "staff": 10, "day": dt.date(2026, 11, 22)},
    ]


def test_values_are_bound_and_not_pasted(home: Path) -> None:
    sql = "select unit from marts.unit where unit = ?"

    assert adoption.warehouse(home).arrow(sql, ["Skole'"]).num_rows == 0


def test_what_the_tables_and_columns_mean_can_be_asked(home: Path) -> None:
    warehouse = adoption.warehouse(home)

    assert warehouse.tables().values.tolist() == [["marts.unit", "One unit."]]
    assert warehouse.columns()[["column", "type", "comment"]].values.tolist()[1] == [
        "staff", "integer", "Heads.",
    ]  # fmt: skip


def test_each_question_is_answered_from_the_newest_build(home: Path) -> None:
    warehouse = adoption.warehouse(home)
    before = warehouse.arrow("select sum(staff) as n from marts.unit")
    write_warehouse(home, staff=20)

    after = warehouse.arrow("select sum(staff) as n from marts.unit")

    assert [before.to_pylist(), after.to_pylist()] == [[{"n": 10}], [{"n": 20}]]


def test_a_wrong_query_and_a_home_without_a_warehouse_are_told_as_by_the_command(
    home: Path, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match='Candidate bindings: "staff"'):
        adoption.warehouse(home).df("select staf from marts.unit")
    with pytest.raises(ConfigError, match="^There is no warehouse at "):
        adoption.warehouse(tmp_path).df("select 1")


NOTEBOOK = """
import json, sys
import adoption
quick = not {"duckdb", "pandas", "pyarrow"} & sys.modules.keys()
first = str(adoption.warehouse().home)
from adoption.warehouse import open_warehouse
import adoption.warehouse as module
light = not {"pandas", "pyarrow"} & sys.modules.keys()
print(json.dumps([quick, first, module.warehouse_path is not None, light,
                  str(adoption.warehouse("here").home)]))
"""


@pytest.mark.parametrize("by", ["ADOPTION_HOME", "ADOPTION_CONFIG"])
def test_the_home_is_found_as_the_command_finds_it_and_nothing_heavy_is_loaded_before(
    by: str, home: Path, tmp_path: Path
) -> None:
    config = tmp_path / "adoption.toml"
    config.write_text(f"[organisation]\nname = 'Here'\n[storage]\nhome = '{home}'\n")
    plain = {key: value for key, value in os.environ.items() if not key.startswith("ADOPTION_")}
    environ = {**plain, by: str(home if by == "ADOPTION_HOME" else config)}

    done = subprocess.run(
        [sys.executable, "-c", NOTEBOOK], env=environ, capture_output=True, text=True, check=True
    )

    assert json.loads(done.stdout) == [True, str(home), True, True, "here"]


def test_the_module_is_still_a_module(home: Path) -> None:
    with open_warehouse(home) as warehouse:
        assert warehouse.execute("select count(*) from marts.unit").fetchall() == [(2,)]
    assert adoption.warehouse(home) == Warehouse(home)
    with pytest.raises(AttributeError, match="^module 'adoption' has no attribute 'lake_house'$"):
        adoption.lake_house  # noqa: B018
