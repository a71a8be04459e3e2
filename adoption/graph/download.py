"""Whether the bytes that came are a whole CSV report: cut and empty downloads look like success.

A body without a length is handed on as it is when the line breaks in the middle, by httpx too
(measured); and the reports service has been seen to send nothing at all with status 200.
"""

import codecs
import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

from adoption.errors import AdoptionError
from adoption.graph.errors import Call, GraphUnavailable, Reply, reference, refusal, unwrapped


def checked_report(body: bytes | None, call: Call, *, request_id: str) -> bytes:
    """`body`, if it is a whole CSV file of at least a header line.

    Raises GraphUnavailable on an empty, cut or strange one; on an error object that came instead
    of a report, with status 200, what that error means.
    """
    text = (body or b"").removeprefix(codecs.BOM_UTF8).lstrip()
    if text.startswith(b"{"):
        raise _error_object(text, call, request_id)
    problem = _problem(text)
    if body is None or problem:
        raise GraphUnavailable(
            f"Graph delivered {problem} when asked for {call.what}{reference(request_id)}. Nothing "
            "of it was kept; run the command again later."
        )
    return body


def _problem(text: bytes) -> str:
    if not text:
        return "an empty file"
    if text.startswith(b"<"):
        return "a web page (some gateway's or proxy's, perhaps)"
    if not text.endswith(b"\n") or len(_last_row(text)) < len(_first_row(text)):
        return "a file that ends in the middle of a line"
    return ""


def _first_row(text: bytes) -> Sequence[str]:
    return next(_rows(text.partition(b"\n")[0]), [])


def _last_row(text: bytes) -> Sequence[str]:
    line = text.rstrip(b"\r\n").rpartition(b"\n")[2]
    if line.count(b'"') % 2 == 0:
        return next(_rows(line), [])
    if text.count(b'"') % 2:
        return []  # a quoted cell was never closed
    # The line begins inside a quoted cell that holds a line end.
    return [row for row in _rows(text) if row][-1]


def _rows(text: bytes) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text.decode("utf-8", "replace"), newline=""))


def _error_object(text: bytes, call: Call, request_id: str) -> AdoptionError:
    try:
        answer: Any = json.loads(text)
    except ValueError:
        answer = {}
    error = answer.get("error")
    if not isinstance(error, dict):
        error = {"message": answer.get("Message")}
    code, message = unwrapped(str(error.get("code") or ""), str(error.get("message") or ""))
    return refusal(Reply(200, code or "an error object", message, request_id), call)
