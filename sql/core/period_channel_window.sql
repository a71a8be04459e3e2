-- One channel in one window that imported period files give: may its figures be shown?
--
-- grain: channel, window_end
-- column incomplete_day_count: Days of the window of which the channel's figures are not known.
-- column match_rate: Share of the file's rows, guests and deleted ones aside, that find an account.

with

matched as (
    select
        channel,
        window_end,
        share(
            count(*) filter (where is_expected and person_id is not null),
            count(*) filter (where is_expected)
        ) as match_rate
    from core.period_activity
    group by all
)

select
    core.period_channel.channel,
    core.period_channel.window_end,
    core.period_channel.day_count,
    case
        when core.period_channel.file_day is null then core.period_channel.day_count
        else 0
    end as incomplete_day_count,
    matched.match_rate,
    case
        when not core.period_channel.is_in_use then 'not_in_use'
        when core.period_channel.file_day is null then 'no_data'
        when
            core.period_channel.is_concealed
            or matched.match_rate < min_match_rate()
            or coalesce(core.placement_window.is_untrusted, false)
            then 'not_trusted'
        when core.evaluation_day.is_quiet then 'quiet'
        else 'ok'
    end as status
from core.period_channel
inner join core.evaluation_day
    on core.period_channel.window_end = core.evaluation_day.window_end
    and core.period_channel.day_count = core.evaluation_day.day_count
left join matched
    on core.period_channel.channel = matched.channel
    and core.period_channel.window_end = matched.window_end
left join core.placement_window
    on core.period_channel.window_end = core.placement_window.window_end
