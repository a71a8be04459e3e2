"""Which report a file is, and what days it covers: told by its header and rows, not by its name.

A name can be typed; a header cannot be right by chance. Where header and rows leave a choice, the
file is refused with what to add on the command line, since a wrong day is worse than no day.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from adoption.catalog import Column, Report, normalise_heading
from adoption.columns import trimmed
from adoption.errors import ContractError
from adoption.files.cells import Cells
from adoption.reports import match_headings, shown

PERIODS = (1, 7, 30, 90, 180)
_REFRESHED, _PERIOD = "Report Refresh Date", "Report Period"
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Coverage:
    """The days that a file is about: `period_days` of them, the last being `day`."""

    day: dt.date
    period_days: int
    refresh_date: dt.date


@dataclass(frozen=True, slots=True)
class Told:
    """What the person who brings a file says of it, where the file does not say so itself."""

    report: str | None = None
    until: dt.date | None = None
    days: int | None = None


def headings_of(catalog: Mapping[str, Report]) -> frozenset[str]:
    """Every heading of every report, normalised."""
    return frozenset(heading for report in catalog.values() for heading in report.by_heading)


def recognise(cells: Cells, catalog: Mapping[str, Report], told: Told) -> Report:
    """The report that has all its required columns in the header; the one with most, of several.

    Raises ContractError that names the nearest report with all that is missing and unknown, or two
    functions of Graph whose files look the same.
    """
    if told.report:
        return catalog[told.report]
    header = (*cells.header, _REFRESHED) if told.until else cells.header
    whole = [report for report in catalog.values() if not _missing(header, report)]
    if not whole:
        raise ContractError(_nearest(header, catalog))
    report = max(whole, key=lambda report: _known(header, report))
    if report.twin:
        raise ContractError(
            f"its header is that of {report.function} and of {report.twin}, which count different "
            f"things. If it is the former, import it with --report {report.name}"
        )
    return report


def _missing(header: Sequence[str], report: Report) -> list[str]:
    columns = [report.by_heading.get(normalise_heading(heading)) for heading in header]
    there = {column.name for column in columns if column}
    return [c.heading for c in report.stored if c.required and c.name not in there]


def _known(header: Sequence[str], report: Report) -> int:
    return sum(normalise_heading(heading) in report.by_heading for heading in header)


def _nearest(header: Sequence[str], catalog: Mapping[str, Report]) -> str:
    report = max(catalog.values(), key=lambda report: _known(header, report))
    if _known(header, report) * 2 <= len(header):
        return f"it is no report that we use; its header: {shown(header)}"
    if _missing(header, report) == [_REFRESHED]:
        return (
            f"it looks like {report.name}, but does not say of which days it is; name the last "
            "of them with --until DATE"
        )
    unknown = [h for h in header if normalise_heading(h) not in report.by_heading]
    return (
        f"it looks like {report.name}, but lacks {', '.join(_missing(header, report))}"
        f"; unknown in it: {shown(unknown) or 'nothing'}. Nothing of it was landed; export the "
        "file again, or add the new heading to 'aliases' in the report catalog"
    )


def complete(cells: Cells, report: Report, told: Told) -> Cells:
    """`cells` with the refresh date that was told, where the file has no such column."""
    column = report.columns.get(_REFRESHED)
    names = {normalise_heading(name) for name in (_REFRESHED, *(column.aliases if column else ()))}
    if told.until is None or names & {normalise_heading(heading) for heading in cells.header}:
        return cells
    dates = pa.array([str(told.until)] * cells.table.num_rows, pa.string())
    table = cells.table.append_column(str(len(cells.header)), dates)
    return replace(cells, header=(*cells.header, _REFRESHED), table=table)


def coverage(cells: Cells, report: Report, told: Told, *, today: dt.date) -> Coverage:
    """The days that respelled `cells` cover; raises ContractError where they cannot be told."""
    texts = _texts(cells, report)
    refreshed = _refresh_date(texts["report_refresh_date"])
    if refreshed > today:
        raise ContractError(f"its refresh date, {refreshed}, lies in the future")
    days = _period(texts.get("report_period"), told)
    if days > 1 or report.grain == "day":
        if told.until not in (None, refreshed):
            raise ContractError(f"its data reach to {refreshed}, not to {told.until} as was said")
        return Coverage(refreshed, days, refreshed)
    if told.until is None and not _is_of_its_refresh_day(texts, report, refreshed):
        raise ContractError(
            "it is the report of a single day, but does not say of which; name the day that it was "
            "asked for with --until DATE"
        )
    return Coverage(told.until or refreshed, 1, refreshed)


def _texts(cells: Cells, report: Report) -> Mapping[str, pa.ChunkedArray]:
    found: Sequence[tuple[Column, int]] = match_headings(cells.header, report)
    return {column.name: trimmed(cells.table.column(index)) for column, index in found}


def _refresh_date(texts: pa.ChunkedArray) -> dt.date:
    found = {text[:10] for text in pc.unique(texts).to_pylist() if text and _ISO.match(text)}
    if not found:
        raise ContractError("it has no rows with a refresh date, so it does not say of what days")
    if len(found) > 1:
        raise ContractError("its rows have several refresh dates; import each export by itself")
    try:
        return dt.date.fromisoformat(found.pop())
    except ValueError:
        raise ContractError("its refresh date is in no calendar") from None


def _period(texts: pa.ChunkedArray | None, told: Told) -> int:
    unique = pc.unique(texts).to_pylist() if texts is not None else []
    found = {text.upper().removeprefix("D") for text in unique if text}
    if len(found) > 1:
        raise ContractError("its rows are of several periods, which cannot stand side by side")
    text = found.pop() if found else str(told.days or "")
    if not text:
        raise ContractError("it does not say how many days it covers; name them with --days N")
    if text not in {str(days) for days in PERIODS}:
        raise ContractError(f"it covers '{text[:8]}' days; known are 1, 7, 30, 90 and 180")
    if told.days not in (None, int(text)):
        raise ContractError(f"it covers {text} days, not {told.days} as was said")
    return int(text)


def _is_of_its_refresh_day(
    texts: Mapping[str, pa.ChunkedArray], report: Report, refreshed: dt.date
) -> bool:
    """Whether everybody who did anything was last active on the refresh date itself.

    Last Activity Date is of all time, so for an earlier day somebody would have been active since.
    """
    counters = [c.name for c in report.stored if c.role and c.name in texts]
    last = texts.get("last_activity_date")
    if last is None:
        return False
    active = pa.array([False] * len(last), pa.bool_())
    for name in counters:
        idle = pc.is_in(pc.utf8_lower(texts[name]), value_set=pa.array(["0", "no", "false"]))
        active = pc.or_(active, pc.and_(pc.is_valid(texts[name]), pc.invert(idle)))
    days = {(text or "")[:10] for text in last.filter(active).to_pylist()}
    return days == {str(refreshed)}
