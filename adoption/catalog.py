"""The report catalog (`config/reports.toml`) as frozen values: one entry, one Graph report."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Literal

import msgspec

from adoption import resources
from adoption.errors import ConfigError

Role = Literal["receive", "contribute", "other"]
Told = Literal["active", "received", "contributed"]
ColumnType = Literal[
    "date", "count", "seconds", "duration", "bytes", "flag", "state", "object_id", "upn",
    "place_id", "name", "category", "period", "drop",
]  # fmt: skip
Grain = Literal["person_day", "place_day", "day"]


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One column of a report: Graph's heading, and what becomes of it in the lake."""

    type: ColumnType
    name: str = ""
    heading: str = ""
    role: Role | None = None
    required: bool = False
    aliases: tuple[str, ...] = ()
    stands_in_for: str = ""
    counts: str = ""


class Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """One report of Graph. `name` is its name in the lake, the warehouse and the contract."""

    title: str
    function: str
    channel: str
    grain: Grain
    columns: dict[str, Column]
    period: Literal["D7", "D30", "D90", "D180"] | None = None
    name: str = ""
    conversational: bool = False
    twin: str = ""

    @cached_property
    def stored(self) -> tuple[Column, ...]:
        """The columns that reach the lake, in catalog order."""
        unstored = ("drop", "period", "duration")
        return tuple(c for c in self.columns.values() if c.type not in unstored)

    @property
    def is_pulled(self) -> bool:
        """Whether it is asked of Graph; the others only land from files brought by hand."""
        return self.period is not None

    def tells(self, column: Column) -> tuple[Told, ...]:
        """What a value above zero in `column` tells of a person's day; nothing without a role."""
        is_contributed = column.role == "contribute"
        told: Mapping[Told, bool] = {
            "active": column.role is not None,
            "received": column.role == "receive" or (is_contributed and self.conversational),
            "contributed": is_contributed,
        }
        return tuple(word for word, is_told in told.items() if is_told)

    @cached_property
    def by_heading(self) -> Mapping[str, Column]:
        """Every heading and alias, normalised, to its column."""
        return {
            normalise_heading(heading): column
            for column in self.columns.values()
            for heading in (column.heading, *column.aliases)
        }

    def columns_of(self, header: Sequence[str]) -> list[Column | None]:
        """The column of each heading, None where none is known; a column's own heading goes first.

        So an alias that comes to stand beside the heading it stood for is just an unknown column.
        """
        found = [self.by_heading.get(normalise_heading(heading)) for heading in header]
        is_own = [
            column is not None and normalise_heading(heading) == normalise_heading(column.heading)
            for heading, column in zip(header, found, strict=True)
        ]
        own = {column.name for column, mine in zip(found, is_own, strict=True) if column and mine}
        return [
            column if column and (mine or column.name not in own) else None
            for column, mine in zip(found, is_own, strict=True)
        ]


def normalise_heading(heading: str) -> str:
    """`heading` without case, white space and what joins words: sources differ in all of them."""
    return re.sub(r"[\s_\-\ufeff]+", "", heading).casefold()


def load_catalog(path: Path | None = None) -> Mapping[str, Report]:
    """The catalog's reports by name, in file order; raises ConfigError on a broken entry."""
    path = path or resources.CONFIG / "reports.toml"
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
        reports = {
            name: msgspec.convert({**entry, "name": name}, Report)
            for name, entry in entries.items()
        }
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigError(f"Cannot use the report catalog {path}: {error}.") from error
    return {name: _with_names(report) for name, report in reports.items()}


def _with_names(report: Report) -> Report:
    columns = {
        heading: msgspec.structs.replace(
            column, heading=heading, name=column.name or _snake_case(heading)
        )
        for heading, column in report.columns.items()
    }
    return msgspec.structs.replace(report, columns=columns)


def _snake_case(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", heading.lower()).strip("_")


def load_service_plans(path: Path | None = None) -> Mapping[str, str | None]:
    """Service plan id (lower case) to the channel that it opens; None for one that opens none."""
    path = path or resources.CONFIG / "service_plans.toml"
    try:
        channels = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"Cannot use the list of service plans {path}: {error}.") from error
    return {
        plan.lower(): None if channel == "none" else channel
        for channel, plans in channels.items()
        for plan in plans.values()
    }
