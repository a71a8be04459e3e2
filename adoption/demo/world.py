"""What the local Graph service needs to know of a tenant: the ground truth behind every answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

# Graph's column heading -> value. Headings not named are 0 or No; None is a cell that Graph leaves
# blank.
Counters = Mapping[str, int | bool | None]
Plans = tuple[tuple[str, str], ...]
"""Service plan id and capability status, or name."""


@dataclass(frozen=True, slots=True)
class Account:
    """One row of the directory on one day."""

    id: str  # Entra object id, a GUID
    upn: str
    display_name: str
    department: str | None  # as typed by hand: dirty spellings happen
    enabled: bool = True
    user_type: str = "Member"  # or "Guest"
    job_title: str | None = None
    employee_type: str | None = None
    plans: Plans = ()  # with the capability status


@dataclass(frozen=True, slots=True)
class Sku:
    """One product that the tenant subscribes to."""

    sku_id: str
    part_number: str
    consumed: int
    enabled: int
    plans: Plans  # with the plan's name


class World(Protocol):
    """A tenant. `channel` is teams, viva_engage or sharepoint; every day is a UTC day."""

    def accounts(self, day: date) -> Sequence[Account]:
        """The directory on that day."""
        ...

    def skus(self, day: date) -> Sequence[Sku]:
        """The products that the tenant subscribes to on that day."""
        ...

    def activity(self, channel: str, day: date, seen_on: date) -> Mapping[str, Counters]:
        """Account id to the counters of that day, as known to Graph on `seen_on`.

        Late figures: smaller until three days after the day.
        """
        ...

    def last_activity(self, channel: str, account_id: str, day: date) -> date | None:
        """All-time last activity on or before `day`; may lie long before the first served day."""
        ...

    def report_upn(self, account_id: str, day: date) -> str:
        """The UPN that a report of that day carries: after a rename the old one or the new one."""
        ...
