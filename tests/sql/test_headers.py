"""What every model's header promises: that nothing makes nothing, and that bad rows are caught."""

import dataclasses

import duckdb
import pytest

from adoption.errors import CheckFailed
from adoption.models import Model
from adoption.warehouse import run
from tests.tables import drawn, given, models, real_columns, run_model

MODELS = sorted(name for name, model in models().items() if model.schema != "staging")
OF_NOTHING = {
    "core.unit": ["(organisation) | Fjordvik |  | 0 | Fjordvik | false"],
    "marts.build": ["2026-02-05 | Fjordvik |  |  |"],
}
"""Models that are no empty table when nothing is given: the root and the build are always there."""

CHECKS = [(name, check) for name, model in models().items() for check in model.fails]
PLANTED = {
    "account <= staff and licensed <= account and onboarded <= licensed": (
        "staff | account | licensed | onboarded",
        ["4 | 4 | 4 | 4", "9 | 4 | 0 | 0"],
        ["3 | 4 | 4 | 4", "4 | 3 | 4 | 3", "4 | 4 | 3 | 4", " | 4 | 3 | 3"],
    ),
    "active <= onboarded and reached <= active and contributing <= reached": (
        "onboarded | active | reached | contributing",
        ["4 | 4 | 4 | 4", "9 | 4 | 1 | 0"],
        ["3 | 4 | 4 | 4", "4 | 3 | 4 | 3", "4 | 4 | 3 | 4", "4 | 4 | 3 |"],
    ),
    "active <= licensed and received <= active and contributed <= active": (
        "licensed | active | received | contributed",
        ["4 | 4 | 4 | 4", "9 | 4 | 1 | 3"],
        ["3 | 4 | 4 | 4", "4 | 3 | 4 | 3", "4 | 3 | 3 | 4", " | 3 | 3 | 3"],
    ),
    "reached <= staff": (
        "staff | reached",
        ["9 | 9", "9 | 0"],
        ["9 | 10", "9 |", " | 9"],
    ),
    "received <= active and contributed <= active and active <= licensed": (
        "licensed | active | received | contributed",
        ["4 | 4 | 4 | 4", "9 | 4 | 1 | 3"],
        ["3 | 4 | 4 | 4", "4 | 3 | 4 | 3", "4 | 3 | 3 | 4", " | 3 | 3 | 3"],
    ),
    "licensed_staff <= licensed": (
        "licensed_staff | licensed",
        ["4 | 4", "0 | 9"],
        ["5 | 4", " | 4"],
    ),
    "licensed >= getvariable('min_group') or active is null": (
        "licensed | active",
        ["10 | 3", " |"],
        ["9 | 3", " | 3"],
    ),
    "received <= active or active is null": (
        "active | received",
        ["4 | 4", " |"],
        ["3 | 4", "3 |"],
    ),
    "result in ('pass', 'warn', 'fail')": ("result", ["pass", "warn", "fail"], ["failed", "''"]),
    "message is not null": ("message | result", ["Read this. | warn"], [" | warn"]),
    "level = 0 or parent_id is not null": (
        "level | parent_id",
        ["0 |", "1 | care"],
        ["1 |", " |"],
    ),
    "closed_on > opened_on or closed_on is null": (
        "opened_on | closed_on",
        ["2026-02-01 | 2026-02-08", "2026-02-01 |"],
        ["2026-02-08 | 2026-02-08", "2026-02-08 | 2026-02-01"],
    ),
    "(licensed is null) = (status in ('suppressed', 'not_trusted', 'no_data', 'not_in_use'))": (
        "status | licensed",
        ["ok | 10", "quiet | 10", "suppressed |", "no_data |"],
        ["ok |", "suppressed | 10", "not_trusted | 10", "no_data | 10", "not_in_use | 10", " | 10"],
    ),
    "(difference is null) = (status in ('suppressed', 'not_trusted', 'no_data', 'not_in_use'))": (
        "status | difference",
        ["ok | 0.1", "quiet | 0", "suppressed |", "no_data |"],
        ["ok |", "suppressed | 0.1", "not_trusted | 0", "no_data | 0", "not_in_use | 0", " | 0"],
    ),
    "difference between difference_low and difference_high or difference is null": (
        "status | difference | difference_low | difference_high",
        ["ok | 0 | -0.1 | 0.1", "suppressed | | |"],
        ["ok | 0.2 | -0.1 | 0.1", "ok | -0.2 | -0.1 | 0.1", "ok | 0 | | 0.1"],
    ),
    "licensed >= getvariable('min_group') or licensed is null": (
        "status | licensed",
        ["ok | 10", "no_data |"],
        ["ok | 9"],
    ),
    "adoption_rate between adoption_low and adoption_high or adoption_rate is null": (
        "adoption_low | adoption_rate | adoption_high",
        ["0 | 0 | 0.1", " | |"],
        ["0.5 | 0.4 | 0.6", "0.2 | 0.7 | 0.6", " | 0.5 | 0.6"],
    ),
    "(staff is null) = (status in ('suppressed', 'not_trusted', 'no_data', 'not_in_use'))": (
        "status | staff",
        ["ok | 10", "quiet | 10", "suppressed |", "no_data |"],
        ["ok |", "suppressed | 10", "not_trusted | 10", "no_data | 10", "not_in_use | 10", " | 10"],
    ),
    'persons_before + joined + moved_in - "left" - moved_out = persons_now '
    "or persons_before is null": (
        "persons_before | joined | moved_in | left | moved_out | persons_now",
        ["10 | 4 | 3 | 2 | 1 | 14", "0 | 0 | 0 | 0 | 0 | 0", "| | | | |"],
        ["10 | 4 | 3 | 2 | 1 | 10", "10 | | 3 | 2 | 1 | 10", "10 | 0 | 0 | 0 | 0 |"],
    ),
    "(persons_now is null) = (status in ('suppressed', 'not_trusted', 'no_data', 'not_in_use'))": (
        "status | persons_now",
        ["ok | 10", "quiet | 10", "suppressed |", "no_data |"],
        ["ok |", "suppressed | 10", "not_trusted | 10", "no_data | 10", "not_in_use | 10", " | 10"],
    ),
    "(needed is null) = (status in ('suppressed', 'not_trusted', 'no_data', 'not_in_use'))": (
        "status | needed",
        ["ok | 10", "quiet | 10", "suppressed |", "no_data |"],
        ["ok |", "suppressed | 10", "not_trusted | 10", "no_data | 10", "not_in_use | 10", " | 10"],
    ),
    "fte is null or staff is not null": (
        "staff | fte",
        ["10 | 7.5", "10 |", " |"],
        [" | 7.5"],
    ),
    "gap_share >= 0 or gap_share is null": (
        "unit | gap_share",
        ["North | 0", "North | 1", "North |"],
        ["North | -0.1"],
    ),
    "hr_it + it + line_leader + communications >= not_reached "
    "or hr_it + it + line_leader + communications is null or not_reached is null": (
        "hr_it | it | line_leader | communications | not_reached",
        ["1 | 2 | 3 | 4 | 10", "1 | 2 | 3 | 4 | 9", "1 | 2 | | |", "1 | 2 | 3 | | 6"],
        ["1 | 2 | 3 | 4 | 11"],
    ),
    "lost >= 0 or lost is null": ("unit | lost", ["North | 0", "North |"], ["North | -1"]),
    "actor is not null": ("unit | actor", ["North | it"], ["North |"]),
    "reached <= staff or reached is null": (
        "staff | reached",
        ["10 | 10", "10 |"],
        ["10 | 11", " | 1"],
    ),
    "reach_rate between reach_low and reach_high or reach_rate is null": (
        "reach_low | reach_rate | reach_high",
        ["0 | 0 | 0.1", " | |"],
        ["0.5 | 0.4 | 0.6", "0.2 | 0.7 | 0.6", " | 0.5 | 0.6"],
    ),
    "staff >= getvariable('min_group') or staff is null": (
        "status | staff",
        ["ok | 10", "suppressed |"],
        ["ok | 9"],
    ),
}
"""For each `fail:` line: columns, rows that are good, and rows that it must catch."""

