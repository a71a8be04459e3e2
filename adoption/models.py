"""SQL files as models: one file, one select, one table; its header is a contract.

The header (the comment block on top) says in words what a row is, then `grain:`, `column x:`,
`fail:` and `warn:` lines. Dependencies are read from the SQL. Folder = schema, stem = name.

`history:` says what outlives the person-level rows that a table is made of (see archive.py): rows
dated by a column (`history: window_end`, or `history: window_end for 28 days`), the table as it is
(`history: whole`), or nothing (`history: none`). A mart is dated by its grain unless it says so.
"""

import graphlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from adoption.errors import ContractError

LAYERS: Mapping[str, frozenset[str]] = {
    "staging": frozenset({"lake", "staging"}),
    "core": frozenset({"config", "staging", "core"}),
    "marts": frozenset({"config", "core", "marts"}),
}
"""Which schemas the models of a schema may read. `lake` and `config` are given to the build."""

_SCHEMAS = "|".join(("lake", "config", *LAYERS))
_REFERENCE = re.compile(rf"\b(?:from|join)\s+((?:{_SCHEMAS})\.\w+)", re.IGNORECASE)
_ENTRY = re.compile(r"^(grain|history|fail|warn|column\s+\w+):\s*(.*)$")
_HISTORY = re.compile(r"(?P<column>\w+)(?: for (?P<days>\d+) days)?")
_DATED_BY = ("window_end", "day")


@dataclass(frozen=True, slots=True)
class History:
    """Which rows of a table are kept for good: those dated by `column`, or (None) all of them."""

    column: str | None
    days: int | None = None
    """How long they are leaned on after they can no longer be made; None: they are published."""


@dataclass(frozen=True, slots=True)
class Model:
    """One table of the warehouse, as its file describes it."""

    name: str
    path: Path
    sql: str
    description: str
    grain: tuple[str, ...]
    columns: Mapping[str, str]
    fails: tuple[str, ...]
    warns: tuple[str, ...]
    reads: frozenset[str]
    history: History | None = None

    @property
    def is_mart(self) -> bool:
        return self.schema == "marts"

    @property
    def schema(self) -> str:
        return self.name.split(".")[0]


def load_models(folder: Path) -> tuple[Model, ...]:
    """Every model under `folder`, each after those that it reads.

    Raises ContractError: no grain, a layer rule broken, an unknown or circular reference.
    """
    paths = sorted(path for schema in LAYERS for path in (folder / schema).glob("*.sql"))
    models = [parse_model(path.read_text(encoding="utf-8"), path) for path in paths]
    return in_order(models)


def parse_model(text: str, path: Path) -> Model:
    """The model in one SQL file; raises ContractError for a header without description or grain."""
    lines = text.splitlines()
    length = next((i for i, line in enumerate(lines) if not line.startswith("--")), len(lines))
    entries = _entries([line.removeprefix("--").strip() for line in lines[:length]])
    name = f"{path.parent.name}.{path.stem}"
    sql = "\n".join(lines[length:]).strip()
    grain = tuple(part.strip() for part in " ".join(entries["grain"]).split(",") if part.strip())
    description = " ".join(entries["description"])
    if not description or not grain:
        raise ContractError(f"{path}: the header must say what a row is and name its grain.")
    return Model(
        name=name,
        path=path,
        sql=sql,
        description=description,
        grain=grain,
        columns={
            key.split()[1]: " ".join(values)
            for key, values in entries.items()
            if key.startswith("column")
        },
        fails=tuple(entries["fail"]),
        warns=tuple(entries["warn"]),
        reads=frozenset(_references(sql)),
        history=_history(" ".join(entries["history"]), name, grain, path),
    )


def _entries(lines: Sequence[str]) -> dict[str, list[str]]:
    """Header lines by kind; an entry may run on over indented lines below it."""
    entries: dict[str, list[str]] = {
        kind: [] for kind in ("description", "grain", "history", "fail", "warn")
    }
    current = entries["description"]
    for line in lines:
        match = _ENTRY.match(line)
        if match:
            current = entries.setdefault(match[1], [])
            current.append(match[2])
        elif line and current is entries["description"]:
            current.append(line)
        elif line:
            current[-1] += f" {line}"
    return entries


def _history(text: str, name: str, grain: Sequence[str], path: Path) -> History | None:
    """What the header says of it; else, of a mart, what its grain says."""
    dated_by = _DATED_BY if name.startswith("marts.") else ()
    word = text or next((column for column in dated_by if column in grain), "none")
    match = _HISTORY.fullmatch(word)
    if not match:
        raise ContractError(
            f"{path}: 'history: {text}' is not 'none', 'whole', or a column of dates (and 'for N "
            "days')."
        )
    if word == "none":
        return None
    column = None if word == "whole" else match["column"]
    return History(column, int(match["days"]) if match["days"] else None)


def _references(sql: str) -> list[str]:
    code = re.sub(r"--[^\n]*", "", sql)
    return _REFERENCE.findall(code)


def in_order(models: Sequence[Model]) -> tuple[Model, ...]:
    """`models`, each after those that it reads; raises ContractError where that cannot be."""
    by_name = {model.name: model for model in models}
    for model in models:
        _check_layers(model, by_name)
    graph = {model.name: sorted(model.reads & by_name.keys()) for model in models}
    try:
        return tuple(by_name[name] for name in graphlib.TopologicalSorter(graph).static_order())
    except graphlib.CycleError as error:
        raise ContractError(f"Models read each other in a circle: {error.args[1]}.") from error


def _check_layers(model: Model, known: Mapping[str, Model]) -> None:
    for reference in sorted(model.reads):
        schema = reference.split(".")[0]
        if schema not in LAYERS[model.schema]:
            raise ContractError(
                f"{model.path}: {model.schema} models may read "
                f"{', '.join(sorted(LAYERS[model.schema]))}, not {reference}."
            )
        if schema in LAYERS and reference not in known:
            raise ContractError(f"{model.path}: reads {reference}, which no file defines.")
