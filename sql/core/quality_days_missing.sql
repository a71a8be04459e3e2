-- One channel in use: how many days of the newest window are not known?
--
-- grain: check_name, scope, day

select
    'days_missing' as check_name,
    core.channel_window.channel as scope,
    core.newest_window.window_end as day,
    case
        when core.channel_window.incomplete_day_count = 0 then 'pass'
        when core.channel_window.incomplete_day_count <= bearable_day_count() then 'warn'
        else 'fail'
    end as result,
    core.channel_window.incomplete_day_count as value,
    bearable_day_count() as threshold
from core.newest_window
inner join core.channel_window using (window_end)
inner join core.channel using (channel)
where core.channel.is_in_use and core.channel_window.day_count = 28
