"""A workflow and a mail server on this machine, which take what is sent over real sockets."""

import base64
import json
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(slots=True)
class Workflow:
    """Answers each post with `status`, and keeps the cards that it took."""

    status: int = 202
    url: str = ""
    cards: list[Any] = field(default_factory=list)


@contextmanager
def workflow_listening() -> Iterator[Workflow]:
    workflow = Workflow()

    class Handler(BaseHTTPRequestHandler):
        timeout = 5.0

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if workflow.status < 300:
                workflow.cards.append(json.loads(body))
            self.send_response(workflow.status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with _serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        workflow.url = f"http://127.0.0.1:{port}/workflows/1/invoke?sig=s3cret"
        yield workflow


@dataclass(slots=True)
class MailServer:
    """Keeps the mails that it took, and who logged in; refuses the addresses in `unknown`."""

    port: int = 0
    unknown: frozenset[str] = frozenset()
    password: str | None = None
    mails: list[EmailMessage] = field(default_factory=list)
    log: list[str] = field(default_factory=list)


@contextmanager
def mail_listening(tls: ssl.SSLContext | None = None) -> Iterator[MailServer]:
    server = MailServer()

    class Handler(socketserver.StreamRequestHandler):
        timeout = 5.0

        def handle(self) -> None:
            self.say("220 here")
            while line := self.rfile.readline().decode().strip():
                word, _, rest = line.partition(" ")
                server.log.append(word)
                if not self.answer(word.upper(), rest):
                    return

        def answer(self, word: str, rest: str) -> bool:
            if word == "EHLO":
                offers = ["STARTTLS"] if tls and "STARTTLS" not in server.log else ["AUTH PLAIN"]
                self.say("250-here", *(f"250 {offer}" for offer in offers))
            elif word == "STARTTLS" and tls:
                self.say("220 go on")
                self.request = tls.wrap_socket(self.request, server_side=True)
                self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb")
            elif word == "AUTH":
                given = base64.b64decode(rest.split()[1]).decode().split("\0")[2]
                self.say("235 welcome" if given == server.password else "535 no such password")
            elif word == "RCPT":
                is_known = rest.split("<")[1].rstrip(">") not in server.unknown
                self.say("250 yes" if is_known else "550 no such mailbox")
            elif word == "DATA":
                self.say("354 go on")
                lines = iter(self.rfile.readline, b".\r\n")
                body = b"".join(line.removeprefix(b".") for line in lines)
                server.mails.append(
                    message_from_bytes(body.replace(b"\r\n", b"\n"), policy=policy.default)
                )
                self.say("250 taken")
            else:
                self.say("221 bye" if word == "QUIT" else "250 yes")
            return word != "QUIT"

        def finish(self) -> None:
            super().finish()
            self.request.close()  # the one over TLS, which the server does not know of

        def say(self, *lines: str) -> None:
            self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())
            self.wfile.flush()

    with _serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)) as port:
        server.port = port
        yield server


@contextmanager
def _serving(server: socketserver.TCPServer) -> Iterator[int]:
    loop = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    loop.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        loop.join()
