"""Files that a person brings, to the lake: the same bytes as if Graph had been asked for them.

Each file stands alone: what one of them lacks keeps no other away. A file is respelled as Graph
writes before the strict parser sees it, so there is one parser and one set of rules.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from adoption.catalog import Report, load_catalog
from adoption.errors import ConfigError, ContractError, PermanentError
from adoption.files.cells import Cells, Refusal
from adoption.files.spelling import Kind, respell
from adoption.files.tabular import read_member
from adoption.files.unpack import Member, unpack
from adoption.key import load_key
from adoption.lake import Outcome, Snapshot, land
from adoption.pipeline.user_list import ImportedUsers, import_users
from adoption.recognition import Coverage, Told, complete, coverage, headings_of, recognise
from adoption.reports import ParsedReport, match_headings, parse_cells
from adoption.settings import Settings

_SHOWN = 10
_DID = {
    "unchanged": "is there already",
    "kept": "not landed, since what is there tells more",
}
_KINDS: Mapping[str, Kind] = {
    "date": "date",
    "count": "count",
    "seconds": "count",
    "bytes": "count",
    "flag": "flag",
}


@dataclass(frozen=True, slots=True)
class Imported:
    """One file that was understood, and what became of its rows."""

    name: str
    report: str
    day: dt.date
    period_days: int
    row_count: int
    landed_count: int
    merged_count: int
    refused: tuple[Refusal, ...]
    is_concealed: bool
    notes: tuple[str, ...]
    outcome: Outcome | None
    """None for a trial, which lands nothing."""

    def lines(self) -> Iterator[str]:
        """What to tell whoever brought the file."""
        span = (
            f"day {self.day}" if self.period_days == 1 else f"{self.period_days} days to {self.day}"
        )
        did = "would land" if self.outcome is None else self.outcome
        rows = f"{self.row_count} rows: {self.landed_count} usable"
        if self.merged_count:
            rows += f", {self.merged_count} merged with another row of the same person"
        if self.refused:
            rows += f", {len(self.refused)} refused"
        yield f"{self.name}: {self.report}, {span}, {rows}; {_DID.get(did, did)}"
        yield from (f"  {note}" for note in self.notes)
        yield from _refusals(self.refused)
        if self.is_concealed:
            yield (
                "  The names are concealed, so nobody can be tied to a unit: untick 'Display "
                "concealed user, group, and site names in all reports' (Microsoft 365 admin centre "
                "> Settings > Org settings > Services > Reports) and export again."
            )


@dataclass(slots=True)
class ImportResult:
    """What an import did: files understood, and files refused with the reason."""

    files: list[Imported] = field(default_factory=list)
    users: ImportedUsers | None = None
    failures: dict[str, str] = field(default_factory=dict)

    @property
    def has_nothing(self) -> bool:
        """Whether no file at all could be used."""
        return not self.files and self.users is None

    @property
    def is_partial(self) -> bool:
        """Whether something is missing: a file, a row, or the names."""
        has_lost_users = self.users is not None and bool(self.users.refused)
        has_lost_rows = any(file.refused or file.is_concealed for file in self.files)
        return bool(self.failures) or has_lost_users or has_lost_rows

    def lines(self) -> Iterator[str]:
        """What to tell whoever brought the files."""
        if self.users:
            yield f"User list: {self.users.account_count} accounts"
            yield from (f"  {note}" for note in self.users.notes)
            yield from _refusals(self.users.refused)
        for file in self.files:
            yield from file.lines()


def _refusals(refused: Sequence[Refusal]) -> Iterator[str]:
    yield from (f"  row {r.row} refused: {r.reason}" for r in refused[:_SHOWN])
    if len(refused) > _SHOWN:
        yield f"  … and {len(refused) - _SHOWN} more rows"


def import_all(
    settings: Settings,
    paths: Sequence[Path],
    *,
    directory: Path | None,
    environ: Mapping[str, str],
    as_of: dt.date,
    told: Told,
    is_trial: bool = False,
) -> ImportResult:
    """Lands a user list and report files, whichever are given; each stands alone."""
    result = import_files(
        settings, paths, environ=environ, as_of=as_of, told=told, is_trial=is_trial
    )
    if directory is not None:
        try:
            result.users = import_users(
                settings, directory, environ=environ, as_of=as_of, is_trial=is_trial
            )
        except ContractError as error:
            result.failures[directory.name] = str(error)
    return result


def import_files(
    settings: Settings,
    paths: Sequence[Path],
    *,
    environ: Mapping[str, str],
    as_of: dt.date,
    told: Told,
    is_trial: bool = False,
) -> ImportResult:
    """Lands the reports in `paths` (CSV, XLSX, ZIP of them); a trial only says what it would do.

    Raises ConfigError for an unknown report name, PermanentError where the disk refuses.
    """
    catalog = load_catalog()
    if told.report and told.report not in catalog:
        raise ConfigError(f"Unknown report: {told.report}. Known: {', '.join(catalog)}.")
    key = load_key(settings.home, environ)
    result = ImportResult()
    for path in paths:
        try:
            members = unpack(path)
        except ContractError as error:
            result.failures[path.name] = str(error)
            continue
        for member in members:
            name = member.name if len(members) == 1 else f"{path.name}/{member.name}"
            try:
                snapshot, parsed, cells = read_report(
                    member, catalog, key=key, told=told, as_of=as_of
                )
                _refuse_too_old(snapshot, settings.privacy.retention_days)
            except ContractError as error:
                result.failures[name] = str(error)
                continue
            outcome = None if is_trial else _land(settings.home, snapshot, parsed)
            result.files.append(_imported(name, snapshot, parsed, cells, outcome))
    return result


def read_report(
    member: Member, catalog: Mapping[str, Report], *, key: bytes, told: Told, as_of: dt.date
) -> tuple[Snapshot, ParsedReport, Cells]:
    """What a report's file comes to, before anything lands; raises ContractError."""
    cells = read_member(member, headings_of(catalog))
    report = recognise(cells, catalog, told)
    cells = complete(cells, report, told)
    kinds = {
        index: _KINDS.get(column.type, "text")
        for column, index in match_headings(cells.header, report)
    }
    cells = respell(cells, kinds, today=as_of)
    covered = coverage(cells, report, told, today=as_of)
    parsed = parse_cells(cells, report, key=key, period_days=covered.period_days)
    return _snapshot(report, covered, parsed, as_of), parsed, cells


