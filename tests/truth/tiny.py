"""A tenant of a handful of people, for what the second opinion must say of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from adoption.demo.world import Account, Counters, Sku
from adoption.settings import Exclusion, Organisation, Privacy, Settings, Units
from tests.truth.published import Truth, compute_truth

PULLS = (date(2026, 9, 2), date(2026, 9, 23))
SUNDAY = date(2026, 9, 20)
READ: Counters = {"Read Count": 1}
POST: Counters = {"Posted Count": 1}
CHAT: Counters = {"Private Chat Message Count": 3}
SHARE: Counters = {"Shared Internally File Count": 1}
YAMMER = (("7547a3fe-08ee-4ccb-b430-5077c5041653", "Enabled"),)
EVERYTHING = (
    *YAMMER,
    ("57ff2da0-773e-42df-b2af-ffb7a2317929", "Enabled"),
    ("902b47e5-dcb2-4fdc-858b-c63a90a2bdb9", "Enabled"),
)
# Somebody on leave, who is no person, but whose idle rows make every day of every report complete.
IDLER = Account("id-ida", "ida@fjordvik.no", "Ida", "North", enabled=False, plans=EVERYTHING)
REGISTER = "unit,parent,aliases,headcount\nCare,,,\nNorth,Care,N,\nSouth,Care,,3\n"


@dataclass
class TinyWorld:
    """A tenant of a handful of people; everybody is there on every day unless `moves` say so."""

    people: Sequence[Account]
    deeds: Mapping[tuple[str, date], Mapping[str, Counters]] = field(default_factory=dict)
    before: Mapping[tuple[str, str], date] = field(default_factory=dict)
    later: Sequence[Account] | None = None
    changed_on: date = date.max
    late: bool = False
    idlers: Sequence[Account] = (IDLER,)

    def accounts(self, day: date) -> Sequence[Account]:
        changed = self.later is not None and day >= self.changed_on
        return [*(self.later or () if changed else self.people), *self.idlers]

    def skus(self, day: date) -> Sequence[Sku]:
        raise NotImplementedError

    def activity(self, channel: str, day: date, seen_on: date) -> Mapping[str, Counters]:
        known = (seen_on - day).days >= (3 if self.late else 1)
        return self.deeds.get((channel, day), {}) if known else {}

    def last_activity(self, channel: str, account_id: str, day: date) -> date | None:
        days = [d for (c, d), who in self.deeds.items() if c == channel and account_id in who]
        before = [d] if (d := self.before.get((channel, account_id))) else []
        return max((d for d in days + before if d <= day), default=None)

    def report_upn(self, account_id: str, day: date) -> str:
        accounts = [*self.accounts(day), *self.people, *(self.later or ())]
        return next(account.upn for account in accounts if account.id == account_id)


def account(name: str, unit: str | None = "North", **facts: object) -> Account:
    given: dict[str, object] = {"plans": YAMMER, **facts}
    return Account(f"id-{name}", f"{name}@fjordvik.no", name, unit, **given)  # type: ignore[arg-type]


def settings(min_group: int = 1, exclude: tuple[Exclusion, ...] = ()) -> Settings:
    return Settings(
        organisation=Organisation("Fjordvik"),
        privacy=Privacy(min_group=min_group),
        units=Units(exclude=exclude),
    )


def daily(
    deeds: Mapping[str, Mapping[str, Counters]],
) -> dict[tuple[str, date], Mapping[str, Counters]]:
    """`deeds` by channel and name, done on each day of the two pulls' reach."""
    first = PULLS[0] - timedelta(days=28)
    days = [first + timedelta(days=n) for n in range(49)]
    return {
        (channel, day): {f"id-{name}": counters for name, counters in who.items()}
        for channel, who in deeds.items()
        for day in days
    }


def truth_of(world: TinyWorld, given: Settings | None = None) -> Truth:
    return compute_truth(world, PULLS, given or settings(), REGISTER)
