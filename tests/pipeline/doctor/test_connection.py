"""`adoption check` on the way to Graph: the line, the certificate, the clock."""

from datetime import UTC, datetime, timedelta

import pytest
import trustme

from adoption.pipeline.doctor.connection import clock_finding
from adoption.pipeline.doctor.finding import Finding, failed, passed, skipped, warned
from tests.graph.tls import Said, tls_serving
from tests.pipeline.doctor.checking import Setup, by_result, the


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [
        (timedelta(minutes=5), passed("clock", "This machine's clock agrees with Graph's.")),
        (timedelta(minutes=6), "This machine's clock is 6 minutes ahead of Graph's."),
        (-timedelta(hours=24), "This machine's clock is 24 hours behind Graph's."),
        (timedelta(hours=25), "This machine's clock is 25 hours ahead of Graph's."),
        (-timedelta(days=400), "This machine's clock is 400 days behind Graph's."),
    ],
    ids=str,
)
def test_a_clock_that_is_wrong_is_told(ahead: timedelta, expected: Finding | str) -> None:
    theirs = datetime(2026, 11, 24, 12, tzinfo=UTC)

    found = clock_finding(theirs + ahead, theirs)

    if isinstance(expected, str):
        tell = warned if abs(ahead) <= timedelta(days=1) else failed
        advice = "Set it, and keep it right with a time service (NTP)."
        expected = tell("clock", expected, advice=advice)
    assert found == expected


def test_without_a_time_from_graph_the_clock_is_not_judged() -> None:
    reason = "Graph's answer carries no time to compare with."

    assert clock_finding(datetime(2026, 11, 24, tzinfo=UTC), None) == skipped("clock", reason)


def test_where_graph_cannot_be_reached_the_rest_is_skipped_but_for_what_needs_no_graph(
    setup: Setup,
) -> None:
    setup.configure(endpoint="http://127.0.0.1:9/v1.0")

    findings = setup.examine()

    assert the(findings, "connection") == failed(
        "connection",
        "127.0.0.1, port 9 cannot be reached (ConnectError: [Errno 111] Connection refused).",
        advice="Check the network, [graph] endpoint, and any proxy or firewall on the way.",
    )
    assert by_result(findings, "skip") == [
        *("clock", "credential", "permission", "report", "report settings", "licences"),
        *("channel teams", "channel viva_engage", "channel sharepoint"),
        *("directory", "unit attribute", "unit values"),
    ]
    assert by_result(findings, "pass")[-4:] == [
        *("unit register", "freshness lake", "freshness data", "freshness warehouse"),
    ]


def test_a_name_that_does_not_resolve_and_a_certificate_that_is_not_trusted_are_told_apart(
    setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    setup.configure(endpoint="https://graph.invalid/v1.0")
    unresolved = the(setup.examine(), "connection")
    with tls_serving(trustme.CA(), lambda _: Said(200)) as url:
        setup.configure(endpoint=f"{url}/v1.0")
        untrusted = the(setup.examine(), "connection")

    assert unresolved == failed(
        "connection",
        "DNS: the name graph.invalid cannot be resolved.",
        advice="Check [graph] endpoint and this machine's name servers; where only a proxy leads "
        "out, set HTTPS_PROXY.",
    )
    assert untrusted == failed(
        "connection",
        "TLS: the certificate of localhost is not trusted (unable to get local issuer "
        "certificate).",
        advice="Check this machine's clock; behind a proxy that opens TLS, set SSL_CERT_FILE and "
        "REQUESTS_CA_BUNDLE to the file of its authority.",
    )
