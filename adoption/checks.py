"""A model's table held to the model's header: its columns, its grain, and rows that must not be."""

from typing import Any

import duckdb

from adoption.errors import CheckFailed, ContractError
from adoption.models import Model


def check_columns(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Raises ContractError where the header names other columns than the table has."""
    result = connection.execute(f"from {model.name} limit 0")
    real = [column[0] for column in result.description or ()]
    unknown = [name for name in (*model.columns, *model.grain) if name not in real]
    missing = [name for name in real if name not in model.columns] if model.is_mart else []
    if unknown or missing:
        raise ContractError(
            f"{model.name} ({model.path}): the header and the columns differ. Documented but not "
            f"there: {', '.join(unknown) or 'none'}; there but not documented: "
            f"{', '.join(missing) or 'none'}."
        )


def check_rows(connection: duckdb.DuckDBPyConnection, model: Model) -> list[str]:
    """Warnings; raises CheckFailed, with the first bad rows, where grain or a `fail:` is broken."""
    _check_grain(connection, model)
    for check in model.fails:
        _raise_if_any(connection, model, check)
    return [
        f"{model.name}: {count} rows where not ({check})"
        for check in model.warns
        if (count := _count_broken(connection, model, check))
    ]


def _check_grain(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    keys = ", ".join(model.grain)
    nulls = " or ".join(f"{key} is null" for key in model.grain)
    bad = connection.execute(
        f"select {keys}, count(*) as copies from {model.name} group by {keys} "
        f"having count(*) > 1 or {nulls} limit 3"
    ).fetchall()
    if bad:
        raise CheckFailed(
            f"{model.name} ({model.path}): {keys} must name one row; bad: {_rows(model, bad)}. "
            "Nothing was published."
        )


def _raise_if_any(connection: duckdb.DuckDBPyConnection, model: Model, check: str) -> None:
    bad = connection.execute(
        f"select {', '.join(model.grain)} from {model.name} where not coalesce({check}, false) "
        "limit 3"
    ).fetchall()
    if bad:
        raise CheckFailed(
            f"{model.name} ({model.path}): '{check}' does not hold; bad: {_rows(model, bad)}. "
            "Nothing was published."
        )


def _rows(model: Model, rows: list[tuple[Any, ...]]) -> str:
    if {"person_id", "upn_id", "name_id"} & set(model.grain):
        return "rows of persons (not shown)"
    return "; ".join(", ".join(str(value) for value in row) for row in rows)


def _count_broken(connection: duckdb.DuckDBPyConnection, model: Model, check: str) -> int:
    ((count,),) = connection.execute(
        f"select count(*) from {model.name} where not coalesce({check}, false)"
    ).fetchall()
    return int(count)
