"""Builds: what a model's header promises is kept, or nothing is published."""

import datetime as dt
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from adoption.errors import CheckFailed, ConfigError, ContractError, PermanentError
from adoption.models import Model, in_order, parse_model
from adoption.warehouse import build, open_warehouse, run, swap, warehouse_path


def model(name: str, sql: str, *header: str, grain: str = "unit_id") -> Model:
    schema, stem = name.split(".")
    lines = [f"-- One row of {stem}.", f"-- grain: {grain}", *(f"-- {line}" for line in header)]
    return parse_model("\n".join((*lines, "", sql)), Path(f"sql/{schema}/{stem}.sql"))


UNIT = model(
    "marts.unit",
    "select unit_id, staff from core.staff",
    "column unit_id: The unit's id.",
    "column staff: Who works there, 'for real'.",
)
STAFF = model("core.staff", "select unit_id, 10 + extra as staff from staging.people")
PEOPLE = model("staging.people", "select unit_id, extra from lake.people")


def built(
    home: Path,
    *models: Model,
    units: str = "('north', 1), ('south', 2)",
    tables: Mapping[str, Any] | None = None,
    variables: Mapping[str, Any] | None = None,
) -> list[str]:
    """The warnings of a build of `models`, by default of two units."""
    return build(
        home,
        models=in_order(models or (UNIT, STAFF, PEOPLE)),
        macros="create macro twice(n) as 2 * n;",
        inputs={"lake.people": f"select * from (values {units}) as people (unit_id, extra)"},
        tables=tables or {},
        variables=variables or {},
    )


def ask(home: Path, sql: str) -> list[tuple[Any, ...]]:
    with open_warehouse(home) as warehouse:
        return warehouse.execute(sql).fetchall()


def refused(home: Path, *models: Model) -> str:
    with pytest.raises((CheckFailed, ContractError)) as caught:
        built(home, *models)
    return str(caught.value)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for schema in ("staging", "core", "marts"):
            connection.execute(f"create schema {schema}")
        yield connection


def test_marts_are_published_with_the_rows_of_the_lake(tmp_path: Path) -> None:
    assert built(tmp_path) == []

    assert ask(tmp_path, "from marts.unit") == [("north", 11), ("south", 12)]


def test_nothing_but_marts_is_in_the_published_file(tmp_path: Path) -> None:
    built(tmp_path, tables={"config.channel": pa.table({"channel": ["teams"]})})

    assert ask(
        tmp_path,
        "select schema_name, table_name from duckdb_tables() "
        "union all select schema_name, view_name from duckdb_views() where not internal",
    ) == [("marts", "unit")]
    assert [path.name for path in tmp_path.rglob("*")] == ["warehouse", "adoption.duckdb"]


def test_descriptions_arrive_as_comments(tmp_path: Path) -> None:
    built(tmp_path)

    assert ask(tmp_path, "select comment from duckdb_tables()") == [("One row of unit.",)]
    assert ask(
        tmp_path, "select column_name, comment from duckdb_columns() where schema_name = 'marts'"
    ) == [("unit_id", "The unit's id."), ("staff", "Who works there, 'for real'.")]


def test_models_read_macros_variables_and_tables_of_the_configuration(tmp_path: Path) -> None:
    built(
        tmp_path,
        model(
            "marts.unit",
            "select channel as unit_id, twice(getvariable('min_group')) as size, "
            "getvariable('as_of') as day from config.channel",
            "column unit_id: Channel.",
            "column size: Size.",
            "column day: Day.",
        ),
        tables={"config.channel": pa.table({"channel": ["teams"]})},
        variables={"min_group": 5, "as_of": dt.date(2026, 11, 24)},
    )

    assert ask(tmp_path, "from marts.unit") == [("teams", 10, dt.date(2026, 11, 24))]


def test_rows_are_published_in_the_order_of_the_grain(tmp_path: Path) -> None:
    built(tmp_path, units="('south', 2), ('west', 3), ('north', 1)")

    assert ask(tmp_path, "select unit_id from marts.unit") == [("north",), ("south",), ("west",)]


def test_staging_is_a_view_and_the_rest_are_tables(connection: duckdb.DuckDBPyConnection) -> None:
    for each in (
        model("staging.a", "select 1 as unit_id"),
        model("core.b", "select unit_id from staging.a"),
    ):
        run(connection, each)

    assert connection.execute(
        "select view_name from duckdb_views() where not internal"
    ).fetchall() == [("a",)]
    assert connection.execute("select table_name from duckdb_tables()").fetchall() == [("b",)]


