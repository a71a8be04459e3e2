"""The rules of the tree that can be read off the tree; a failure says what to move where."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from adoption.catalog import load_catalog
from adoption.cli import app
from adoption.models import Model, load_models
from tests.tables import real_columns

ROOT = Path(__file__).parent.parent
MODELS = load_models(ROOT / "sql")
MARTS = [model for model in MODELS if model.schema == "marts"]
PYTHON = sorted(path for folder in ("adoption", "flows") for path in (ROOT / folder).rglob("*.py"))

BELOW = {
    "staging": {"lake", "staging"},
    "core": {"config", "staging", "core"},
    "marts": {"config", "core", "marts"},
}
NOT_REPORTS = {
    *("directory", "plan_set", "subscribed_sku", "snapshot", "counter"),
    *("user_activity", "user_counts"),
    *("first_seen", "hidden_row", "past_unit"),
}
"""Staging models of what is in the lake, or was and is kept, but is no report of the catalog, or
more than one."""
MAY_READ_ENVIRON = {
    "adoption/cli.py",
    "adoption/demo/run.py",
    "adoption/notebook.py",
    "adoption/protection.py",
    "flows/nightly.py",
}
MAY_PRINT = {"adoption/arguments.py", "adoption/cli.py", "adoption/protection.py"}
PERSON_LEVEL = re.compile(r"person_id|upn_id|plan_set_id|(active|received|contributed|staff)_days")
ADDRESS = re.compile(
    r"(?<!no-emit-)index-url|https?://files\.|https?://[^\s/]*(pypi|registry)|\w\.whl\b",
    re.IGNORECASE,
)
HEAVY = {"msgraph", "azure", "prefect", "pandas", "pyarrow"}
LONGEST_FILE = 400


def by_name(model: Model) -> str:
    return model.name


def test_every_report_has_a_staging_model_of_its_name_and_the_reverse() -> None:
    staging = {model.path.stem for model in MODELS if model.schema == "staging"}

    assert staging == {*load_catalog(), *NOT_REPORTS}


def test_every_sql_file_is_a_model_with_a_header_and_a_grain_of_its_own_columns() -> None:
    paths = {path for path in (ROOT / "sql").rglob("*.sql") if path.name != "macros.sql"}

    # load_models has refused a file without a description, a grain, or with a foreign reference.
    assert {model.path for model in MODELS} == paths
    for model in MODELS:
        assert set(model.grain) <= real_columns()[model.name].keys(), model.name


def test_headers_speak_in_whole_sentences() -> None:
    texts = {text: m.name for m in MODELS for text in (m.description, *m.columns.values())}

    assert {t: name for t, name in texts.items() if not t.endswith((".", "?"))} == {}


@pytest.mark.parametrize("model", MODELS, ids=by_name)
def test_a_layer_reads_only_what_lies_below_it(model: Model) -> None:
    assert {source.split(".")[0] for source in model.reads} <= BELOW[model.schema]


@pytest.mark.parametrize("model", MARTS, ids=by_name)
def test_a_mart_documents_each_column_and_has_none_of_a_person(model: Model) -> None:
    columns = real_columns()[model.name]

    assert model.columns.keys() == columns.keys()
    assert [column for column in columns if PERSON_LEVEL.search(column)] == []
    assert "BIT" not in columns.values()


@pytest.mark.parametrize("model", MARTS, ids=by_name)
def test_a_mart_is_dated_or_says_that_nothing_of_it_outlives_retention(model: Model) -> None:
    is_said = "\n-- history: " in model.path.read_text(encoding="utf-8")

    assert model.history or is_said, (
        f"{model.path} has no window_end or day in its grain. Are its rows published for good? "
        "Then say 'history: COLUMN' of dates in its header; else 'history: none'."
    )


def test_only_the_shell_reads_the_environment() -> None:
    found = {name for name, tree in parsed() if reads_environ(tree)}

    assert found == MAY_READ_ENVIRON


def test_only_the_command_line_prints() -> None:
    assert {name for name, tree in parsed() if prints(tree)} == MAY_PRINT


def parsed() -> list[tuple[str, ast.Module]]:
    return [
        (path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8")))
        for path in PYTHON
    ]


def reads_environ(tree: ast.Module) -> bool:
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in ("environ", "getenv")
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
        for node in ast.walk(tree)
    )


def prints(tree: ast.Module) -> bool:
    return any(isinstance(node, ast.Name) and node.id == "print" for node in ast.walk(tree))


def test_no_file_of_the_product_is_too_long_to_read() -> None:
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in PYTHON}

    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_the_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert [name for name in app.commands if f"adoption {name}" not in readme] == []


def test_no_committed_text_holds_the_address_of_a_registry_or_a_file() -> None:
    own = Path(__file__).relative_to(ROOT).as_posix()
    found = [
        f"{name}: {match.group()}"
        for name in tracked()
        if name != own and (match := ADDRESS.search(text_of(ROOT / name)))
    ]

    assert found == []


def tracked() -> list[str]:
    command = ["git", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def text_of(path: Path) -> str:
    data = path.read_bytes()
    return "" if b"\0" in data else data.decode("utf-8", "replace")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"], ["status"], ["query"], ["query", "--describe", "marts.unit"],
        ["query", "from marts.build"], ["query", "from marts.build", "--format", "json"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_quick_command_loads_nothing_slow(arguments: list[str], tmp_path: Path) -> None:
    write_empty_warehouse(tmp_path / "warehouse" / "adoption.duckdb")
    script = (
        "import json, sys\n"
        "from adoption.cli import main\n"
        "try:\n"
        f"    main({['--home', str(tmp_path), *arguments]!r})\n"
        "except SystemExit as end:\n"
        "    loaded = {name.split('.')[0] for name in sys.modules}\n"
        "    print(json.dumps([end.code, *sorted(loaded)]))\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )

    status, *loaded = json.loads(done.stdout.splitlines()[-1])
    assert (status, HEAVY.intersection(loaded)) == (0, set()), done.stderr


def test_what_fetches_nothing_does_not_load_the_sdk() -> None:
    without = {"nightly", "pull"}
    names = {path.stem for path in (ROOT / "adoption" / "pipeline").glob("*.py")} - without
    script = "\n".join(
        ["import sys", *(f"import adoption.pipeline.{name}" for name in sorted(names))]
    )

    done = subprocess.run(
        [sys.executable, "-c", f"{script}\nprint(*sys.modules)"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip

    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert loaded & {"adoption", "msgraph", "azure", "prefect"} == {"adoption"}


def write_empty_warehouse(path: Path) -> None:
    """A warehouse with the marts' real columns and, but for the one of the build, no row."""
    path.parent.mkdir(parents=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        for model in MARTS:
            columns = ", ".join(f'"{c}" {kind}' for c, kind in real_columns()[model.name].items())
            connection.execute(f"create table {model.name} ({columns})")
        connection.execute("insert into marts.build (as_of) values (date '2026-02-05')")
