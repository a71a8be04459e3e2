"""Questions to the warehouse: answers with their names, plain refusals, and no way to write."""

import hashlib
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from adoption.answer import Answer
from adoption.errors import ConfigError, PermanentError
from adoption.query import ask, describe
from adoption.warehouse import warehouse_path
from tests.running import adoption


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
                    ('Æsker', null, null, null)
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
        ask(home, sql)
    return str(caught.value)


@pytest.mark.parametrize("table", ["marts.unit", "unit"])
def test_an_answer_has_the_columns_names_and_values(home: Path, table: str) -> None:
    answer = ask(home, f"select unit, staff from {table} where unit = ?", ["Skole"])

    assert answer == Answer(("unit", "staff"), (("Skole", 10),))


def test_wrong_sql_is_told_in_duckdbs_own_words(home: Path) -> None:
    assert refusal(home, "selec 1").startswith("The query failed: Parser Error: ")
    assert refusal(home, "select reach from unit").startswith(
        'The query failed: Binder Error: Referenced column "reach" not found in FROM clause!\n'
        'Candidate bindings: "reach_rate"'
    )
    assert refusal(home, "from units").startswith(
        "The query failed: Catalog Error: Table with name units does not exist!\n"
        'Did you mean "unit"?'
    )


def test_what_fails_while_it_is_fetched_is_told_as_well(home: Path) -> None:
    assert refusal(home, "select error('too late') from unit").startswith(
        "The query failed: Invalid Input Error: too late"
    )


@pytest.mark.parametrize("sql", [";", "-- only a comment", "  "])
def test_a_query_without_a_statement_is_refused(home: Path, sql: str) -> None:
    assert refusal(home, sql) == "There is no query in what was given. Try 'from marts.unit'."


@pytest.mark.parametrize(
    "sql",
    [
        "delete from marts.unit",
        "drop table marts.unit",
        "create table marts.mine as select 1",
        "comment on table marts.unit is 'x'",
        "select 1; update marts.unit set staff = 99",
    ],
)
def test_a_query_that_would_change_a_table_is_told_that_it_can_only_read(
    home: Path, sql: str
) -> None:
    assert "attached in read-only mode" in unchanged(home, sql)


@pytest.mark.parametrize(
    "sql",
    [
        "copy marts.unit to '{home}/unit.csv'",
        "copy (select 1) to '{path}'",
        "copy (select 1) to '{path}.wal'",
        "export database '{home}/all'",
        "attach '{home}/other.duckdb' as other",
        "select 1; copy marts.unit to '{home}/unit.csv'",
        "set enable_external_access = true; copy marts.unit to '{home}/unit.csv'",
        "set disabled_filesystems = ''; copy marts.unit to '{home}/unit.csv'",
        "use memory; detach warehouse; attach '{path}' as mine; create table mine.x as select 1",
        "use memory; detach warehouse; copy (select 1) to '{path}'",
        "create persistent secret s (type http, bearer_token 'x')",
        "install spatial",
        "load spatial",
        "call enable_logging(storage = 'file', storage_path = '{home}')",
        "pragma profile_output = '{home}/profile.json'",
    ],
)
def test_a_query_cannot_write_a_file(home: Path, sql: str) -> None:
    unchanged(home, sql)


def unchanged(home: Path, sql: str) -> str:
    """How `sql` is refused, where everything under `home` stays as it is."""
    before = contents(home)
    told = refusal(home, sql.format(home=home, path=warehouse_path(home)))
    assert contents(home) == before
    return told


def contents(home: Path) -> dict[str, str]:
    files = (path for path in home.rglob("*") if path.is_file())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize(
    "sql",
    [
        "from read_parquet('{home}/lake/directory/day=2026-11-24/D1.parquet')",
        "from '{home}/lake/directory/day=2026-11-24/D1.parquet'",
        "from read_csv('{home}/pseudonym.key')",
        "from read_text('{home}/pseudonym.key')",
        "from glob('{home}/*')",
    ],
)
def test_a_query_cannot_look_into_the_lake_or_any_other_file(home: Path, sql: str) -> None:
    told = refusal(home, sql.format(home=home))

    assert "has been disabled by configuration" in told
    assert told.endswith("\nA query reads the warehouse and no other file.")


def test_a_name_in_our_own_code_is_no_table(home: Path) -> None:
    assert refusal(home, "from names").startswith("The query failed: Catalog Error: Table with")


def test_the_tables_are_listed_with_what_their_rows_are(home: Path) -> None:
    assert describe(home) == Answer(
        ("table", "comment"),
        (("marts.empty", "Nothing."), ("marts.unit", "One row per unit.")),
    )


@pytest.mark.parametrize("table", ["marts.unit", "unit", "Marts.UNIT"])
def test_a_table_is_described_by_its_columns_types_and_comments(home: Path, table: str) -> None:
    assert describe(home, table) == Answer(
        ("column", "type", "comment"),
        (
            ("unit", "varchar", "Its name."),
            ("reach_rate", "double", None),
            ("staff", "integer", "Who works there."),
            ("window_end", "date", None),
        ),
    )


def test_a_table_that_is_not_there_is_told_with_those_that_are(home: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        describe(home, "people")

    assert str(caught.value) == (
        "There is no table 'people' in the warehouse. There are: marts.empty, marts.unit."
    )


def test_a_home_without_a_warehouse_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="^There is no warehouse at "):
        ask(tmp_path, "select 1")


def test_a_broken_file_is_told_as_such(home: Path) -> None:
    warehouse_path(home).write_bytes(b"no warehouse")

    with pytest.raises(PermanentError, match="^Cannot read the warehouse .* not a valid DuckDB"):
        ask(home, "select 1")


def test_the_command_asks_what_stands_on_its_line_or_comes_in_and_answers_in_each_form(
    home: Path,
) -> None:
    sql = "select unit, staff from unit"
    by_line = adoption("--home", home, "query", sql, "--format", "csv")
    program = ["-c", "from adoption.cli import main; main()"]
    by_input = subprocess.run(
        [sys.executable, *program, "--home", str(home), "query", "-", "--format", "csv"],
        input=sql.encode(),
        capture_output=True,
        check=True,
    )
    described = adoption("--home", home, "query", "--describe", "empty", "--format", "json")
    listed = adoption("--home", home, "query")
    wrong = adoption("--home", home, "query", "from units")

    assert by_line.screen == "unit,staff\nSkole,10\nÆsker,\n"  # text mode reads CR LF as LF
    assert by_input.stdout == "unit,staff\r\nSkole,10\r\nÆsker,\r\n".encode()
    assert described.screen == (
        '[\n {\n  "column": "x",\n  "type": "integer",\n  "comment": null\n }\n]\n'
    )
    assert listed.screen.splitlines()[2:] == [
        "marts.empty  Nothing.",
        "marts.unit   One row per unit.",
        "(2 rows)",
    ]
    assert (wrong.status, wrong.log.splitlines()[0]) == (
        2,
        "The query failed: Catalog Error: Table with name units does not exist!",
    )
