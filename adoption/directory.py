"""The directory on a day, as the lake keeps it: pseudonyms, a unit value and a plan set; no names.

Which accounts are excluded is decided here, since the rules look at UPNs and titles that are not
stored. A rule changed later counts from the next snapshot on.
"""

import fnmatch
import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from adoption.identity import pseudonyms
from adoption.settings import Exclusion

ACCOUNTS = pa.schema(
    [
        ("person_id", pa.int64()),
        ("upn_id", pa.int64()),
        ("account_class", pa.string()),
        ("is_enabled", pa.bool_()),
        ("is_excluded", pa.bool_()),
        ("unit_key", pa.string()),
        ("unit_value", pa.string()),
        ("plan_set_id", pa.int64()),
    ]
)
PLAN_SETS = pa.schema([("plan_set_id", pa.int64()), ("service_plan_id", pa.string())])
SKUS = pa.schema(
    [
        ("sku_id", pa.string()),
        ("sku_part_number", pa.string()),
        ("capability_status", pa.string()),
        ("consumed_count", pa.int32()),
        ("enabled_count", pa.int32()),
        ("service_plan_id", pa.string()),
        ("service_plan_name", pa.string()),
    ]
)
USABLE = frozenset({"Enabled", "Warning"})


@dataclass(frozen=True, slots=True)
class DirectoryAccount:
    """What is asked of one account; lives in memory only, between Graph and the pseudonyms."""

    id: str
    upn: str
    enabled: bool
    user_type: str | None
    unit_value: str | None
    department: str | None
    employee_type: str | None
    job_title: str | None
    plans: tuple[tuple[str, str], ...] | None
    """(service plan id, capability status); None where it is not known what they have"""


@dataclass(frozen=True, slots=True)
class SubscribedSku:
    """One product that the tenant has bought, with the service plans in it."""

    sku_id: str
    part_number: str
    capability_status: str
    consumed: int
    enabled: int
    plans: tuple[tuple[str, str], ...]
    """(service plan id, service plan name)"""


def clean_name(text: str | None) -> str:
    """A unit's name as typed: NFC, trimmed, inner white space folded; blank where there is none."""
    return " ".join(unicodedata.normalize("NFC", text or "").split())


def name_key(text: str | None) -> str:
    """What two spellings of one unit's name have in common."""
    return clean_name(text).casefold()


def accounts_table(
    accounts: Sequence[DirectoryAccount], *, key: bytes, exclude: Sequence[Exclusion]
) -> pa.Table:
    """One row per account (`ACCOUNTS`), sorted by person_id.

    account_class is member or guest (by userType); plan_set_id points into `plan_sets_table`, and
    is null where it is not known which plans an account has.
    """
    columns = {
        "person_id": pseudonyms(key, "object_id", (a.id for a in accounts)),
        "upn_id": pseudonyms(key, "upn", (a.upn for a in accounts)),
        "account_class": [_account_class(a) for a in accounts],
        "is_enabled": [a.enabled for a in accounts],
        "is_excluded": [any(_matches(rule, a) for rule in exclude) for a in accounts],
        "unit_key": [name_key(a.unit_value) for a in accounts],
        "unit_value": [clean_name(a.unit_value) for a in accounts],
        "plan_set_id": pa.array([_plan_set_of(a) for a in accounts], pa.int64()),
    }
    table = pa.table([columns[name] for name in ACCOUNTS.names], schema=ACCOUNTS)
    return table.sort_by([("person_id", "ascending"), ("upn_id", "ascending")])


def _account_class(account: DirectoryAccount) -> str:
    return "guest" if (account.user_type or "Member").casefold() == "guest" else "member"


def _matches(rule: Exclusion, account: DirectoryAccount) -> bool:
    pairs = (
        (rule.upn, account.upn),
        (rule.department, clean_name(account.department)),
        (rule.employee_type, account.employee_type),
        (rule.job_title, account.job_title),
    )
    return all(
        fnmatch.fnmatchcase((value or "").strip().casefold(), pattern.strip().casefold())
        for pattern, value in pairs
        if pattern is not None
    )


def _plan_set_of(account: DirectoryAccount) -> int | None:
    return None if account.plans is None else plan_set_id(_usable(account))


def _usable(account: DirectoryAccount) -> tuple[str, ...]:
    plans = account.plans or ()
    return tuple(sorted({plan.lower() for plan, status in plans if status in USABLE}))


def plan_set_id(plans: tuple[str, ...]) -> int:
    """A number for a set of service plans; many accounts share few sets, so rows carry this."""
    digest = hashlib.sha256("+".join(plans).encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def plan_sets_table(accounts: Iterable[DirectoryAccount]) -> pa.Table:
    """The usable (Enabled, Warning) service plans of each plan set, one row each (`PLAN_SETS`)."""
    sets = {_usable(account) for account in accounts}
    rows = sorted((plan_set_id(plans), plan) for plans in sets for plan in plans)
    return pa.table([[number for number, _ in rows], [plan for _, plan in rows]], schema=PLAN_SETS)


def skus_table(skus: Iterable[SubscribedSku]) -> pa.Table:
    """One row per product and service plan in it (`SKUS`), sorted."""
    rows = sorted(
        (
            sku.sku_id, sku.part_number, sku.capability_status, sku.consumed, sku.enabled,
            plan.lower(), name,
        )
        for sku in skus
        for plan, name in sku.plans
    )  # fmt: skip
    return pa.table([list(column) for column in zip(*rows, strict=True)] or [[]] * 7, schema=SKUS)
