"""The directory: products and their plans, and whether its units are filled in and known.

A value of the unit attribute that few people have could name one of them; it is never shown.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow.compute as pc

from adoption.directory import USABLE, DirectoryAccount, SubscribedSku, accounts_table, name_key
from adoption.errors import AdoptionError, ConfigError
from adoption.headcount import load_headcounts
from adoption.pipeline.doctor.finding import (
    Finding,
    NotAsked,
    failed,
    passed,
    skipped,
    told,
    warned,
)
from adoption.settings import Exclusion, Settings
from adoption.texts import label
from adoption.units import Unit, known_names, load_register

FEWEST_SHOWN = 5
"""People; a value that fewer have is counted with the others."""
_MOST_VALUES = 10
_FAIL_BLANK, _WARN_BLANK = 0.20, 0.05
_LOOKS_LIKE_A_CHANNEL = re.compile(r"^(TEAMS|YAMMER|VIVAENGAGE|SHAREPOINT)")
"""As in sql/core/quality_service_plan.sql."""


def look_at_products(
    skus: Sequence[SubscribedSku] | AdoptionError,
    channels: Sequence[str],
    opens: Mapping[str, str | None],
) -> Iterator[Finding]:
    """Findings on the channels that no product opens, and on plans that we do not know.

    `opens` is the channel that a service plan's id opens (config/service_plans.toml).
    """
    if isinstance(skus, AdoptionError):
        yield told("licences", skus, result="warn")
        return
    usable = [sku for sku in skus if sku.capability_status in USABLE]
    opened = {opens.get(plan) for sku in usable for plan, _ in sku.plans}
    for channel in channels:
        if channel in opened:
            message = f"A product of the tenant opens {label(channel, 'en')}."
            yield passed("licences", message, scope=channel)
        else:
            yield warned(
                "licences",
                f"No product of the tenant has a plan that we know for {label(channel, 'en')}.",
                advice="If the tenant has the channel, add its plan to config/service_plans.toml; "
                "otherwise take it out of [channels] in the configuration.",
                scope=channel,
            )
    unknown = {name for sku in skus for plan, name in sku.plans if plan not in opens}
    if named := sorted(name for name in unknown if _LOOKS_LIKE_A_CHANNEL.match(name)):
        yield warned(
            "service plans",
            f"Plans that look as if they open a channel, but are not listed: {', '.join(named)}.",
            advice="Add those that do to config/service_plans.toml, the others there under [none].",
        )
    else:
        yield passed("service plans", "Every plan named like a channel is listed.")


def look_at_units(
    settings: Settings, accounts: Sequence[DirectoryAccount] | AdoptionError
) -> Iterator[Finding]:
    """Findings on the directory, on its unit attribute, and on the unit register beside it."""
    persons: Counter[str] | AdoptionError
    if isinstance(accounts, AdoptionError):
        persons = accounts
        yield told("directory", accounts)
    else:
        persons = _persons_by_value(accounts, settings.units.exclude)
        yield _directory_finding(len(accounts), persons.total())
    yield _attribute_finding(persons, settings)
    yield from _register_findings(persons, settings)


def _persons_by_value(
    accounts: Iterable[DirectoryAccount], exclude: Sequence[Exclusion]
) -> Counter[str]:
    """How many persons (enabled members, without the excluded) have each value, cleaned."""
    # Pseudonyms are made and forgotten; what counts is the product's own idea of a person.
    table = accounts_table(list(accounts), key=bytes(32), exclude=exclude)
    is_person = pc.and_(
        pc.and_(table["is_enabled"], pc.equal(table["account_class"], "member")),
        pc.invert(table["is_excluded"]),
    )
    return Counter(table.filter(is_person)["unit_value"].to_pylist())


def _directory_finding(account_count: int, person_count: int) -> Finding:
    if person_count == 0:
        return failed(
            "directory",
            f"Of {account_count} accounts none counts as a person (enabled, member, not excluded).",
            advice="Check [graph] tenant_id and the rules in [units] exclude.",
        )
    return passed("directory", f"{account_count} accounts, {person_count} of them persons.")


def _attribute_finding(persons: Counter[str] | AdoptionError, settings: Settings) -> Finding:
    if isinstance(persons, AdoptionError) or persons.total() == 0:
        return skipped("unit attribute", _unknown_persons(persons))
    blank, share = persons[""], persons[""] / persons.total()
    is_small = 0 < blank < settings.privacy.min_group
    said = _count(blank, settings.privacy.min_group) if is_small else f"{share:.1%}"
    message = f"{settings.graph.unit_attribute} is blank for {said} of the persons."
    advice = (
        "Have HR and IT fill it in, or name another one in [graph] unit_attribute; above "
        f"{_FAIL_BLANK:.0%} no figures are shown."
    )
    if share > _FAIL_BLANK:
        return failed("unit attribute", message, advice=advice)
    if share > _WARN_BLANK:
        return warned("unit attribute", message, advice=advice)
    return passed("unit attribute", message)


def _count(number: int, min_group: int) -> str:
    """As in every finding: what is smaller than the smallest group is not told."""
    return str(number) if number >= min_group else f"< {min_group}"


def _unknown_persons(persons: Counter[str] | AdoptionError) -> str:
    if isinstance(persons, NotAsked):
        return str(persons)
    is_error = isinstance(persons, AdoptionError)
    return "The directory could not be read." if is_error else "There are no persons."


def _register_findings(
    persons: Counter[str] | AdoptionError, settings: Settings
) -> Iterator[Finding]:
    path, attribute = settings.register_path, settings.graph.unit_attribute
    if path is None:
        yield skipped(
            "unit register", f"None is configured: each value of {attribute} is a unit of its own."
        )
        return
    try:
        units = load_register(path)
    except ConfigError as error:
        yield told("unit register", error, advice=f"Mend {path} and run this again.")
        return
    yield _register_finding(units)
    if settings.headcount_path:
        yield _headcount_finding(settings.headcount_path, units)
    if isinstance(persons, AdoptionError):
        yield skipped("unit values", _unknown_persons(persons))
    else:
        yield _values_finding(persons, units, settings)


def _register_finding(units: Sequence[Unit]) -> Finding:
    blank = sum(1 for unit in units if unit.headcount is None)
    message = f"{len(units)} units, {blank} without a headcount (there the accounts are counted)."
    if empty := [unit.unit for unit in units if unit.headcount == 0]:
        return warned(
            "unit register",
            f"{message} A headcount of 0: {', '.join(empty)}.",
            advice="Leave the headcount blank where it is not known; 0 says that nobody works "
            "directly there.",
        )
    return passed("unit register", message)


def _headcount_finding(path: Path, units: Sequence[Unit]) -> Finding:
    try:
        counts = load_headcounts(path, units)
    except ConfigError as error:
        return told("headcount list", error, advice=f"Mend {path} and run this again.")
    if not counts:
        return warned("headcount list", "It has no line.", advice=f"Fill {path} in.")
    unit_count = len({count.unit_id for count in counts})
    newest = max(count.day for count in counts)
    return passed("headcount list", f"{unit_count} units, the newest number of {newest}.")


def _values_finding(persons: Counter[str], units: Sequence[Unit], settings: Settings) -> Finding:
    attribute = settings.graph.unit_attribute
    unknown = _unknown_values(persons, units)
    if not unknown:
        return passed("unit values", f"The unit register knows every {attribute}.")
    shown = [(v, n) for v, n in unknown[:_MOST_VALUES] if n >= FEWEST_SHOWN]
    rest = sum(count for _, count in unknown[len(shown) :])
    smallest = settings.privacy.min_group
    parts = [f"'{value}' ({_count(count, smallest)})" for value, count in shown]
    if rest:
        parts.append(f"{'others' if shown else 'rare values'} ({_count(rest, smallest)})")
    return warned(
        "unit values",
        f"Values of {attribute} that the unit register does not know, and how many persons have "
        f"them: {', '.join(parts)}.",
        advice="Add them to the register as units or aliases, or correct them in the directory; "
        "until then these people stand under (unmapped).",
    )


def _unknown_values(persons: Counter[str], units: Sequence[Unit]) -> list[tuple[str, int]]:
    """The most usual spelling and the number of persons of each value, the most frequent first."""
    known = {name.unit_key for name in known_names(units)}
    spellings: dict[str, Counter[str]] = {}
    for value, count in persons.items():
        if value and (key := name_key(value)) not in known:
            spellings.setdefault(key, Counter())[value] = count
    values = [(max(s, key=lambda v: (s[v], v)), s.total()) for s in spellings.values()]
    return sorted(values, key=lambda item: (-item[1], item[0]))
