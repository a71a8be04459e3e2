"""Sends a message: to a Teams workflow over HTTPS, or by mail over SMTP with STARTTLS.

Both addresses are somebody else's machines, so nothing goes out in the clear but to this machine.
A workflow's address is a secret: whoever has it may post, so no error names it.
"""

import datetime as dt
import hashlib
import http.client
import json
import smtplib
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from adoption.errors import PermanentError, TransientError
from adoption.settings import LOOPBACK_HOSTS, Mail, is_safe_endpoint

_TIMEOUT = 30.0
_TRY_LATER = frozenset({408, 429})


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the message, and perhaps the secret, to where nobody sent it."""

    def redirect_request(self, *_: Any) -> None:
        return None


def post_card(url: str, card: Mapping[str, Any], *, tls: ssl.SSLContext | None = None) -> None:
    """Posts `card` to a workflow's address.

    Raises PermanentError for an address that is none, not safe or not (any longer) in use,
    TransientError where a later try may work.
    """
    if not is_safe_endpoint(url):
        raise PermanentError(
            "ADOPTION_TEAMS_WEBHOOK is no address that a message may be sent to. It must be https; "
            "http is allowed only for a service on this machine. Copy the address from the "
            "workflow again."
        )
    try:
        request = urllib.request.Request(
            url,
            data=json.dumps(card, ensure_ascii=False).encode(),
            headers={"Content-Type": "application/json; charset=utf-8"},
        )
        with _opener(url, tls).open(request, timeout=_TIMEOUT) as answer:
            answer.read()
    except urllib.error.HTTPError as error:
        error.close()
        raise _refusal(error.code) from error
    except (http.client.InvalidURL, UnicodeError):
        raise PermanentError(
            "ADOPTION_TEAMS_WEBHOOK is no address. Copy it from the workflow again."
        ) from None  # the error's own text holds the address
    except (http.client.HTTPException, OSError) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        raise TransientError(f"The Teams workflow cannot be reached ({_said(reason)}).") from error


def _opener(url: str, tls: ssl.SSLContext | None) -> urllib.request.OpenerDirector:
    """Proxies of the environment count, except to this machine: a proxy is elsewhere."""
    proxies: dict[str, str] | None = {} if urlsplit(url).hostname in LOOPBACK_HOSTS else None
    return urllib.request.build_opener(
        _NoRedirect,
        urllib.request.ProxyHandler(proxies),
        urllib.request.HTTPSHandler(context=tls or ssl.create_default_context()),
    )


def _refusal(status: int) -> PermanentError | TransientError:
    if status in _TRY_LATER or status >= 500:
        return TransientError(f"The Teams workflow answered {status}.")
    return PermanentError(
        f"The Teams workflow answered {status}. Check that it is switched on, that anyone may "
        "trigger it, and that ADOPTION_TEAMS_WEBHOOK is its address."
    )


def make_mail(mail: Mail, *, subject: str, text: str, now: dt.datetime) -> EmailMessage:
    """`text` as a mail; the same text gets the same id, so that a double is known as one."""
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = mail.sender
    message["To"] = ", ".join(mail.to)
    message["Date"] = format_datetime(now)
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    message["Message-ID"] = f"<{digest}@{mail.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # no out-of-office answers
    message.set_content(text)
    return message


def send_mail(
    mail: Mail, message: EmailMessage, *, password: str = "", tls: ssl.SSLContext | None = None
) -> Sequence[str]:
    """Sends `message` and returns the addresses that the server refused, if not all.

    Raises TransientError where nothing was sent; a later try may work.
    """
    try:
        smtp = smtplib.SMTP(mail.host, mail.port, timeout=_TIMEOUT)
    except (smtplib.SMTPException, OSError) as error:
        raise TransientError(f"{_server(mail)} cannot be reached ({_said(error)}).") from error
    try:
        if mail.starttls:
            smtp.starttls(context=tls or ssl.create_default_context())
        if password:
            smtp.login(mail.user or mail.sender, password)
        refused = smtp.send_message(message)
        with suppress(smtplib.SMTPException, OSError):  # it has the mail; its farewell is its own
            smtp.quit()
    except (smtplib.SMTPException, OSError) as error:
        raise TransientError(f"{_server(mail)} did not take the mail ({_said(error)}).") from error
    finally:
        smtp.close()
    return list(refused)


def _server(mail: Mail) -> str:
    return f"The mail server {mail.host}, port {mail.port},"


def _said(error: object) -> str:
    return f"{type(error).__name__}: {error}".rstrip(".: ")
