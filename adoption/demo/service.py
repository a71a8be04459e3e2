"""The local Graph service: a World behind real HTTP on 127.0.0.1, as Microsoft Graph serves it.

Two origins, since Graph hands report files out from another host than its own, where the bearer
token must not follow. Planted faults (`Fault`) change the answers on the way out.
"""

import math
import re
import secrets
import threading
import time
import uuid
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from types import TracebackType
from typing import Literal, Self

from adoption.demo.directory import render_settings, render_skus, render_users
from adoption.demo.origin import Answer, Asked, serving
from adoption.demo.render import Refused, View, render_error, render_report, to_json
from adoption.demo.world import World

_LINK_SECONDS = 30.0
_JSON = {"Content-Type": "application/json"}
_FUNCTION = re.compile(r"/v1\.0/reports/(\w+)\((.*)\)")

Stage = Literal["graph", "download"]


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked. `path` is decoded, with its query; `status` is None if the line was cut."""

    method: str
    path: str
    status: int | None
    had_authorization: bool


@dataclass(slots=True)
class Fault:
    """A planted fault: it changes the answer to each request whose path `match` is found in.

    `match` is a regular expression on the decoded path; for `stage="download"` on the Graph path
    that led to the download. What is not given stays as it would have been, except that a `status`
    of its own starts from an empty answer. `body` may be a function of the true body. `cut` ends
    the body after so many bytes, noticeably unless `with_length` is False; `drop` closes the
    connection without a word. `times` counts down; None is for ever. The first that fits counts.
    """

    match: str
    stage: Stage = "graph"
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | Callable[[bytes], bytes] | None = None
    cut: int | None = None
    with_length: bool = True
    drop: bool = False
    times: int | None = None

    def fits(self, stage: Stage, path: str) -> bool:
        """Whether it is this fault's turn."""
        return self.stage == stage and self.times != 0 and bool(re.search(self.match, path))

    def changed(self, answer: Answer) -> Answer:
        """`answer` with the fault in it."""
        if self.status is not None:
            answer = Answer(self.status, body=answer.body if callable(self.body) else b"")
        if self.body is not None:
            body = self.body(answer.body) if callable(self.body) else self.body
            answer = replace(answer, body=body)
        return replace(
            answer,
            headers={**answer.headers, **self.headers},
            cut=self.cut,
            with_length=self.with_length,
            drop=self.drop,
        )


def error_fault(match: str, status: int, code: str, message: str, *, nested: bool = False) -> Fault:
    """A fault that answers with Graph's error body; `nested` as the reports service often does."""
    body = render_error(code, message, nested=nested)
    return Fault(match, status=status, headers=_JSON, body=body)


def missing_role(match: str) -> Fault:
    """What Graph answers when the token lacks the permission for it."""
    return error_fault(match, 403, "S2SUnauthorized", "Invalid permission.", nested=True)


def unknown_tenant(match: str) -> Fault:
    """What the reports service answers where it has never seen any use."""
    text = "We do not recognize this tenant ID. Please double-check the tenant ID and try again."
    return error_fault(match, 404, "UnknownTenantId", text, nested=True)


@dataclass(frozen=True, slots=True)
class _Link:
    """A report file waiting to be fetched, once."""

    path: str
    file: bytes
    expires: float