def test_an_undocumented_mart_column_and_a_documented_one_that_is_not_there_are_refused(
    tmp_path: Path,
) -> None:
    mart = model(
        "marts.unit",
        "select 'north' as unit_id, 1 as staff, 2 as reached",
        "column unit_id: Unit.",
        "column reach: Reach.",
    )

    assert refused(tmp_path, mart) == (
        "marts.unit (sql/marts/unit.sql): the header and the columns differ. Documented but not "
        "there: reach; there but not documented: staff, reached."
    )


def test_a_grain_that_is_no_column_is_refused(tmp_path: Path) -> None:
    core = model("core.staff", "select 1 as unit_id", grain="unit_id, day")

    assert "Documented but not there: day; there but not documented: none." in refused(
        tmp_path, core
    )


def test_outside_marts_only_what_is_documented_must_be_there(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    assert run(connection, model("core.staff", "select 1 as unit_id, 2 as staff")) == []
    with pytest.raises(ContractError, match="Documented but not there: reach;"):
        run(connection, model("core.reach", "select 1 as unit_id", "column reach: Reach."))


@pytest.mark.parametrize(
    ("sql", "bad"),
    [
        ("select unnest(['south', 'north', 'south']) as unit_id", "south, 2"),
        ("select unnest(['north', null]) as unit_id", "None, 1"),
    ],
)
def test_rows_that_break_the_grain_are_named(tmp_path: Path, sql: str, bad: str) -> None:
    assert refused(tmp_path, model("core.staff", sql)) == (
        f"core.staff (sql/core/staff.sql): unit_id must name one row; bad: {bad}. "
        "Nothing was published."
    )


@pytest.mark.parametrize("staff", ["-1", "null"])
def test_rows_that_break_a_check_are_named_and_unknown_is_broken(
    tmp_path: Path, staff: str
) -> None:
    core = model(
        "core.staff",
        f"select * from (values ('north', 1, 4), ('south', 2, {staff})) as t (unit_id, day, staff)",
        "fail: day > 0",
        "fail: staff >= 0",
        grain="unit_id, day",
    )

    assert refused(tmp_path, core) == (
        "core.staff (sql/core/staff.sql): 'staff >= 0' does not hold; bad: south, 2. "
        "Nothing was published."
    )


def test_at_most_three_bad_rows_are_named(tmp_path: Path) -> None:
    core = model("core.staff", "select range as unit_id from range(9)", "fail: unit_id < 0")

    assert "bad: 0; 1; 2. Nothing was published." in refused(tmp_path, core)


@pytest.mark.parametrize(
    ("grain", "header"),
    [
        ("person_id", ()),
        ("upn_id, unit_id", ()),
        ("unit_id, person_id, staff", ("fail: staff > 0",)),
    ],
)
def test_persons_are_never_named_by_a_check(
    tmp_path: Path, grain: str, header: tuple[str, ...]
) -> None:
    core = model(
        "core.staff",
        "select unnest([4711, 4711]) as person_id, 4711 as upn_id, 'north' as unit_id, "
        "unnest([0, 1]) as staff",
        *header,
        grain=grain,
    )

    message = refused(tmp_path, core)

    assert message.endswith("bad: rows of persons (not shown). Nothing was published.")
    assert "4711" not in message


def test_a_warning_is_returned_with_its_count_and_publishes(tmp_path: Path) -> None:
    mart = model(
        "marts.unit",
        "select unnest(['north', 'south', null]) as unit, unnest([1, 2, 3]) as unit_id",
        "column unit: Name.",
        "column unit_id: Id.",
        "warn: unit <> 'south'",
        "warn: unit_id > 0",
    )

    assert built(tmp_path, mart) == ["marts.unit: 2 rows where not (unit <> 'south')"]
    assert len(ask(tmp_path, "from marts.unit")) == 3


def test_sql_that_fails_is_told_with_its_model_and_path(tmp_path: Path) -> None:
    with pytest.raises(PermanentError) as caught:
        built(tmp_path, model("core.staff", "select nothing as unit_id"))

    assert str(caught.value).startswith(
        'core.staff (sql/core/staff.sql) failed: Binder Error: Referenced column "nothing"'
    )


def test_an_input_that_cannot_be_read_is_told_and_leaves_the_old_warehouse(tmp_path: Path) -> None:
    built(tmp_path)

    with pytest.raises(PermanentError) as caught:
        built(tmp_path, units="(broken")

    target = warehouse_path(tmp_path)
    assert str(caught.value).startswith(f"Could not build the warehouse {target}: Parser Error: ")
    assert str(caught.value).endswith(". What was published before is untouched.")
    assert ask(tmp_path, "from marts.unit") == [("north", 11), ("south", 12)]


def test_a_failed_check_leaves_the_old_warehouse_as_it_was_and_nothing_beside_it(
    tmp_path: Path,
) -> None:
    built(tmp_path)
    target = warehouse_path(tmp_path)
    before = (target.read_bytes(), target.stat().st_mtime_ns, target.stat().st_ino)

    refused(tmp_path, UNIT, model("core.staff", "select 1 as unit_id, 2 as staff", "fail: false"))

    assert (target.read_bytes(), target.stat().st_mtime_ns, target.stat().st_ino) == before
    assert list(target.parent.iterdir()) == [target]


def test_a_first_build_that_fails_publishes_nothing(tmp_path: Path) -> None:
    refused(tmp_path, model("core.staff", "select 1 as unit_id", "fail: false"))

    assert list(warehouse_path(tmp_path).parent.iterdir()) == []


def test_what_a_killed_build_left_is_no_hindrance(tmp_path: Path) -> None:
    target = warehouse_path(tmp_path)
    target.parent.mkdir()
    target.with_name(f".{target.name}.new").write_bytes(b"half a warehouse")

    built(tmp_path)

    assert list(target.parent.iterdir()) == [target]
    assert ask(tmp_path, "select count(*) from marts.unit") == [(2,)]


def test_a_reader_keeps_the_old_warehouse_while_a_new_one_is_swapped_in(tmp_path: Path) -> None:
    built(tmp_path)

    with open_warehouse(tmp_path) as reader:
        built(tmp_path, units="('north', 5)")
        seen = reader.execute("from marts.unit").fetchall()

    assert seen == [("north", 11), ("south", 12)]
    assert ask(tmp_path, "from marts.unit") == [("north", 15)]


def test_another_process_sees_the_new_warehouse_while_the_old_one_is_still_read(
    tmp_path: Path,
) -> None:
    built(tmp_path)
    script = (
        "import duckdb, sys\n"
        "w = duckdb.connect(sys.argv[1], read_only=True)\n"
        "print(w.execute('select sum(staff) from marts.unit').fetchone()[0])\n"
    )

    with open_warehouse(tmp_path):
        built(tmp_path, units="('north', 5)")
        other = subprocess.run(
            [sys.executable, "-c", script, str(warehouse_path(tmp_path))],
            capture_output=True,
            text=True,
            check=True,
        )

    assert other.stdout == "15\n"


ON_A_FULL_DISK = """
import resource, sys
from pathlib import Path
from adoption.errors import PermanentError
from adoption.models import parse_model
from adoption.warehouse import build
header = "-- Rows.\\n-- grain: x\\n-- column x: X.\\n\\n"
model = parse_model(header + "select range as x from range(500)", Path("sql/marts/unit.sql"))
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
try:
    build(Path(sys.argv[1]), models=[model], macros="", inputs={}, tables={}, variables={})
except PermanentError as error:
    sys.exit(str(error))
"""


def test_a_disk_that_refuses_leaves_the_old_warehouse(tmp_path: Path) -> None:
    built(tmp_path)
    target = warehouse_path(tmp_path)

    other = subprocess.run(
        [sys.executable, "-c", ON_A_FULL_DISK, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[1],
    )

    assert other.returncode == 1
    assert other.stderr.startswith(f"Could not build the warehouse {target}: ")
    assert other.stderr.endswith(". What was published before is untouched.\n")
    assert list(target.parent.iterdir()) == [target]
    assert ask(tmp_path, "from marts.unit") == [("north", 11), ("south", 12)]


def test_a_process_that_connects_again_sees_the_new_warehouse_though_it_holds_the_old(
    tmp_path: Path,
) -> None:
    built(tmp_path)

    with open_warehouse(tmp_path) as old:
        built(tmp_path, units="('north', 5)")
        with open_warehouse(tmp_path) as new:
            built(tmp_path, units="('north', 6)")
            seen = [
                connection.execute("select sum(staff) from marts.unit").fetchall()
                for connection in (old, new)
            ]

    assert seen == [[(23,)], [(15,)]]
    assert ask(tmp_path, "from marts.unit") == [("north", 16)]


def test_a_log_that_a_writer_left_beside_the_warehouse_is_refused_until_the_next_build(
    tmp_path: Path,
) -> None:
    built(tmp_path)
    path = warehouse_path(tmp_path)
    log = path.with_name("adoption.duckdb.wal")
    change_without_end(path, log)

    with pytest.raises(PermanentError) as caught:
        ask(tmp_path, "from marts.unit")
    built(tmp_path)

    assert str(caught.value) == (
        f"{log} lies beside the warehouse: a program has opened it for writing, so it may not hold "
        "what was built. Run 'adoption build' once that is closed."
    )
    assert ask(tmp_path, "from marts.unit") == [("north", 11), ("south", 12)]
    assert list(path.parent.iterdir()) == [path]


def change_without_end(path: Path, log: Path) -> None:
    """Leaves the log that a program leaves that changes the warehouse and is killed."""
    copy = path.with_name("copy")
    shutil.copyfile(path, copy)
    with duckdb.connect(str(copy)) as writer:
        writer.execute("set checkpoint_threshold = '1GB'")
        writer.execute("delete from marts.unit")
        shutil.copyfile(copy.with_name("copy.wal"), log)
    copy.unlink()


def test_a_warehouse_that_another_program_has_open_for_writing_is_told_as_such(
    tmp_path: Path,
) -> None:
    path = warehouse_path(tmp_path)
    path.parent.mkdir()
    duckdb.connect(str(path)).close()
    hold = "import duckdb, sys; w = duckdb.connect(sys.argv[1]); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(PermanentError) as caught:
            ask(tmp_path, "select 1")
        other.communicate(b"\n")

    assert str(caught.value).startswith(
        f'Cannot read the warehouse {path}: IO Error: Could not set lock on file "{path}": '
    )
    assert f"(PID {other.pid})" in str(caught.value)
    assert str(caught.value).endswith(
        ". Run 'adoption build', which makes it anew; if another program has it open for writing, "
        "close that first."
    )


AS_A_STRANGER = """
import os, sys
from pathlib import Path
from adoption.errors import PermanentError
from adoption.warehouse import open_warehouse
if os.getuid() == 0:
    os.setuid(65534)
try:
    with open_warehouse(Path(sys.argv[1])):
        pass
except PermanentError as error:
    sys.exit(str(error))
"""


def test_who_may_not_read_it_is_told_whom_to_ask(tmp_path: Path) -> None:
    built(tmp_path)
    folder = warehouse_path(tmp_path).parent
    folder.chmod(0)

    other = subprocess.run(
        [sys.executable, "-c", AS_A_STRANGER, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[1],
    )
    folder.chmod(0o755)

    assert other.stderr.startswith(f"Cannot read the warehouse {warehouse_path(tmp_path)}: ")
    assert other.stderr.endswith(
        ". Let its owner give you the right to read it, and to pass the folders above it.\n"
    )


def test_the_published_file_can_be_written_by_nobody_and_read_by_whom_the_umask_lets(
    tmp_path: Path,
) -> None:
    with umask(0o027):
        built(tmp_path)

    path = warehouse_path(tmp_path)
    modes = [stat.S_IMODE(each.stat().st_mode) for each in (path, path.parent)]
    assert [oct(mode) for mode in modes] == ["0o440", "0o750"]


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


class Held:
    """Replaces a file as Windows does: not while a reader has it open, here so many times."""

    def __init__(self, times: int) -> None:
        """`times` that it refuses."""
        self.times = times

    def replace(self, fresh: Path, target: Path) -> None:
        """Moves `fresh` over `target`, or refuses."""
        if self.times:
            self.times -= 1
            raise PermissionError(13, "Access is denied", str(target))
        fresh.replace(target)


def test_where_a_reader_keeps_the_file_from_being_replaced_it_is_tried_again(
    tmp_path: Path,
) -> None:
    fresh, target = tmp_path / "new", tmp_path / "old"
    fresh.write_text("new")
    target.write_text("old")

    swap(fresh, target, replace=Held(times=2).replace, waits=(0, 0))

    assert [path.read_text() for path in tmp_path.iterdir()] == ["new"]


def test_a_reader_that_does_not_let_go_is_told_and_what_was_published_stays(
    tmp_path: Path,
) -> None:
    fresh, target = tmp_path / "new", tmp_path / "old"
    fresh.write_text("new")
    target.write_text("old")

    with pytest.raises(PermanentError) as caught:
        swap(fresh, target, replace=Held(times=3).replace, waits=(0, 0))

    assert target.read_text() == "old"
    assert str(caught.value) == (
        f"Could not replace {target}: [Errno 13] Access is denied: '{target}'. Another program "
        "holds it open, and this system does not replace an open file. Close what reads it (Power "
        "BI, DBeaver, a notebook) and run 'adoption build'. What was published before is untouched."
    )


def test_a_home_without_a_warehouse_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        ask(tmp_path, "select 1")

    assert str(caught.value) == (
        f"There is no warehouse at {warehouse_path(tmp_path)} yet. Run 'adoption nightly' (or "
        "'adoption demo'), or name the right folder with --home."
    )


def test_a_home_may_have_any_name(tmp_path: Path) -> None:
    home = tmp_path / "Ann's [old] data"

    built(home)

    assert ask(home, "select count(*) from marts.unit") == [(2,)]
