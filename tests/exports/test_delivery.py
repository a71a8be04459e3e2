"""Cards and mails over real sockets: what arrives, what is refused, what is never said."""

import datetime as dt
import ssl
from collections.abc import Iterator

import pytest
import trustme

from adoption.errors import AdoptionError, PermanentError, TransientError
from adoption.exports.delivery import make_mail, post_card, send_mail
from adoption.settings import Mail
from tests.exports.listening import MailServer, Workflow, mail_listening, workflow_listening
from tests.graph.tls import Posted, Said, tls_serving

NOW = dt.datetime(2026, 3, 1, 5, 30, tzinfo=dt.UTC)
CARD = {"type": "message", "text": 'Svømmehallen 🏊‍♀️, "Nord" <b>'}
TEXT = 'Svømmehallen 🏊‍♀️, "Nord" <b>\n.\n=1+1\n'
SENDER, ANN, BOB = "adoption@fjordvik.example", "ann@fjordvik.example", "bob@fjordvik.example"


@pytest.fixture
def workflow() -> Iterator[Workflow]:
    with workflow_listening() as listening:
        yield listening


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_listening() as listening:
        yield listening


def mail_to(server: MailServer, *to: str, starttls: bool = False) -> Mail:
    host = "localhost" if starttls else "127.0.0.1"
    return Mail(host=host, port=server.port, sender=SENDER, to=to, starttls=starttls)


def test_a_card_arrives_as_it_was(workflow: Workflow) -> None:
    post_card(workflow.url, CARD)

    assert workflow.cards == [CARD]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, PermanentError), (404, PermanentError), (307, PermanentError), (302, PermanentError),
     (429, TransientError), (503, TransientError)],
)  # fmt: skip
def test_a_refusal_is_told_without_the_secret_and_no_redirect_is_followed(
    workflow: Workflow, status: int, kind: type[AdoptionError]
) -> None:
    workflow.status = status

    with pytest.raises(kind, match=f"answered {status}") as caught:
        post_card(workflow.url, CARD)

    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    ["http://example.org/s3cret", "ftp://127.0.0.1/s3cret", "s3cret", "https:///s3cret",
     "http://127.0.0.1:99999/s3cret", "http://127.0.0.1:1/s3 cret\n", "http://127.0.0.1:1/s3crét"],
)  # fmt: skip
def test_an_address_that_is_none_or_not_safe_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(PermanentError, match="ADOPTION_TEAMS_WEBHOOK is no address") as caught:
        post_card(url, CARD)

    assert "s3" not in str(caught.value)


def test_a_workflow_that_nobody_listens_at_may_be_there_later() -> None:
    with workflow_listening() as gone:
        url = gone.url

    with pytest.raises(TransientError, match="cannot be reached"):
        post_card(url, CARD)


def test_a_card_goes_over_tls_to_whom_the_certificate_names_and_to_nobody_else() -> None:
    authority, posted = trustme.CA(), list[Posted]()
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)

    def take(request: Posted) -> Said:
        posted.append(request)
        return Said(202)

    with tls_serving(authority, take) as url:
        post_card(f"{url}/hook", CARD, tls=trusting)
        with pytest.raises(TransientError, match="CERTIFICATE_VERIFY_FAILED"):
            post_card(f"{url}/hook", CARD)

    assert [(request.method, request.path) for request in posted] == [("POST", "/hook")]


def test_a_mail_arrives_with_every_sign_in_place(server: MailServer) -> None:
    mail = mail_to(server, ANN, BOB)

    refused = send_mail(mail, make_mail(mail, subject="Nådd: 78,9 % 🎉", text=TEXT, now=NOW))

    (arrived,) = server.mails
    assert (list(refused), arrived["Subject"], arrived["To"]) == (
        [], "Nådd: 78,9 % 🎉", f"{ANN}, {BOB}",
    )  # fmt: skip
    assert arrived.get_content() == TEXT
    assert arrived["Date"] == "Sun, 01 Mar 2026 05:30:00 +0000"


def test_the_same_text_is_the_same_mail_to_a_mail_program(server: MailServer) -> None:
    mail = mail_to(server, ANN)

    first, again = (make_mail(mail, subject="x", text=TEXT, now=NOW)["Message-ID"] for _ in "ab")

    assert first == again
    assert first != make_mail(mail, subject="x", text="other", now=NOW)["Message-ID"]


def test_an_address_that_is_refused_is_named_and_the_others_have_the_mail(
    server: MailServer,
) -> None:
    server.unknown = frozenset({BOB})
    mail = mail_to(server, ANN, BOB)

    refused = send_mail(mail, make_mail(mail, subject="x", text=TEXT, now=NOW))

    assert (refused, len(server.mails)) == ([BOB], 1)


def test_the_password_goes_out_only_behind_tls() -> None:
    authority = trustme.CA()
    served, trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("localhost").configure_cert(served)
    authority.configure_trust(trusting)

    with mail_listening(served) as server:
        server.password = "hunter2"
        mail = mail_to(server, ANN, starttls=True)
        message = make_mail(mail, subject="x", text=TEXT, now=NOW)
        send_mail(mail, message, password="hunter2", tls=trusting)

    assert server.log == ["ehlo", "STARTTLS", "ehlo", "AUTH", "mail", "rcpt", "data", "quit"]
    assert [mail.get_content() for mail in server.mails] == [TEXT]


def test_a_server_without_tls_gets_neither_password_nor_mail(server: MailServer) -> None:
    mail = mail_to(server, ANN, starttls=True)

    with pytest.raises(TransientError, match="did not take the mail"):
        send_mail(mail, make_mail(mail, subject="x", text=TEXT, now=NOW), password="hunter2")

    assert (server.log, server.mails) == (["ehlo"], [])


def test_a_wrong_password_is_told_without_the_password(server: MailServer) -> None:
    server.password = "another"
    mail = mail_to(server, ANN)

    with pytest.raises(TransientError, match="535") as caught:
        send_mail(mail, make_mail(mail, subject="x", text=TEXT, now=NOW), password="hunter2")

    assert "hunter2" not in str(caught.value)


def test_a_mail_server_that_is_not_there_may_be_there_later() -> None:
    with mail_listening() as gone:
        mail = mail_to(gone, ANN)

    with pytest.raises(TransientError, match=r"127\.0\.0\.1, port \d+, cannot be reached"):
        send_mail(mail, make_mail(mail, subject="x", text=TEXT, now=NOW))
