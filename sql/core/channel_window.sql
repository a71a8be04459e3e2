-- One channel in one 28-day window: may its figures be shown?
--
-- One to four unknown days make a window partial, more make it no_data. After the channel's last
-- complete day nothing is trusted once the names are concealed or a week has gone by; where too
-- many persons lack a unit, nothing is trusted at all.
--
-- grain: channel, window_end
-- column incomplete_day_count: Days of the window of which the channel's figures are not known.

with

known as (
    select
        channel,
        coalesce(max(day) filter (where is_complete), date '0001-01-01') as last_complete_day
    from core.channel_day
    group by all
),

counted as (
    select
        core.channel_day.channel,
        core.evaluation_day.window_end,
        core.evaluation_day.is_quiet,
        28 - count(*) filter (where is_complete) as incomplete_day_count,
        28 - count(*) filter (where is_complete or is_concealed) as missing_day_count,
        core.evaluation_day.window_end > known.last_complete_day
        and getvariable('as_of') - known.last_complete_day > stale_after_days() as is_stale,
        bool_or(is_concealed and day > known.last_complete_day) as ends_concealed
    from core.evaluation_day
    inner join core.channel_day
        on core.channel_day.day between core.evaluation_day.window_start
        and core.evaluation_day.window_end
    inner join known using (channel)
    group by all
)

select
    counted.channel,
    counted.window_end,
    counted.incomplete_day_count,
    case
        when not core.channel.is_in_use then 'not_in_use'
        when counted.missing_day_count > bearable_day_count() then 'no_data'
        when
            counted.ends_concealed or counted.is_stale or core.placement_window.is_untrusted
            then 'not_trusted'
        when counted.incomplete_day_count > bearable_day_count() then 'no_data'
        when counted.incomplete_day_count > 0 then 'partial'
        when counted.is_quiet then 'quiet'
        else 'ok'
    end as status
from counted
inner join core.channel using (channel)
left join core.placement_window using (window_end)
