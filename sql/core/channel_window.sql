-- One channel in one window: may its figures be shown?
--
-- One to four unknown days make a window partial, more make it no_data. After the channel's last
-- complete day nothing is trusted once its rows cannot be believed or a week has gone by; where too
-- many persons lack a unit, nothing is trusted at all. Days off without rows are complete, but
-- prove nothing: where no other day can be believed, their window is not trusted either.
--
-- grain: channel, window_end
-- column incomplete_day_count: Days of the window of which the channel's figures are not known.

with

known as (
    select
        channel,
        coalesce(max(day) filter (where is_complete), date '0001-01-01') as last_complete_day,
        coalesce(
            max(day) filter (where is_complete and not is_silent), date '0001-01-01'
        ) as last_good_day
    from core.channel_day
    group by all
),

counted as (
    select
        core.channel_day.channel,
        core.evaluation_day.window_end,
        core.evaluation_day.is_quiet,
        28 - count(*) filter (where is_complete) as incomplete_day_count,
        28 - count(*) filter (where is_complete or is_held_back) as missing_day_count,
        core.evaluation_day.window_end > known.last_complete_day
        and getvariable('as_of') - known.last_complete_day > stale_after_days() as is_stale,
        bool_or(is_held_back and day > known.last_complete_day)
        or (
            incomplete_day_count > bearable_day_count()
            and bool_or(is_held_back and day > known.last_good_day)
        ) as ends_held_back
    from core.evaluation_day
    inner join core.channel_day
        on core.channel_day.day between core.evaluation_day.window_start
        and core.evaluation_day.window_end
    inner join known using (channel)
    where core.evaluation_day.day_count = 28
    group by all
)

select
    counted.channel,
    counted.window_end,
    28 as day_count,
    counted.incomplete_day_count,
    case
        when not core.channel.is_in_use then 'not_in_use'
        when counted.missing_day_count > bearable_day_count() then 'no_data'
        when
            counted.ends_held_back or counted.is_stale or core.placement_window.is_untrusted
            then 'not_trusted'
        when counted.incomplete_day_count > bearable_day_count() then 'no_data'
        when counted.incomplete_day_count > 0 then 'partial'
        when counted.is_quiet then 'quiet'
        else 'ok'
    end as status
from counted
inner join core.channel using (channel)
left join core.placement_window using (window_end)
union all
select
    channel,
    window_end,
    day_count,
    incomplete_day_count,
    status
from core.period_channel_window
