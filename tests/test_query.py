"""Questions to the warehouse: three formats, plain refusals, and no way to write."""

import json
from pathlib import Path

import duckdb
import pytest

from adoption.errors import ConfigError
from adoption.query import list_tables, render_query
from adoption.warehouse import warehouse_path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    path = warehouse_path(tmp_path)
    path.parent.mkdir()
    with duckdb.connect(str(path)) as warehouse:
        warehouse.execute(
            """
            create schema marts;
            create table marts.unit as
                select * from (values
                    ('Skole', 0.5::double, 10, date '2026-11-22'),
                    ('Æsker, "A"', null, null, null)
                ) as t (unit, reach_rate, staff, window_end);
            create table marts.empty as select 1 as x where false;
            comment on table marts.unit is 'One row per unit.';
            comment on column marts.unit.unit is 'Its name.';
            comment on column marts.unit.staff is 'Who works there.';
            comment on table marts.empty is 'Nothing.';
            """
        )
    return tmp_path


def refusal(home: Path, sql: str) -> str:
    with pytest.raises(ConfigError) as caught:
        render_query(home, sql, "table")
    return str(caught.value)


def test_a_table_is_padded_and_nothing_is_cut(home: Path) -> None:
    assert render_query(home, "from marts.unit", "table") == (
        "unit        reach_rate  staff  window_end\n"
        "----------  ----------  -----  ----------\n"
        "Skole       0.5         10     2026-11-22\n"
        'Æsker, "A"\n'
        "(2 rows)\n"
    )


def test_a_rate_is_shown_with_four_decimals_at_most(home: Path) -> None:
    sql = "select 2::double / 3 as a, 100::double as b, 0::double as c, 1.50 as d, true as e"

    assert render_query(home, sql, "table").splitlines()[2] == "0.6667  100  0  1.50  True"


def test_csv_is_quoted_where_needed_and_null_is_blank(home: Path) -> None:
    assert render_query(home, "from marts.unit", "csv") == (
        'unit,reach_rate,staff,window_end\nSkole,0.5,10,2026-11-22\n"Æsker, ""A""",,,\n'
    )


def test_json_is_a_list_of_records_with_null_for_unknown(home: Path) -> None:
    text = render_query(home, "from marts.unit", "json")

    assert json.loads(text) == [
        {"unit": "Skole", "reach_rate": 0.5, "staff": 10, "window_end": "2026-11-22"},
        {"unit": 'Æsker, "A"', "reach_rate": None, "staff": None, "window_end": None},
    ]
    assert "Æsker" in text


def test_numbers_are_numbers_in_json(home: Path) -> None:
    sql = "select 1.5 as d, sum(staff) as total, [1, 2] as coded from marts.unit"

    assert json.loads(render_query(home, sql, "json")) == [{"d": 1.5, "total": 10, "coded": [1, 2]}]


@pytest.mark.parametrize(
    ("form", "text"),
    [("table", "x\n-\n(0 rows)\n"), ("csv", "x\n"), ("json", "[]\n")],
)
def test_no_rows_are_an_answer_too(home: Path, form: str, text: str) -> None:
    assert render_query(home, "from marts.empty", form) == text


def test_wrong_sql_is_told_in_duckdbs_own_words(home: Path) -> None:
    assert refusal(home, "select reach from marts.unit").startswith(
        'The query failed: Binder Error: Referenced column "reach" not found in FROM clause!'
    )
    assert refusal(home, "selec 1").startswith("The query failed: Parser Error: ")


@pytest.mark.parametrize("sql", [";", "-- only a comment", "  "])
def test_a_query_without_a_statement_is_refused(home: Path, sql: str) -> None:
    assert refusal(home, sql) == ("There is no query in what was given. Try 'from marts.unit'.")


@pytest.mark.parametrize(
    "sql",
    [
        "delete from marts.unit",
        "drop table marts.unit",
        "create table marts.mine as select 1",
        "comment on table marts.unit is 'x'",
        "copy marts.unit to '{home}/unit.csv'",
        "export database '{home}/all'",
        "attach '{home}/other.duckdb' as other",
        "select 1; copy marts.unit to '{home}/unit.csv'",
        "set enable_external_access = true; copy marts.unit to '{home}/unit.csv'",
    ],
)
def test_a_query_cannot_write(home: Path, sql: str) -> None:
    before = warehouse_path(home).read_bytes()

    assert refusal(home, sql.format(home=home)).startswith("The query failed: ")

    assert [path.name for path in home.rglob("*")] == ["warehouse", "adoption.duckdb"]
    assert warehouse_path(home).read_bytes() == before


@pytest.mark.parametrize(
    "sql",
    [
        "from read_parquet('{home}/lake/directory/day=2026-11-24/D1.parquet')",
        "from '{home}/lake/directory/day=2026-11-24/D1.parquet'",
        "from read_text('{home}/pseudonym.key')",
        "from glob('{home}/*')",
    ],
)
def test_a_query_cannot_look_into_the_lake_or_any_other_file(home: Path, sql: str) -> None:
    assert "disabled by configuration" in refusal(home, sql.format(home=home))


def test_a_name_in_our_own_code_is_no_table(home: Path) -> None:
    assert refusal(home, "from names").startswith("The query failed: Catalog Error: Table with")


def test_without_sql_the_tables_are_listed_with_what_they_mean(home: Path) -> None:
    assert list_tables(home) == (
        "marts.empty\n"
        "  Nothing.\n"
        "    x: None\n"
        "\n"
        "marts.unit\n"
        "  One row per unit.\n"
        "    unit: Its name.\n"
        "    reach_rate: None\n"
        "    staff: Who works there.\n"
        "    window_end: None\n"
    )


def test_a_home_without_a_warehouse_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="^There is no warehouse at "):
        render_query(tmp_path, "select 1", "table")
