"""How sure a published number is, and how that is said, in one place for all who tell numbers.

A count that is shown as a bound is told as `at least` or `at most`, never as an exact number, and
so is the rate made of it. A number of people whose rate has a wide interval is told as `about`.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from adoption.numbers import count_text, interval_text, whole_percent
from adoption.texts import translate

STEPS: Mapping[str, tuple[str, str]] = {
    "no_account": ("staff", "account"),
    "no_licence": ("account", "licensed"),
    "never_onboarded": ("licensed", "onboarded"),
    "dormant": ("onboarded", "active"),
    "wrong_channel": ("active", "reached"),
}
"""Reason → the two levels of the funnel between which people are lost for it."""

WIDE = 0.20
"""From an interval wider than this on (a fraction), numbers are told as `about`."""

AT_MOST, AT_LEAST = "≤", "≥"

Row = Mapping[str, Any]


class People(NamedTuple):
    """A number of people as it is shown, and the least and most that it can be."""

    shown: int
    least: int
    most: int

    def __sub__(self, other: "People") -> "People":
        least, most = self.least - other.most, self.most - other.least
        return People(self.shown - other.shown, max(least, 0), most)


def bound(column: str, row: Row) -> str:
    """`≤` or `≥` where a count of a published row is a bound (named in its `coded`), else nothing.

    Where both fit, `at most 2` wins (definitions, Extremes), so the number alone tells which it
    is. People not reached are the staff less the reached: there it is the other way about.
    """
    value = row[column]
    if value is None or column not in (row.get("coded") or ()):
        return ""
    if column == "not_reached":
        return AT_LEAST if row["staff"] - value <= 2 else AT_MOST
    return AT_MOST if value <= 2 else AT_LEAST


def rate_bound(kind: str, row: Row) -> str:
    """The sign of a rate (`reach`, `earlier`, `adoption`): that of the count it is made of."""
    if kind == "reach" and "reached" not in row:
        return other(bound("not_reached", row))
    counts = {"reach": "reached", "earlier": "earlier_reached", "adoption": "active"}
    return bound(counts[kind], row)


def other(sign: str) -> str:
    """The sign of what grows smaller as the number with this sign grows."""
    return {AT_MOST: AT_LEAST, AT_LEAST: AT_MOST, "": ""}[sign]


def lost(row: Row, entering: str, leaving: str) -> People | None:
    """The people on one level of the funnel who are not on another, with their bounds."""
    before, after = people(entering, row), people(leaving, row)
    return None if before is None or after is None else before - after


def people(column: str, row: Row) -> People | None:
    """A count of a published row with its bounds; None where it is hidden or unknown."""
    shown = row[column]
    if shown is None:
        return None
    mark, most = bound(column, row), "staff" if column == "not_reached" else "licensed"
    if mark == AT_LEAST:
        return People(shown, shown, row[most])
    return People(shown, 0 if mark else shown, shown)


def is_wide(row: Row) -> bool:
    """Whether a row's interval of reach is so wide that its numbers are told as `about`."""
    low, high = row["reach_low"], row["reach_high"]
    return low is not None and high is not None and high - low > WIDE


def sign(found: People) -> str:
    """`≤` or `≥` where the number is a bound, else nothing."""
    if found.least == found.most:
        return ""
    return AT_MOST if found.least == 0 or found.shown != found.least else AT_LEAST


def end(found: People) -> int:
    """The number to show: that end of its bounds which `sign` speaks of."""
    return found.most if sign(found) == AT_MOST else found.least


def short(found: People, language: str) -> str:
    """The number to stand alone: `17`, `≥17`, `≤2`."""
    return f"{sign(found)}{count_text(end(found), language)}"


def amount(found: People, language: str, *, about: bool = False) -> str:
    """The number as it is said: `17`, `about 17`, `at least 17`, `at most 2`."""
    said = {
        "": translate("about {count}", language) if about else "{count}",
        AT_MOST: translate("at most {count}", language),
        AT_LEAST: translate("at least {count}", language),
    }
    return said[sign(found)].format(count=count_text(end(found), language))


def say_not_reached(row: Row, language: str) -> str:
    """`at most 23 of 37` of a row of `marts.unit_flag`; nothing where that is not shown."""
    if (found := people("not_reached", row)) is None:
        return ""
    sentence = translate("{amount} of {staff}", language)
    staff = count_text(row["staff"], language)
    return sentence.format(amount=amount(found, language, about=is_wide(row)), staff=staff)


def say_rate(row: Row, language: str) -> str:
    """`≥38% (24–54%)`: the reach of a row and its interval; nothing where that is not shown."""
    rate, low, high = row["reach_rate"], row["reach_low"], row["reach_high"]
    if rate is None or low is None or high is None:
        return ""
    shown = f"{rate_bound('reach', row)}{whole_percent(rate, language)}"
    return f"{shown} ({interval_text(low, high, language)})"
