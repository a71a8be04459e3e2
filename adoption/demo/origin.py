"""Small HTTP origins on 127.0.0.1 that hand each request to a function and send what it returns.

Every connection carries one request and is then closed, so that leaving an origin can wait for all
its threads; it also makes a body without a length legal.
"""

import re
import socketserver
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote

_IDLE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came in; the double slash that Microsoft's SDK sends is folded."""

    method: str
    target: str
    authorization: str | None

    @property
    def path(self) -> str:
        """Decoded, without the query."""
        return re.sub("/{2,}", "/", unquote(self.target.partition("?")[0]))

    @property
    def query(self) -> Mapping[str, str]:
        """The query's parameters, decoded."""
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    @property
    def full(self) -> str:
        """Path and query, decoded, as one text."""
        query = unquote(self.target.partition("?")[2])
        return f"{self.path}?{query}" if query else self.path


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes over the wire; `cut` ends the body after so many bytes, `drop` sends nothing."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut: int | None = None
    with_length: bool = True
    drop: bool = False


@contextmanager
def serving(answer: Callable[[Asked], Answer]) -> Iterator[str]:
    """An origin that answers requests until it is left; leaving it waits for its threads."""
    server = _Server(answer)
    loop = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    loop.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        loop.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that server_close waits for them; none outlives _IDLE_SECONDS
    request_queue_size = 128

    def __init__(self, answer: Callable[[Asked], Answer]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer

    def server_bind(self) -> None:
        """Binds without HTTPServer's look-up of the host's name, which can take seconds offline."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.socket.getsockname()[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing: what reaches this is a client that hung up."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = _IDLE_SECONDS
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        asked = Asked(self.command, self.path, self.headers.get("Authorization"))
        answer = self.server.answer(asked)
        self.close_connection = True
        if not answer.drop:
            self._send(answer)

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.with_length:
            self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body[: answer.cut])

    def log_message(self, format: str, *args: object) -> None:
        """Keeps quiet: a test's or the demo's terminal is not a web server's log."""
