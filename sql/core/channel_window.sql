-- One channel in one 28-day window: may its figures be shown?
--
-- One to four unknown days make a window partial, more make it no_data. After the last day with
-- real names the tenant conceals them, and nothing that ends there is trusted.
--
-- grain: channel, window_end
-- column incomplete_day_count: Days of the window of which the channel's figures are not known.

with

counted as (
    select
        core.channel_day.channel,
        core.evaluation_day.window_end,
        28 - count(*) filter (where is_complete) as incomplete_day_count,
        28 - count(*) filter (where is_complete or is_concealed) as missing_day_count,
        bool_or(is_concealed and day > last_good.day_known) as ends_concealed
    from core.evaluation_day
    inner join core.channel_day
        on core.channel_day.day between core.evaluation_day.window_start
        and core.evaluation_day.window_end
    inner join (
        select
            channel,
            coalesce(max(day) filter (where is_complete), date '0001-01-01') as day_known
        from core.channel_day
        group by all
    ) as last_good using (channel)
    group by all
)

select
    counted.channel,
    counted.window_end,
    counted.incomplete_day_count,
    case
        when not core.channel.is_in_use then 'not_in_use'
        when counted.missing_day_count > 4 then 'no_data'
        when counted.ends_concealed then 'not_trusted'
        when counted.incomplete_day_count > 4 then 'no_data'
        when counted.incomplete_day_count > 0 then 'partial'
        else 'ok'
    end as status
from counted
inner join core.channel using (channel)