def _snapshot(report: Report, covered: Coverage, parsed: ParsedReport, as_of: dt.date) -> Snapshot:
    return Snapshot(
        report=report.name,
        day=covered.day,
        period_days=covered.period_days,
        fetched_on=as_of,
        channel=report.channel,
        grain=report.grain,
        refresh_date=covered.refresh_date,
        row_count=parsed.table.num_rows,
        facts=parsed.facts,
    )


def _refuse_too_old(snapshot: Snapshot, retention_days: int) -> None:
    """What would be deleted in the next night does not land; the figures of its days stand."""
    limit = snapshot.fetched_on - dt.timedelta(retention_days)
    if snapshot.day < limit and snapshot.grain != "day":
        raise ContractError(
            f"its day, {snapshot.day}, is before {limit}, and rows older than {retention_days} "
            "days are not kept ([privacy] retention_days)"
        )


def _land(home: Path, snapshot: Snapshot, parsed: ParsedReport) -> Outcome:
    try:
        return land(home, snapshot, parsed.table)
    except OSError as error:
        raise PermanentError(
            f"Cannot write to the lake under {home}: {error.strerror or error}. Free some space or "
            "mend the permissions; what has landed is kept."
        ) from error


def _imported(
    name: str, snapshot: Snapshot, parsed: ParsedReport, cells: Cells, outcome: Outcome | None
) -> Imported:
    return Imported(
        name=name,
        report=snapshot.report,
        day=snapshot.day,
        period_days=snapshot.period_days,
        row_count=cells.row_count,
        landed_count=parsed.table.num_rows,
        merged_count=parsed.merged_count,
        refused=parsed.refused,
        is_concealed=parsed.facts.concealed_count * 2 > parsed.table.num_rows,
        notes=(*cells.notes, *parsed.notes),
        outcome=outcome,
    )
