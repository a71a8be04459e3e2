"""What the doctor says: one finding per line for people, all of them as JSON for a monitor."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from adoption.errors import AdoptionError

Result = Literal["pass", "warn", "fail", "skip"]

_MARKS = {"pass": "ok  ", "warn": "WARN", "fail": "FAIL", "skip": "skip"}
# Our errors end with what to do (adoption.errors); it begins with one of these words.
_TO_DO = re.compile(
    r"(?<=[.:]) (?=(?:Check|Choose|Free|Give|Let|Make|Mend|Name|Put|Run|Save|Set|Take|Use|Wait)\b)"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, on what (scope), what was found, and what to do about it."""

    check: str
    result: Result
    message: str
    advice: str = ""
    scope: str = ""


class NotAsked(AdoptionError):
    """A question that was not asked, because what it needs was not there."""


def passed(check: str, message: str, *, scope: str = "") -> Finding:
    return Finding(check, "pass", message, scope=scope)


def skipped(check: str, reason: str, *, scope: str = "") -> Finding:
    return Finding(check, "skip", reason, scope=scope)


def warned(check: str, message: str, *, advice: str, scope: str = "") -> Finding:
    return Finding(check, "warn", message, advice, scope)


def failed(check: str, message: str, *, advice: str, scope: str = "") -> Finding:
    return Finding(check, "fail", message, advice, scope)


def told(
    check: str,
    error: AdoptionError,
    *,
    scope: str = "",
    result: Result = "fail",
    advice: str = "Run the command again with --debug.",
) -> Finding:
    """A finding out of an error's own words; `advice` is for an error that has none.

    What was not asked is skipped, whatever `result` says.
    """
    if isinstance(error, NotAsked):
        return skipped(check, str(error), scope=scope)
    text = " ".join(str(error).split())
    message, *own = _TO_DO.split(text, maxsplit=1)
    return Finding(check, result, message, own[0] if own else advice, scope)


def verdict(findings: Sequence[Finding]) -> Result:
    """The worst result; a step that was skipped is not worse than what made it so."""
    results = {finding.result for finding in findings}
    return next((result for result in _WORST_FIRST if result in results), "pass")


_WORST_FIRST: tuple[Result, ...] = ("fail", "warn")


def render_line(finding: Finding) -> str:
    """The finding as one line; what a terminal could take for a command is made harmless."""
    about = f"{finding.check} ({finding.scope})" if finding.scope else finding.check
    text = f"{_MARKS[finding.result]}  {about}: {finding.message}"
    if finding.advice:
        text += f" → {finding.advice}"
    return "".join(c if c.isprintable() else "?" for c in text)


def render_json(findings: Sequence[Finding]) -> str:
    """An object with the overall `result` and all `findings`, in order, for a monitor."""
    rows = [asdict(finding) for finding in findings]
    return json.dumps({"result": verdict(findings), "findings": rows}, indent=1)
