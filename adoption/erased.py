"""The list of the erased: pseudonyms that no way into the lake may bring back.

It is kept as pairs of a person and a name (UPN) that the person has held, since a name may be
handed on: whoever holds it now is somebody else, and stays. A name without a person is one that
was erased before any directory knew it; then the first account of that name is the person.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

Pair = tuple[int | None, int]
_COLUMNS = pa.schema([("person_id", pa.int64()), ("upn_id", pa.int64())])


@dataclass(frozen=True, slots=True)
class Erased:
    """Who has been erased: pairs of a person's pseudonym (None where unknown) and a name's."""

    pairs: frozenset[Pair] = frozenset()

    @property
    def persons(self) -> frozenset[int]:
        return frozenset(person for person, _ in self.pairs if person is not None)

    @property
    def names(self) -> frozenset[int]:
        return frozenset(name for _, name in self.pairs)

    @property
    def names_alone(self) -> frozenset[int]:
        """Names of which no list of accounts has told whose they are."""
        return frozenset(name for person, name in self.pairs if person is None)

    def and_also(self, accounts: Iterable[Pair]) -> "Erased":
        """The list with these accounts, which were found to be of somebody on it.

        An account under a name that stood alone tells who the person is; it stands alone no more.
        """
        accounts = frozenset(accounts)
        told = {(None, name) for person, name in accounts if person not in self.persons}
        return Erased((self.pairs | accounts) - told)

    def and_unknown(self, name: int, nameless: int) -> "Erased":
        """The list with a name of which nothing is known.

        `nameless` is the person that a list of accounts without object ids would make of it.
        """
        return Erased(self.pairs | {(None, name), (nameless, name)})


def erased_path(home: Path) -> Path:
    return home / "lake" / "erased.parquet"


def load_erased(home: Path) -> Erased:
    """The list under `home`; nobody where there is none."""
    path = erased_path(home)
    if not path.exists():
        return Erased()
    columns = pq.ParquetFile(path).read().to_pydict()
    return Erased(frozenset(zip(columns["person_id"], columns["upn_id"], strict=True)))


def erased_table(pairs: Iterable[Pair]) -> pa.Table:
    """The list as it is kept: person_id (null where unknown), upn_id; one row per pair, sorted."""
    rows = sorted(pairs, key=lambda pair: (pair[0] is None, pair))
    return pa.table([[p for p, _ in rows], [name for _, name in rows]], schema=_COLUMNS)


def erased_accounts(table: pa.Table, erased: Erased) -> pa.Array:
    """Which rows of a directory are of somebody erased."""
    return pc.or_(
        _is_in(table["person_id"], erased.persons), _is_in(table["upn_id"], erased.names_alone)
    )


def erased_rows(table: pa.Table, erased: Erased, holders: pa.Table | None) -> pa.Array:
    """Which rows of a report are of somebody erased.

    `holders` are the accounts (person_id, upn_id) of the day: a name that one of them holds who is
    not erased is that one's.
    """
    others = frozenset[int]()
    if holders is not None:
        staying = holders.filter(pc.invert(erased_accounts(holders, erased)))
        others = frozenset(staying["upn_id"].to_pylist())
    found = _is_in(table["upn_id"], erased.names - others)
    if "person_id" in table.column_names:
        found = pc.or_(found, _is_in(table["person_id"], erased.persons))
    return found


def in_force(days: Iterable[dt.date], day: dt.date) -> dt.date | None:
    """Of the days of directory snapshots the one that holds for `day`: the last, else the first."""
    days = sorted(days)
    return max((d for d in days if d <= day), default=min(days, default=None))


def _is_in(values: pa.ChunkedArray, wanted: frozenset[int]) -> pa.ChunkedArray:
    return pc.is_in(values, value_set=pa.array(list(wanted), pa.int64()))
