-- One snapshot in the lake: a report for one day or period, when it was fetched and how fresh.
--
-- grain: report, day, period_days
-- column refresh_date: Newest Report Refresh Date seen in any of the channel's files at that pull.
-- column is_unknown: Graph knows no such report of this tenant.
-- column is_page: As many rows came as a page of Graph's has; null where row_count tells.
-- column refused_count: Rows that could not be used, and did not land.
-- column deleted_count: Rows marked deleted, without the guests among them.
-- column idle_count: Rows of which no counter is above zero.
-- column concealed_count: Rows whose name is no plausible name.

select
    report,
    day,
    period_days,
    channel,
    grain,
    fetched_on,
    refresh_date,
    row_count,
    concealed_count,
    guest_count,
    deleted_count,
    idle_count,
    refused_count,
    is_unknown,
    is_page
from lake.snapshot
