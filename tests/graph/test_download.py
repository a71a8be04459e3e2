"""A whole report passes as it is; empty, cut and strange bodies do not."""

import pytest

from adoption.errors import PermanentError, TransientError
from adoption.graph.download import checked_report
from adoption.graph.errors import AccessDenied, Call, GraphUnavailable

CALL = Call("the report", permission="Reports.Read.All")
BOM = b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    "body",
    [
        BOM + b"Date,Name\r\n2026-11-20,Ann\r\n",
        b"Date,Name\n2026-11-20,Ann\n\n",
        BOM + b"Date,Name\r\n",
        b'Date,Name\r\n2026-11-20,"Aas, Ann"\r\n',
        b'Date,Name\r\n2026-11-20,"two\r\nlines"\r\n',
        b'Date,"Na\r\nme"\r\n2026-11-20,Ann\r\n',
    ],
    ids=["usual", "blank last line", "header alone", "comma in a cell", "line end in a cell", "-"],
)
def test_a_whole_file_is_returned_untouched(body: bytes) -> None:
    assert checked_report(body, CALL, request_id="r-1") == body


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (None, "an empty file"),
        (b"", "an empty file"),
        (BOM, "an empty file"),
        (b"\r\n", "an empty file"),
        (b"<html>Sign in</html>", "a web page (some gateway's or proxy's, perhaps)"),
        (b"Date,Na", "a file that ends in the middle of a line"),
        (b"Date,Name\r\n2026-11-20,An", "a file that ends in the middle of a line"),
        (b"Date,Name\r\n2026-11-20\r\n", "a file that ends in the middle of a line"),
        (b'Date,Name\r\n2026-11-20,"A\r\n', "a file that ends in the middle of a line"),
    ],
)
def test_an_empty_or_cut_file_is_worth_another_try(body: bytes | None, problem: str) -> None:
    with pytest.raises(TransientError) as caught:
        checked_report(body, CALL, request_id="r-1")

    assert str(caught.value) == (
        f"Graph delivered {problem} when asked for the report (request-id r-1). Nothing of it was "
        "kept; run the command again later."
    )


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"error":{"code":"S2SUnauthorized","message":"Invalid permission."}}', AccessDenied),
        (b'{"error":{"code":"TooManyRequests","message":"Wait."}}', GraphUnavailable),
        (b'{"Message":"JSON format is not supported."}', PermanentError),
        (b"{broken", PermanentError),
        (b'{"error":"text"}', PermanentError),
    ],
)
def test_an_error_object_instead_of_a_report_is_read_as_an_error(
    body: bytes, kind: type[Exception]
) -> None:
    with pytest.raises(kind) as caught:
        checked_report(BOM + body, CALL, request_id="r-1")

    assert type(caught.value) is kind
