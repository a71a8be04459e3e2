-- One 28-day window for the organisation as a whole: may reach be shown, and with what reserve?
--
-- Leadership's channels decide; an unknown day in any other channel in use only makes it partial.
-- After the last day that is complete for all of them, nothing is shown. Imported period files may
-- lack a channel that is not leadership's, which makes their window partial as well.
--
-- grain: window_end
-- history: window_end

with

channels as (
    select
        core.channel_window.window_end,
        bool_or(is_leadership) as has_leadership,
        bool_or(is_leadership and status = 'no_data') as is_missing,
        bool_or(is_leadership and status = 'not_trusted') as is_untrusted,
        bool_or(is_in_use and incomplete_day_count > 0) as is_partial
    from core.channel_window
    inner join core.channel using (channel)
    group by all
)

select
    core.evaluation_day.window_end,
    core.evaluation_day.day_count,
    case
        when not channels.has_leadership then 'not_in_use'
        when channels.is_missing then 'no_data'
        when channels.is_untrusted then 'not_trusted'
        when
            core.evaluation_day.day_count = 28
            and core.evaluation_day.window_end
            > coalesce(core.evaluation_day.last_complete_day, date '0001-01-01')
            then 'no_data'
        when channels.is_partial then 'partial'
        when core.evaluation_day.is_quiet then 'quiet'
        else 'ok'
    end as status
from core.evaluation_day
inner join channels using (window_end)
