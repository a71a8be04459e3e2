-- One channel in one window that imported period files give, and the file that tells of it.
--
-- grain: channel, window_end
-- column file_day: The day that the file's data reach; null where no file of the channel fits.

select
    core.channel.channel,
    core.period_window.window_end,
    core.period_window.day_count,
    core.channel.is_in_use,
    core.period_file.day as file_day,
    coalesce(core.period_file.is_concealed, false) as is_concealed
from core.period_window
cross join core.channel
left join core.period_file
    on core.channel.channel = core.period_file.channel
    and core.period_window.day_count = core.period_file.period_days
    and core.period_file.day
    between core.period_window.window_end - 2 and core.period_window.window_end
qualify
    row_number() over (
        partition by core.channel.channel, core.period_window.window_end
        order by core.period_file.day desc nulls last
    ) = 1