class GraphService:
    """Serves `world` as long as it is open (a context manager).

    `today`, `concealed`, `token` and `faults` may be set at any time; `requests` tells what was
    asked. Rendered files are kept, so a world must not change what it says of one `today`.
    `clock` (seconds) measures the throttling window and the life of download links.
    """

    def __init__(
        self,
        world: World,
        *,
        today: date,
        token: str | None = None,
        calls_per_window: int = 14,
        window_seconds: float = 600.0,
        page_size: int = 999,
        concealed: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.today = today
        self.token = token or secrets.token_urlsafe(24)
        self.concealed = concealed
        self.faults: list[Fault] = []
        self.requests: list[Request] = []
        self.endpoint = ""
        self._world = world
        self._page_size = page_size
        self._window_seconds = window_seconds
        self._clock = clock
        self._downloads = ""
        self._links: dict[str, _Link] = {}
        self._view = View(today, concealed)
        self._files: dict[tuple[str, str], bytes] = {}
        # The latest calls of each report function; when the oldest of them is still inside the
        # window, the next one is a call too many.
        self._calls: Mapping[str, deque[float]] = defaultdict(
            lambda: deque(maxlen=calls_per_window)
        )
        self._lock = threading.Lock()
        self._open = ExitStack()

    def __enter__(self) -> Self:
        graph = self._open.enter_context(serving(self._on_graph))
        self._downloads = self._open.enter_context(serving(self._on_download))
        self.endpoint = f"{graph}/v1.0"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._open.close()

    def _on_graph(self, asked: Asked) -> Answer:
        with self._lock:
            answer = self._faulty("graph", asked.path, self._graph_answer(asked))
            self._note(asked, answer)
        return answer

    def _graph_answer(self, asked: Asked) -> Answer:
        try:
            return self._true_answer(asked)
        except Refused as refusal:
            return Answer(refusal.status, _JSON, refusal.body)
        except Exception as error:  # a mistake in the world; it must not look like a dead network
            return Answer(500, _JSON, render_error("generalException", repr(error)))

    def _true_answer(self, asked: Asked) -> Answer:
        self._check(asked)
        if asked.path.startswith("/v1.0/reports/"):
            return self._report(asked)
        match asked.path:
            case "/v1.0/users":
                accounts = self._world.accounts(self.today)
                body = render_users(
                    accounts, asked.query, endpoint=self.endpoint, page_size=self._page_size
                )
            case "/v1.0/subscribedSkus":
                body = render_skus(self._world.skus(self.today))
            case "/v1.0/admin/reportSettings":
                body = render_settings(concealed=self.concealed)
            case _:
                raise _not_found(asked.path)
        return Answer(200, _JSON, body)

    def _check(self, asked: Asked) -> None:
        if asked.authorization != f"Bearer {self.token}":
            problem = "Lifetime validation failed." if asked.authorization else "Token is empty."
            raise Refused(
                401, "InvalidAuthenticationToken", f"Access token is not valid. {problem}"
            )
        if asked.method != "GET":
            raise Refused(405, "Request_BadRequest", f"{asked.method} is not allowed here.")

    def _report(self, asked: Asked) -> Answer:
        called = _FUNCTION.fullmatch(asked.path)
        if not called:
            raise _not_found(asked.path)
        function, argument = called.groups()
        if wait := self._wait(function):
            return _throttled(wait)
        if asked.query:
            raise Refused(400, "InvalidArgument", "JSON format is not supported.", nested=True)
        file = self._file(function, argument)
        token = secrets.token_urlsafe(32)
        self._links[token] = _Link(asked.path, file, self._clock() + _LINK_SECONDS)
        return Answer(302, {"Location": f"{self._downloads}/data/download?token={token}"})

    def _wait(self, function: str) -> float:
        """Seconds until the function may be called again, this call counted; 0: it may now."""
        now = self._clock()
        calls = self._calls[function]
        too_many = len(calls) == calls.maxlen and now < calls[0] + self._window_seconds
        calls.append(now)
        return calls[0] + self._window_seconds - now if too_many else 0.0

    def _file(self, function: str, argument: str) -> bytes:
        """The rendered report; kept until today or the privacy switch changes."""
        view = View(self.today, self.concealed)
        if view != self._view:
            self._view = view
            self._files.clear()
        key = (function, argument)
        if key not in self._files:
            self._files[key] = render_report(self._world, function, argument, view)
        return self._files[key]

    def _on_download(self, asked: Asked) -> Answer:
        with self._lock:
            answer = self._download_answer(asked)
            self._note(asked, answer)
        return answer

    def _download_answer(self, asked: Asked) -> Answer:
        if asked.authorization is not None:
            return Answer(
                401, {"Content-Type": "text/html"}, b"<p>A token has no business here.</p>"
            )
        link = self._links.pop(asked.query.get("token", ""), None)
        if asked.path != "/data/download" or link is None or self._clock() > link.expires:
            return Answer(403, {"Content-Type": "text/html"}, b"<p>The link has expired.</p>")
        answer = Answer(200, {"Content-Type": "application/octet-stream"}, link.file)
        return self._faulty("download", link.path, answer)

    def _faulty(self, stage: Stage, path: str, answer: Answer) -> Answer:
        fault = next((fault for fault in self.faults if fault.fits(stage, path)), None)
        if fault is None:
            return answer
        if fault.times is not None:
            fault.times -= 1
        return fault.changed(answer)

    def _note(self, asked: Asked, answer: Answer) -> None:
        status = None if answer.drop else answer.status
        had_authorization = asked.authorization is not None
        self.requests.append(Request(asked.method, asked.full, status, had_authorization))


def _not_found(path: str) -> Refused:
    segment = path.rpartition("/")[2]
    return Refused(400, "BadRequest", f"Resource not found for the segment '{segment}'.")


def _throttled(wait: float) -> Answer:
    inner = {"code": "429", "message": "Please retry after", "status": "429"}
    error = {
        "code": "TooManyRequests",
        "innerError": {**inner, "request-id": str(uuid.uuid4())},
        "message": "Please retry again later.",
    }
    retry_after = f"{math.ceil(wait * 1000) / 1000:.3f}"
    return Answer(429, {**_JSON, "Retry-After": retry_after}, to_json({"error": error}))
