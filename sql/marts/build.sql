-- What this warehouse was built for: one row.
--
-- grain: as_of
-- history: none
-- column as_of: The day that counted as today.
-- column organisation: Name of the organisation.
-- column window_end: Last day of the newest window, after which exports are named; null if none.
-- column last_complete_day: Newest day known in full for every leadership channel.
-- column first_ok_window_end: Last day of the first window without reserve; null if none yet.

with

ended as (
    select
        max(window_end) filter (where is_newest) as newest_day,
        max(window_end) filter (where day_count <> 28) as newest_period,
        max(last_complete_day) as last_complete_day
    from core.evaluation_day
),

begun as (
    select min(window_end) filter (where status = 'ok' and day_count = 28) as first_ok_window_end
    from core.evaluation_window
)

select
    getvariable('as_of') as as_of,
    getvariable('organisation') as organisation,
    coalesce(ended.newest_day, ended.newest_period) as window_end,
    ended.last_complete_day,
    begun.first_ok_window_end
from ended
cross join begun
