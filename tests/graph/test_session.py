"""Trouble on the way: what is tried again, how long it waits, when it gives up and what it says."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from azure.core.credentials import AccessToken

from adoption.demo.service import Fault, GraphService, error_fault
from adoption.errors import DayOutOfReach, PermanentError, TransientError
from adoption.graph.client import GraphClient
from adoption.graph.credential import Credential, make_credential
from adoption.graph.errors import NoUsageData, TokenRefused
from adoption.settings import Graph
from tests.demo.small_world import on
from tests.graph.tenant import DAY, FUNCTION, JSON, REPORT, TODAY, WHAT, Tenant


def throttled(retry_after: str | None, *, times: int | None = 1) -> Fault:
    fault = error_fault(FUNCTION, 429, "TooManyRequests", "Please retry again later.")
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return Fault(FUNCTION, status=429, headers={**JSON, **headers}, body=fault.body, times=times)


def failure(tenant: Tenant, kind: type[Exception], **asked: Any) -> str:
    """The message of the error that the next fetch ends in, without its request-ids."""
    with pytest.raises(kind) as caught:
        tenant.fetch(**asked)
    assert type(caught.value) is kind or kind is TransientError
    return re.sub(r" \(request-id \S+\)", "", str(caught.value))


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_passing_failure_is_tried_again(tenant: Tenant, status: int) -> None:
    tenant.service.faults.append(Fault(FUNCTION, status=status, times=2))

    tenant.fetch()

    assert tenant.statuses == [status, status, 302, 200]


@pytest.mark.parametrize(("status", "attempts"), [(503, 4), (429, 5)])
def test_after_the_last_attempt_it_says_what_came_and_what_to_do(
    tenant: Tenant, status: int, attempts: int
) -> None:
    tenant.service.faults.append(Fault(FUNCTION, status=status))

    message = failure(tenant, TransientError)

    assert tenant.statuses == [status] * attempts
    assert message.startswith(f"Graph answered {status} when asked for {WHAT}. ")
    assert message.endswith(f" run the command again later. Tried {attempts} times.")


def test_waits_grow_and_jitter_when_graph_does_not_say_how_long(tenant: Tenant) -> None:
    tenant.service.faults.append(Fault(FUNCTION, status=500))

    failure(tenant, TransientError)

    first, second, third = tenant.clock.waits
    assert (1 <= first <= 3, 2 <= second <= 6, 4 <= third <= 12) == (True, True, True)


@pytest.mark.parametrize(
    ("retry_after", "seconds"), [("7", 7.0), ("2.128", 2.128), ("600", 600.0), ("3600", 3600.0)]
)
def test_it_waits_as_long_as_graph_asks(tenant: Tenant, retry_after: str, seconds: float) -> None:
    tenant.service.faults.append(throttled(retry_after))

    tenant.fetch()

    # The pause and nothing more: the hold on this report ends at the same moment.
    assert (tenant.clock.waits, tenant.statuses) == ([seconds], [429, 302, 200])


def test_a_date_in_retry_after_is_waited_for(tenant: Tenant) -> None:
    in_five_minutes = format_datetime(datetime.now(UTC) + timedelta(seconds=300), usegmt=True)
    tenant.service.faults.append(throttled(in_five_minutes))

    tenant.fetch()

    (wait,) = tenant.clock.waits
    assert 290 <= wait <= 300


@pytest.mark.parametrize("retry_after", [None, "0", "soon", "Mon, 01 Jan 2024 00:00:00 GMT"])
def test_without_a_usable_retry_after_it_backs_off(tenant: Tenant, retry_after: str | None) -> None:
    tenant.service.faults.append(throttled(retry_after))

    tenant.fetch()

    (wait,) = tenant.clock.waits
    assert 1 <= wait <= 3


def test_a_long_wait_is_announced_in_plain_words(tenant: Tenant) -> None:
    tenant.service.faults.append(throttled("600"))

    tenant.fetch()

    assert tenant.told == [f"Graph asks to wait 10 minutes before {WHAT} can be asked for again."]


def test_more_than_an_hour_is_not_waited_for(tenant: Tenant) -> None:
    tenant.service.faults.append(throttled("7200"))

    message = failure(tenant, TransientError)

    assert (tenant.clock.waits, tenant.statuses) == ([], [429])
    assert message.endswith("Tried once. Graph asks to wait 120 minutes.")


def test_our_own_pacing_keeps_within_graphs_limit(tenant: Tenant) -> None:
    paced = tenant.with_settings(requests_per_10_minutes=12)

    async def month(graph: GraphClient) -> None:
        for _ in range(28):
            await graph.fetch_report(REPORT, day=DAY)

    paced.ask(month)

    assert tenant.statuses == [302, 200] * 28
    assert tenant.clock.waits == [600.0, 600.0]
    assert tenant.told[0] == (
        f"Waiting 10 minutes with {WHAT}: Graph allows so many calls per report in 10 minutes."
    )


def test_attempts_that_failed_count_in_the_pacing(tenant: Tenant) -> None:
    tenant.service.faults.append(throttled("7", times=2))

    tenant.with_settings(requests_per_10_minutes=2).fetch()

    assert tenant.clock.waits == [7.0, 7.0, 586.0]


def test_what_graph_throttles_itself_is_waited_for(tenant: Tenant) -> None:
    async def too_many(graph: GraphClient) -> None:
        for _ in range(15):
            await graph.fetch_report(REPORT, day=DAY)

    tenant.ask(too_many)

    assert tenant.statuses == [302, 200] * 14 + [429, 302, 200]
    assert tenant.clock.waits == [600.0]


def test_a_throttled_report_holds_back_its_other_days(tenant: Tenant) -> None:
    tenant.service.faults.append(throttled("340"))

    async def two_days(graph: GraphClient) -> None:
        first = asyncio.create_task(graph.fetch_report(REPORT, day=on(20)))
        while not tenant.clock.waits:
            await asyncio.sleep(0.01)
        tenant.clock.now -= 100  # the first is still waiting when the second comes
        await asyncio.gather(first, graph.fetch_report(REPORT, day=on(19)))

    tenant.ask(two_days)

    assert tenant.clock.waits[0] == 340.0
    assert tenant.clock.waits[1] == pytest.approx(100.0)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(FUNCTION, drop=True, times=1),
        Fault(FUNCTION, stage="download", drop=True, times=1),
        Fault(FUNCTION, stage="download", cut=100, times=1),
        Fault(FUNCTION, stage="download", cut=100, with_length=False, times=1),
        Fault(FUNCTION, stage="download", cut=-40, with_length=False, times=1),
        Fault(FUNCTION, stage="download", body=b"", times=1),
        Fault(FUNCTION, stage="download", body=b"\xef\xbb\xbf", times=1),
        Fault(FUNCTION, stage="download", status=500, times=1),
        Fault(FUNCTION, status=200, times=1),
    ],
    ids=["no answer", "no download", "cut, noticed", "cut, unnoticed", "cut near the end",
         "zero bytes", "BOM alone", "500 from the link", "no redirect"],
)  # fmt: skip
def test_a_broken_download_is_fetched_again_by_a_new_link(tenant: Tenant, fault: Fault) -> None:
    whole = tenant.fetch()
    tenant.service.faults.append(fault)

    assert tenant.fetch() == whole
    assert [path for path, _ in tenant.asked][-2:] == [
        f"/v1.0/reports/{FUNCTION}(date=2026-11-20)",
        "/data/download",
    ]


def test_a_download_that_is_cut_each_time_is_refused(tenant: Tenant) -> None:
    tenant.service.faults.append(Fault(FUNCTION, stage="download", cut=100, with_length=False))

    assert failure(tenant, TransientError) == (
        f"Graph delivered a file that ends in the middle of a line when asked for {WHAT}. Nothing "
        "of it was kept; run the command again later. Tried 4 times."
    )


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_an_expired_link_is_never_asked_again(tenant: Tenant, status: int) -> None:
    tenant.service.faults.append(Fault(FUNCTION, stage="download", status=status, times=1))

    tenant.fetch()

    assert tenant.statuses == [302, status, 302, 200]
    assert len({request.path for request in tenant.service.requests}) == 3


def test_a_service_that_cannot_be_reached_is_a_transient_error(tenant: Tenant) -> None:
    tenant.service.endpoint = "http://127.0.0.1:1/v1.0"

    assert failure(tenant, TransientError) == (
        f"The connection failed when Graph was asked for {WHAT} (ConnectError: All connection "
        "attempts failed). Check the network, [graph] endpoint and any proxy, or run the command "
        "again later. Tried 4 times."
    )


@pytest.mark.parametrize("day", [on(24), on(25), TODAY.replace(month=10, day=20)])
def test_a_day_that_graph_does_not_serve_is_an_error_of_its_own(tenant: Tenant, day: Any) -> None:
    message = failure(tenant, DayOutOfReach, day=day)

    assert tenant.statuses == [400]
    assert message.startswith(f"Graph answered 400 InvalidArgument when asked for {FUNCTION} of")


def test_a_tenant_without_usage_data_is_told_so(tenant: Tenant) -> None:
    text = "We do not recognize this tenant ID. Please double-check the tenant ID and try again."
    tenant.service.faults.append(error_fault(FUNCTION, 404, "UnknownTenantId", text, nested=True))

    assert failure(tenant, NoUsageData) == (
        f"Graph answered 404 UnknownTenantId when asked for {WHAT}: {text} Graph has no usage data "
        "of this tenant yet. Check [graph] tenant_id; a new tenant needs a few days of use first."
    )


def test_a_report_that_graph_does_not_have_is_told_with_where_to_look(tenant: Tenant) -> None:
    text = "Resource not found for the segment 'getSharePointActivityUserDetail'."
    tenant.service.faults.append(error_fault(FUNCTION, 400, "BadRequest", text))

    assert failure(tenant, NoUsageData) == (
        f"Graph answered 400 BadRequest when asked for {WHAT}: {text} Graph does not have this for "
        "the tenant, or not in its cloud. Check [graph] endpoint; it must end in the version, as "
        "in https://graph.microsoft.com/v1.0."
    )


def test_a_token_that_is_not_accepted_is_a_permanent_error(tenant: Tenant) -> None:
    tenant.credential = make_credential(Graph(), {"ADOPTION_ACCESS_TOKEN": "expired"})

    message = failure(tenant, TokenRefused)

    assert (tenant.statuses, "expired" in message.split("ADOPTION")[0]) == ([401], True)
    assert message.startswith(
        f"Graph answered 401 InvalidAuthenticationToken when asked for {WHAT}"
    )


class Source:
    """Counts how often it is made."""

    made = 0

    def __init__(self, service: GraphService) -> None:
        self.service = service
        Source.made += 1

    async def get_token(self, *_scopes: str, **_kwargs: Any) -> AccessToken:
        return AccessToken(self.service.token, 2**40)

    async def close(self) -> None:
        pass


def test_a_token_that_the_service_lost_is_fetched_afresh_once(tenant: Tenant) -> None:
    lost = "Valid Authorization header is needed."
    tenant.service.faults.append(error_fault(FUNCTION, 403, "MissingCredentials", lost))
    Source.made = 0
    tenant.credential = Credential(lambda: Source(tenant.service), "Counted")

    message = failure(tenant, TransientError)

    assert (tenant.statuses, Source.made) == ([403, 403], 2)
    assert message.startswith(f"Graph answered 403 MissingCredentials when asked for {WHAT}: ")


def test_an_html_error_page_is_an_error_like_another(tenant: Tenant) -> None:
    page = {"Content-Type": "text/html"}
    tenant.service.faults.append(
        Fault(FUNCTION, status=400, headers=page, body=b"<h1>Bad Request</h1>")
    )

    assert failure(tenant, PermanentError) == (
        f"Graph answered 400 when asked for {WHAT}. Run 'adoption check'; if it finds nothing, ask "
        "Microsoft."
    )


def test_no_message_tells_an_address_a_link_or_a_token(tenant: Tenant) -> None:
    said = f"ann@fjordvik.no at https://reports.example/x?token=abc with {'e' * 80} is wrong"
    tenant.service.faults.append(error_fault(FUNCTION, 400, "BadRequest", said))

    assert failure(tenant, PermanentError).startswith(
        f"Graph answered 400 BadRequest when asked for {WHAT}: (left out) at (left out) with "
        "(left out) is wrong. "
    )
