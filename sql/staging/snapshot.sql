-- One snapshot in the lake: a report for one day or period, when it was fetched and how fresh.
--
-- grain: report, day, period_days
-- column refresh_date: Newest Report Refresh Date seen in any of the channel's files at that pull.
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
    concealed_count
from lake.snapshot
