"""A user list exported by hand, as the directory of the day on which it is imported.

Such a list seldom tells licences. Then nobody's are known, which is not the same as having none:
the accounts carry no plan set at all, and who stands in a channel's report counts as licensed.
"""

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from adoption import resources
from adoption.catalog import normalise_heading
from adoption.columns import trimmed
from adoption.directory import DirectoryAccount, accounts_table, plan_sets_table
from adoption.errors import ContractError
from adoption.files.cells import Cells, Refusal
from adoption.files.spelling import Kind, respell
from adoption.files.tabular import read_member
from adoption.files.unpack import unpack
from adoption.key import load_key
from adoption.lake import Snapshot, land
from adoption.settings import Settings

_YES = frozenset({"yes", "true", "1"})
_UNLICENSED = frozenset({"unlicensed", "ulisensiert", "[]"})


@dataclass(frozen=True, slots=True)
class ImportedUsers:
    """What became of a user list."""

    account_count: int
    refused: tuple[Refusal, ...]
    notes: tuple[str, ...]


def import_users(
    settings: Settings,
    path: Path,
    *,
    environ: Mapping[str, str],
    as_of: dt.date,
    is_trial: bool = False,
) -> ImportedUsers:
    """Lands the accounts in the table at `path` as the directory of `as_of`.

    Raises ContractError where the file has no sign-in names or no unit, naming all that is missing.
    """
    aliases = _aliases(settings)
    members = unpack(path)
    if len(members) != 1:
        raise ContractError(f"it holds {len(members)} tables; a user list is one")
    headings = {heading for names in aliases.values() for heading in names}
    cells = read_member(members[0], headings)
    places = _places(cells.header, aliases)
    flags: dict[int, Kind] = {places[n]: "flag" for n in ("enabled", "blocked") if n in places}
    cells = respell(cells, flags, today=as_of)
    accounts, refused = _accounts(cells, places)
    if not is_trial:
        _land(settings, accounts, environ, as_of)
    return ImportedUsers(len(accounts), (*cells.refused, *refused), _notes(cells, places))


def _aliases(settings: Settings) -> Mapping[str, frozenset[str]]:
    """Normalised headings by what they mean; the configured unit attribute is `unit`."""
    path = resources.CONFIG / "user_list.toml"
    listed = tomllib.loads(path.read_text(encoding="utf-8"))
    attribute = settings.graph.unit_attribute
    listed["unit"] = [attribute, attribute.rpartition(".")[2], *listed.get(attribute, ())]
    return {
        name: frozenset(normalise_heading(heading) for heading in headings)
        for name, headings in listed.items()
    }


def _places(header: Sequence[str], aliases: Mapping[str, frozenset[str]]) -> Mapping[str, int]:
    places: dict[str, int] = {}
    for index, heading in enumerate(header):
        for name, headings in aliases.items():
            if normalise_heading(heading) in headings:
                places.setdefault(name, index)
    missing = [name for name in ("upn", "unit") if name not in places]
    if missing:
        raise ContractError(
            f"it is no user list: a column is missing for {' and '.join(missing)} (the name to "
            "sign in with: userPrincipalName; the unit: as [graph] unit_attribute says)"
        )
    return places


def _accounts(
    cells: Cells, places: Mapping[str, int]
) -> tuple[list[DirectoryAccount], list[Refusal]]:
    columns = {
        name: trimmed(cells.table.column(place)).to_pylist() for name, place in places.items()
    }
    accounts: dict[str, DirectoryAccount] = {}
    refused = []
    for place, number in enumerate(cells.rows.to_pylist()):
        row = {name: column[place] for name, column in columns.items()}
        if "@" not in (row["upn"] or ""):
            refused.append(Refusal(number, "it has no name to sign in with"))
            continue
        account = _account(row)
        if account.id in accounts:
            refused.append(Refusal(number, "it is an account that stands in an earlier row"))
            continue
        accounts[account.id] = account
    if not accounts:
        raise ContractError("it has no row with a name to sign in with")
    return list(accounts.values()), refused


def _account(row: Mapping[str, str | None]) -> DirectoryAccount:
    """Without an object id the name stands for the person, under a mark of its own."""
    upn = row["upn"] or ""
    blocked, enabled = row.get("blocked"), row.get("enabled")
    is_guest = "#ext#" in upn.casefold()
    licences = row.get("licences")
    return DirectoryAccount(
        id=row.get("id") or f"upn:{upn.casefold()}",
        upn=upn,
        enabled=(enabled or "yes").casefold() in _YES and (blocked or "no").casefold() not in _YES,
        user_type=row.get("user_type") or ("Guest" if is_guest else "Member"),
        unit_value=row["unit"],
        department=row.get("department"),
        employee_type=row.get("employee_type"),
        job_title=row.get("job_title"),
        plans=() if (licences or "").casefold() in _UNLICENSED else None,
    )


def _notes(cells: Cells, places: Mapping[str, int]) -> tuple[str, ...]:
    notes = [*cells.notes, "licences are not told; who stands in a report counts as licensed"]
    if "enabled" not in places and "blocked" not in places:
        notes.append("it does not tell which accounts are disabled; all count as enabled")
    if "id" not in places:
        notes.append("it has no object ids; a person who is renamed will look like another one")
    return tuple(notes)


def _land(
    settings: Settings,
    accounts: Sequence[DirectoryAccount],
    environ: Mapping[str, str],
    as_of: dt.date,
) -> None:
    key = load_key(settings.home, environ)
    tables = {
        "directory": accounts_table(accounts, key=key, exclude=settings.units.exclude),
        "plan_set": plan_sets_table(accounts),
    }
    for name, table in tables.items():
        land(settings.home, Snapshot(name, as_of, 1, as_of, row_count=table.num_rows), table)
