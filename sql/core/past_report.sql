-- What was known of one day's report: when it was fetched and how many rows it had.
--
-- Gates compare a day with the four weeks before it, and a channel is in use once it has had rows;
-- these facts outlive the rows that they count.
--
-- grain: report, day, period_days
-- history: whole

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
    is_unknown
from staging.snapshot
where grain = 'person_day' and period_days = 1