SOME = {"DATE": "2026-02-01", "VARCHAR": "north", "INTEGER": "28", "BIGINT": "7", "BOOLEAN": "true"}
"""Some key of each type, for a row whose key does not matter."""


@pytest.mark.parametrize("name", MODELS)
def test_nothing_makes_nothing(db: duckdb.DuckDBPyConnection, name: str) -> None:
    result = run_model(db, name)

    assert drawn(result, "*") == OF_NOTHING.get(name, [])


@pytest.mark.parametrize("name", MODELS)
def test_two_rows_with_one_key_are_caught(db: duckdb.DuckDBPyConnection, name: str) -> None:
    model = planted(db, name, [], "", "", "")

    with pytest.raises(CheckFailed, match="must name one row"):
        run(db, model)


@pytest.mark.parametrize("name", MODELS)
def test_a_key_that_is_null_in_part_is_caught(db: duckdb.DuckDBPyConnection, name: str) -> None:
    model = planted(db, name, [], "", "")
    db.execute(f"update planted set {model.grain[-1]} = null")

    with pytest.raises(CheckFailed, match="must name one row"):
        run(db, model)


@pytest.mark.parametrize(("name", "check"), CHECKS)
def test_a_check_lets_good_rows_pass_and_catches_each_bad_one(
    db: duckdb.DuckDBPyConnection, name: str, check: str
) -> None:
    columns, good, bad = PLANTED[check]

    for row in good:
        assert run(db, planted(db, name, [check], columns, row)) == []
    for row in bad:
        model = planted(db, name, [check], columns, row)
        with pytest.raises(CheckFailed, match="does not hold"):
            run(db, model)


def test_every_planted_row_belongs_to_a_check() -> None:
    assert PLANTED.keys() == {check for _, check in CHECKS}


def planted(
    db: duckdb.DuckDBPyConnection, name: str, checks: list[str], columns: str, *rows: str
) -> Model:
    """The model `name` with these `fail:` lines only, and a select that gives just these rows."""
    model = models()[name]
    keys = [key for key in model.grain if key not in columns.split(" | ")]
    some = [SOME[real_columns()[name][key]] for key in keys]
    lines = [[*keys, columns], *([*some, row] for row in rows)]
    given(db, name, "\n".join(" | ".join(filter(None, line)) for line in lines))
    db.execute(f"create or replace temp table planted as from {name}")
    db.execute(f"drop table {name}")
    return dataclasses.replace(model, sql="from temp.planted", fails=tuple(checks))
