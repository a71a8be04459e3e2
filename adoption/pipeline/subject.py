"""Who a name (UPN) stands for in the lake, and which rows are theirs: for the data subject.

A row belongs to whom the figures count it for (sql/core/upn_owner.sql, name_activity.sql): the
report's own object id goes first, then the name, and of a name that several accounts have held
only the days on which this one held it.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from adoption.erased import erased_path, in_force, load_erased
from adoption.errors import PermanentError
from adoption.identity import PSEUDONYMS, pseudonym
from adoption.lake import DIRECTORY

Span = tuple[dt.date, dt.date]
ALWAYS: Span = (dt.date.min, dt.date.max)
_PARTITION = ds.partitioning(pa.schema([("day", pa.date32())]), flavor="hive")


@dataclass(frozen=True, slots=True)
class Subject:
    """One person, as the lake knows them: by pseudonyms alone."""

    name: int
    """Of the UPN that was asked for."""
    persons: frozenset[int]
    """Of the object ids; empty where no list of accounts has ever had the UPN."""
    names: Mapping[int, Sequence[Span]]
    """UPNs to the days (first, last) on which they were this person's."""
    others: frozenset[int] = frozenset()
    """Persons who stand in reports under one of these UPNs, but are somebody else."""
    holder_count: int = 1
    """How many accounts have held the UPN that was asked for."""
    nameless: int = 0
    """Of the id that a list of accounts without object ids gives the UPN."""


@dataclass(frozen=True, slots=True)
class Found:
    """The rows in one file of the lake that belong to a person."""

    path: Path
    table: str
    day: dt.date | None
    mask: pa.Array


def find_subject(home: Path, upn: str, *, key: bytes, on: dt.date) -> Subject:
    """Whom `upn` stands for; where several accounts have held it, whose it was on the day `on`.

    A name that no list of accounts has any more is whose it was when it was erased, or whom the
    reports with ids give it to. Raises PermanentError where two hold it on that day.
    """
    name, nameless = (
        pseudonym(key, "upn", upn),
        pseudonym(key, "object_id", f"upn:{upn.strip().casefold()}"),
    )
    claims = _claims(home, DIRECTORY, pc.field("upn_id") == name)
    holders = _persons(claims) - {nameless}
    listed = load_erased(home).pairs
    if len(holders) > 1:
        persons = frozenset({_holder(claims, _directory_days(home), on)})
    else:
        persons = (
            _persons(claims)
            or frozenset(person for person, its in listed if its == name and person is not None)
            or _reported_persons(home, name)
        )
    names = {name, *(its for person, its in listed if person in persons)}
    names |= _names(_claims(home, DIRECTORY, _is_in("person_id", persons)))
    return Subject(
        name=name,
        persons=persons,
        names={each: _held(home, each, persons) for each in names},
        others=_other_persons(home, names, persons),
        holder_count=max(len(holders), 1),
        nameless=nameless,
    )


def _holder(claims: pa.Table, days: Sequence[dt.date], on: dt.date) -> int:
    """The one who holds a contested name on the day, else the last before it, else the next."""
    with_it = sorted(set(claims["day"].to_pylist()))
    held_on = in_force(days, on)
    day = held_on if held_on in with_it else in_force(with_it, on)
    holders = _persons(claims.filter(pc.equal(claims["day"], day)))
    if len(holders) > 1:
        raise PermanentError(
            f"On {day} the directory gives this name to {len(holders)} accounts, so nobody can say "
            "whose rows they are. Name another day with --on."
        )
    (holder,) = holders
    return holder


def _held(home: Path, name: int, persons: frozenset[int]) -> Sequence[Span]:
    """The days on which the name was this person's: all, unless others have held it too."""
    claims = _claims(home, DIRECTORY, pc.field("upn_id") == name)
    if not _persons(claims) - persons:
        return [ALWAYS]
    days = _directory_days(home)
    ends = [*(later - dt.timedelta(1) for later in days[1:]), dt.date.max]
    starts = [dt.date.min, *days[1:]]
    holders = {day: set[int]() for day in days}
    for row in claims.to_pylist():
        holders[row["day"]].add(row["person_id"])
    return [
        (first, last)
        for day, first, last in zip(days, starts, ends, strict=True)
        if holders[day] and holders[day] <= persons
    ]


