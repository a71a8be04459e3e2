-- What this warehouse was built for: one row.
--
-- grain: as_of
-- column as_of: The day that counted as today.
-- column organisation: Name of the organisation.
-- column window_end: Last day of the newest window, after which exports are named; null if none.
-- column last_complete_day: Newest day known in full for every leadership channel.
-- column first_ok_window_end: Last day of the first window without reserve; null if none yet.

select
    getvariable('as_of') as as_of,
    getvariable('organisation') as organisation,
    max(core.evaluation_day.window_end) filter (where is_newest) as window_end,
    max(core.evaluation_day.last_complete_day) as last_complete_day,
    min(core.evaluation_window.window_end) filter (where status = 'ok') as first_ok_window_end
from core.evaluation_day
inner join core.evaluation_window using (window_end)
