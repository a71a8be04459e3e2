-- How many people did what in one channel on a day, by Graph's own count, as of one refresh of it.
--
-- The channels' own totals one after the other.
--
-- grain: channel, day, report_date
-- column day: Day of the report's refresh.
-- column is_active: Whether any of the counts is above zero.
-- column totals: The counts, by the counter of the person report whose people they count.

select
    'teams' as channel,
    day,
    report_date,
    is_active,
    totals
from staging.teams_user_counts
union all
select
    'viva_engage' as channel,
    day,
    report_date,
    is_active,
    totals
from staging.viva_engage_user_counts
union all
select
    'sharepoint' as channel,
    day,
    report_date,
    is_active,
    totals
from staging.sharepoint_user_counts