def _reported_persons(home: Path, name: int) -> frozenset[int]:
    """For a name that no list of accounts has: whom the reports with ids say that it stands for."""
    found = frozenset[int]()
    for folder in _with_both(home):
        found |= _persons(_claims(home, folder, pc.field("upn_id") == name))
    return found if len(found) == 1 else frozenset()


def _other_persons(home: Path, names: Iterable[int], persons: frozenset[int]) -> frozenset[int]:
    found = frozenset[int]()
    for folder in _with_both(home):
        found |= _persons(_claims(home, folder, _is_in("upn_id", names)))
    return _persons(_claims(home, DIRECTORY, _is_in("person_id", found - persons)))


def rows_of(home: Path, subject: Subject) -> Iterator[Found]:
    """Every file of the lake with rows of the person, lists of accounts last.

    Last, so that an erasure that is killed can still find whose names the rest goes by.
    """
    files = sorted((home / "lake").rglob("*.parquet"), key=lambda path: (_is_directory(path), path))
    for path in files:
        if path == erased_path(home):
            continue
        with pq.ParquetFile(path) as file:
            columns = [name for name in PSEUDONYMS if name in file.schema_arrow.names]
            if not columns:
                continue
            mask = _mask(file.read(columns), _day_of(path), subject)
        if pc.any(mask).as_py():
            yield Found(path, _table_of(path), _day_of(path), mask)


def _mask(rows: pa.Table, day: dt.date | None, subject: Subject) -> pa.Array:
    """Which of the rows are the person's; a table without days knows no contested name."""
    mine = {
        name
        for name, spans in subject.names.items()
        if any(day is None and span == ALWAYS or day and _within(day, span) for span in spans)
    }
    by_name = _values_in(rows, "upn_id", mine)
    by_other = _values_in(rows, "person_id", subject.others)
    by_person = _values_in(rows, "person_id", subject.persons)
    return pc.or_(by_person, pc.and_not(by_name, by_other))


def _within(day: dt.date, span: Span) -> bool:
    return span[0] <= day <= span[1]


def _values_in(rows: pa.Table, column: str, wanted: Iterable[int]) -> pa.Array:
    if column not in rows.column_names:
        return pa.array([False] * rows.num_rows, pa.bool_())
    values = rows[column].combine_chunks()
    return pc.is_in(values, value_set=pa.array(list(wanted), pa.int64()))


def _claims(home: Path, folder: str, condition: ds.Expression) -> pa.Table:
    """Who stood under which name on which day (day, person_id, upn_id), where both are told."""
    path = home / "lake" / folder
    columns = ["day", *PSEUDONYMS]
    if not any(path.glob("day=*/*.parquet")):
        return pa.schema(
            [("day", pa.date32()), *((c, pa.int64()) for c in PSEUDONYMS)]
        ).empty_table()
    known = condition & pc.field("person_id").is_valid() & pc.field("upn_id").is_valid()
    return ds.dataset(path, format="parquet", partitioning=_PARTITION).to_table(columns, known)


def _with_both(home: Path) -> Iterator[str]:
    """The tables, beside the lists of accounts, whose rows carry both an id and a name."""
    for folder in sorted((home / "lake").glob("[!.]*/")):
        file = next(folder.glob("day=*/*.parquet"), None)
        if file and folder.name != DIRECTORY and set(PSEUDONYMS) <= {*pq.read_schema(file).names}:
            yield folder.name


def _is_in(column: str, values: Iterable[int]) -> ds.Expression:
    return pc.field(column).isin(pa.array(list(values), pa.int64()))


def _persons(claims: pa.Table) -> frozenset[int]:
    return frozenset(claims["person_id"].to_pylist())


def _names(claims: pa.Table) -> set[int]:
    return set(claims["upn_id"].to_pylist())


def _directory_days(home: Path) -> list[dt.date]:
    folders = (path.parent for path in (home / "lake" / DIRECTORY).glob("day=*/*.parquet"))
    return sorted(day for folder in folders if (day := _date(folder.name)))


def _table_of(path: Path) -> str:
    return path.parents[1].name if _day_of(path) else path.stem


def _day_of(path: Path) -> dt.date | None:
    return _date(path.parent.name)


def _date(folder: str) -> dt.date | None:
    return dt.date.fromisoformat(folder[4:]) if folder.startswith("day=") else None


def _is_directory(path: Path) -> bool:
    return path.parents[1].name == DIRECTORY
