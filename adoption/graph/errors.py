"""What Graph answers, as our errors: what was asked, what came back, what to do.

GraphUnavailable (TransientError)   how often it is worth trying, and how long Graph asked to wait
└── StaleToken                      the reports service lost the token: once more with a fresh one
DayOutOfReach (PermanentError)      from adoption.errors: the day is lost, or not there yet
NoUsageData (PermanentError)        Graph knows no usage of this tenant (yet), or not this report
TokenRefused (PermanentError)       the access token is not good (any more)
AccessDenied (PermanentError)       a permission or the consent to it is missing

Nothing of a token, a pre-authenticated link or a person's address gets into a message.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiota_abstractions.api_error import APIError

from adoption.errors import DayOutOfReach, PermanentError, TransientError

ATTEMPTS = 4
ATTEMPTS_WHEN_THROTTLED = 5

_LATER = "Graph may be busy or broken; run the command again later."
_PAST_DAYS = re.compile(r"past \d+ days")
_NO_SEGMENT = "Resource not found for the segment"
_PRIVATE = re.compile(
    r"https?://\S+"  # a download link carries its own token
    r"|\S+@\S+"  # a person's address
    r"|[\w.~+/=-]{60,}"  # a token
)


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked of Graph, in words, and the application permission that it needs."""

    what: str
    permission: str
    pace_as: str | None = None
    """The limiter's key; None: not paced."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What Graph said when it refused."""

    status: int
    code: str = ""
    message: str = ""
    request_id: str = ""
    retry_after: str | None = None
    date: str | None = None
    from_link: bool = False
    """It came from the download origin, behind Graph's redirect."""


class GraphUnavailable(TransientError):
    """Graph was busy, broken or out of reach; worth `attempts` tries in all."""

    def __init__(self, message: str, *, attempts: int = ATTEMPTS, reply: Reply | None = None):
        super().__init__(message)
        self.attempts = attempts
        self.reply = reply

    @property
    def throttled(self) -> bool:
        """Whether Graph asked for fewer calls."""
        return self.reply is not None and self.reply.status == 429


class StaleToken(GraphUnavailable):
    """The reports service says that the token is missing though it was sent."""


class NoUsageData(PermanentError):
    """The reports service does not know this tenant, or has no such report for it.

    Where other channels' reports come all the same, the tenant does not have this channel.
    """


class TokenRefused(PermanentError):
    """Graph does not accept the access token, whatever it is asked for."""


class AccessDenied(PermanentError):
    """The app lacks a permission, or an administrator's consent to it."""


def reply_of(error: APIError, *, request_id: str, from_link: bool) -> Reply:
    """What the SDK's `error` holds; the reports service's JSON inside the message is unwrapped.

    The double wrapping (`UnknownError` outside, the real code inside) was seen live in 2026;
    an HTML page or nothing at all, from a gateway or the download origin, gives an empty code.
    """
    main: Any = getattr(error, "error", None)
    headers: Mapping[str, str] = error.response_headers or {}
    code, message = unwrapped(getattr(main, "code", None), getattr(main, "message", None))
    inner = getattr(getattr(main, "inner_error", None), "request_id", None)
    return Reply(
        status=error.response_status_code or 0,
        code=code,
        message=message,
        request_id=inner or headers.get("request-id") or request_id,
        retry_after=headers.get("retry-after"),
        date=headers.get("date"),
        from_link=from_link,
    )


def unwrapped(code: str | None, message: str | None) -> tuple[str, str]:
    """The innermost code and message of one of Graph's error objects."""
    code, message = code or "", (message or "").strip()
    if message.startswith("{"):
        try:
            wrapped = json.loads(message)
        except ValueError:
            return code, message
        inner = wrapped.get("error") if isinstance(wrapped.get("error"), dict) else wrapped
        inner_code = inner.get("code") or inner.get("Code")
        inner_message = inner.get("message") or inner.get("Message")
        return unwrapped(str(inner_code or code), str(inner_message or ""))
    return code, message


def refusal(reply: Reply, call: Call) -> TransientError | PermanentError:
    """The error that `reply` to `call` amounts to.

    Transient: 408, 429 and 5xx, a download link that is no longer good, and the loss of the token
    inside the reports service (MissingCredentials, 2023: single reports, for hours).
    """
    answer = _worded(reply, call)
    if reply.from_link and reply.status in (401, 403, 404, 410):
        return GraphUnavailable(f"{answer} The download link was no longer good; {_LATER}")
    if reply.status == 429 or reply.code == "TooManyRequests":
        advice = "Other programs may be using up the tenant's calls; run the command again later."
        return GraphUnavailable(f"{answer} {advice}", attempts=ATTEMPTS_WHEN_THROTTLED, reply=reply)
    if reply.status == 408 or (reply.status >= 500 and reply.status not in (501, 505)):
        return GraphUnavailable(f"{answer} {_LATER}", reply=reply)
    if reply.code == "MissingCredentials":
        return StaleToken(f"{answer} A known fault of single reports; {_LATER}", attempts=2)
    return _permanent(reply, call, answer)


def _permanent(reply: Reply, call: Call, answer: str) -> PermanentError:
    if _PAST_DAYS.search(reply.message):
        return DayOutOfReach(
            f"{answer} Graph serves the last 28 days up to yesterday (UTC); an older day can only "
            "be imported from a file exported by hand in time."
        )
    if reply.code == "UnknownTenantId":
        return NoUsageData(
            f"{answer} Graph has no usage data of this tenant yet. Check [graph] tenant_id; a new "
            "tenant needs a few days of use first."
        )
    if reply.status == 400 and reply.message.startswith(_NO_SEGMENT):
        return NoUsageData(
            f"{answer} Graph does not have this for the tenant, or not in its cloud. Check [graph] "
            "endpoint; it must end in the version, as in https://graph.microsoft.com/v1.0."
        )
    if reply.status == 401:
        return TokenRefused(
            f"{answer} The access token was not accepted. Check that it is for this Graph endpoint "
            "and has not expired (ADOPTION_ACCESS_TOKEN lives about an hour)."
        )
    if reply.status == 403 or reply.code == "S2SUnauthorized":
        return AccessDenied(
            f"{answer} Give the app the application permission {call.permission} in Entra and let "
            "an administrator consent to it; it can take some minutes to take effect."
        )
    return PermanentError(f"{answer} Run 'adoption check'; if it finds nothing, ask Microsoft.")


def _worded(reply: Reply, call: Call) -> str:
    who = "The download behind Graph" if reply.from_link else "Graph"
    answer = " ".join(part for part in (str(reply.status), reply.code) if part)
    message = redacted(reply.message)
    says = f": {message.rstrip('.')}" if message else ""
    return f"{who} answered {answer} when asked for {call.what}{says}{reference(reply.request_id)}."


def reference(request_id: str) -> str:
    """What Microsoft's support asks for, to end a sentence with."""
    return f" (request-id {request_id})" if request_id else ""


def redacted(text: str) -> str:
    """The first line of `text` without links, addresses and tokens, at most 300 characters."""
    lines = text.strip().splitlines()
    return _PRIVATE.sub("(left out)", lines[0])[:300] if lines else ""
