-- What this warehouse was built for: one row.
--
-- grain: as_of
-- column as_of: The day that counted as today.
-- column organisation: Name of the organisation.
-- column window_end: Last day of the newest window, after which exports are named; null if none.
-- column last_complete_day: Newest day known in full for every leadership channel.
-- column first_ok_window_end: Last day of the first window without reserve; null if none yet.

with

ended as (
    select
        core.evaluation_day.window_end,
        core.evaluation_day.day_count,
        core.evaluation_day.last_complete_day,
        core.evaluation_day.is_newest,
        core.evaluation_window.status
    from core.evaluation_day
    inner join core.evaluation_window using (window_end)
)

select
    getvariable('as_of') as as_of,
    getvariable('organisation') as organisation,
    coalesce(
        max(window_end) filter (where is_newest),
        max(window_end) filter (where day_count <> 28)
    ) as window_end,
    max(last_complete_day) as last_complete_day,
    min(window_end) filter (where status = 'ok' and day_count = 28) as first_ok_window_end
from ended
