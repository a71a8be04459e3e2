"""SQL files as models: what the header says, what is read, and in which order."""

from pathlib import Path

import pytest

from adoption import resources
from adoption.errors import ContractError
from adoption.models import LAYERS, Model, in_order, load_models, parse_model


def model(name: str, sql: str = "select 1 as x") -> Model:
    schema, stem = name.split(".")
    return parse_model(f"-- One row.\n-- grain: x\n\n{sql}\n", Path(f"sql/{schema}/{stem}.sql"))


def names(models: tuple[Model, ...]) -> list[str]:
    return [m.name for m in models]


def refusal(*models: Model) -> str:
    with pytest.raises(ContractError) as caught:
        in_order(models)
    return str(caught.value)


HEADER = """\
-- Share of each unit's staff
-- that each channel reached.
--
-- Silence is the finding.
--
-- grain: unit_id,
--        week_start
-- column unit_id: Unit the person
--     belonged to.
-- column  week_start: Monday: the first day.
-- fail: reached between 0
--     and staff
-- fail: staff > 0
-- warn: unit_id <> 'unmapped'

-- Not of the header.
select unit_id, week_start
from core.people -- and not from core.nothing
left join marts.unit using (unit_id)
INNER JOIN config.calendar using (week_start)
"""


def test_a_header_is_read_whole() -> None:
    path = Path("sql/marts/reach.sql")

    assert parse_model(HEADER, path) == Model(
        name="marts.reach",
        path=path,
        sql=HEADER[HEADER.index("-- Not of") :].strip(),
        description="Share of each unit's staff that each channel reached. Silence is the finding.",
        grain=("unit_id", "week_start"),
        columns={
            "unit_id": "Unit the person belonged to.",
            "week_start": "Monday: the first day.",
        },
        fails=("reached between 0 and staff", "staff > 0"),
        warns=("unit_id <> 'unmapped'",),
        reads=frozenset({"core.people", "marts.unit", "config.calendar"}),
    )


def test_the_folder_is_the_schema() -> None:
    assert (model("core.staff").schema, model("core.staff").name) == ("core", "core.staff")


@pytest.mark.parametrize(
    "text",
    ["-- One row.\n\nselect 1\n", "-- grain: x\n\nselect 1\n", "select 1\n", ""],
    ids=["no grain", "no description", "no header", "empty"],
)
def test_a_header_without_a_description_or_a_grain_is_refused(text: str) -> None:
    with pytest.raises(ContractError) as caught:
        parse_model(text, Path("sql/core/staff.sql"))

    assert str(caught.value) == (
        "sql/core/staff.sql: the header must say what a row is and name its grain."
    )


def test_a_model_comes_after_those_that_it_reads() -> None:
    last = model("marts.a", "select x from core.b inner join core.c using (x)")
    middle = model("core.b", "select x from core.c")
    first = model("core.c", "select x\nfrom\n    staging.d")
    lake = model("staging.d", "select x from lake.report")

    assert names(in_order([last, middle, first, lake])) == [
        "staging.d",
        "core.c",
        "core.b",
        "marts.a",
    ]


@pytest.mark.parametrize(
    ("name", "reads", "allowed"),
    [
        ("marts.a", "staging.b", "config, core, marts"),
        ("marts.a", "lake.b", "config, core, marts"),
        ("core.a", "lake.b", "config, core, staging"),
        ("core.a", "marts.b", "config, core, staging"),
        ("staging.a", "core.b", "lake, staging"),
        ("staging.a", "config.b", "lake, staging"),
    ],
)
def test_a_layer_reads_only_what_is_below_it(name: str, reads: str, allowed: str) -> None:
    schema = name.split(".")[0]

    assert refusal(model(name, f"select x from {reads}")) == (
        f"sql/{schema}/a.sql: {schema} models may read {allowed}, not {reads}."
    )


def test_a_reference_that_no_file_defines_is_refused() -> None:
    assert refusal(model("core.a", "select x from core.b")) == (
        "sql/core/a.sql: reads core.b, which no file defines."
    )


def test_models_that_read_each_other_are_refused_with_the_circle() -> None:
    message = refusal(
        model("core.a", "select x from core.b"),
        model("core.b", "select x from core.c"),
        model("core.c", "select x from core.a"),
    )

    assert message.startswith("Models read each other in a circle: ")
    assert all(name in message for name in ("core.a", "core.b", "core.c"))


def test_a_model_that_reads_itself_is_a_circle() -> None:
    assert refusal(model("core.a", "select x from core.a")) == (
        "Models read each other in a circle: ['core.a', 'core.a']."
    )


def test_models_are_loaded_from_their_folders(tmp_path: Path) -> None:
    for path, sql in {
        "marts/a.sql": "select x from core.b",
        "core/b.sql": "select x from staging.c",
        "staging/c.sql": "select x from lake.c",
        "checks/d.sql": "select 1",
        "macros.sql": "create macro m() as 1",
    }.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(f"-- Række.\n-- grain: x\n\n{sql}\n", encoding="utf-8")

    assert names(load_models(tmp_path)) == ["staging.c", "core.b", "marts.a"]


def test_the_products_own_models_are_in_order_and_every_mart_column_is_documented() -> None:
    models = load_models(resources.SQL)

    done: set[str] = set()
    for own in models:
        assert {name for name in own.reads if name.split(".")[0] in LAYERS} <= done
        done.add(own.name)
    assert all(own.columns for own in models if own.schema == "marts")
