"""The app in Entra: a token can be got, Graph takes it, and it carries the permissions."""

from collections.abc import Iterator

from adoption.errors import AdoptionError
from adoption.pipeline import permissions
from adoption.pipeline.doctor.answers import Answers
from adoption.pipeline.doctor.finding import (
    Finding,
    NotAsked,
    Result,
    passed,
    skipped,
    told,
)

_NEEDED: tuple[tuple[str, Result, str], ...] = (
    (permissions.REPORTS, "fail", "no report can be fetched"),
    (permissions.DIRECTORY, "fail", "nobody can be placed in a unit"),
    (permissions.PRODUCTS, "warn", "it is not known which products the tenant has"),
    (permissions.SETTINGS, "warn", "the tenant's privacy setting for reports cannot be read"),
)


def look_at_access(answers: Answers) -> Iterator[Finding]:
    """Findings on the credential and on each permission that the token should carry."""
    granted = answers.granted
    if isinstance(granted, AdoptionError):
        yield told("credential", granted)
        reason = str(granted) if isinstance(granted, NotAsked) else "There is no good access token."
        yield skipped("permission", reason)
        return
    yield passed("credential", "An access token was got, and Graph takes it.")
    if granted is None:
        yield skipped("permission", "The token does not tell; Graph's answers below decide.")
        return
    for what, result, consequence in _NEEDED:
        yield _permission_finding(what, result, consequence, granted)


def _permission_finding(
    what: str, result: Result, consequence: str, granted: frozenset[str]
) -> Finding:
    enough = permissions.ENOUGH[what]
    carried = sorted(granted.intersection(enough))
    if carried:
        return passed("permission", f"The token carries {carried[0]}.", scope=enough[0])
    return Finding(
        "permission",
        result,
        f"The token does not carry {enough[0]}: {consequence}.",
        f"Give the app the application permission {enough[0]} in Entra and let an administrator "
        "consent to it; it can take some minutes to take effect.",
        enough[0],
    )
