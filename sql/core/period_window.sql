-- One window that imported period files give: so many days, up to the day that their data reach.
--
-- Reports exported in the same minute may reach up to two days apart; together they are one window,
-- named after the last of them. Of several periods that end on one day the one nearest to four
-- weeks stands. Where a channel of leadership's is missing, the window stands all the same, and
-- says so.
--
-- grain: window_end
-- column day_count: Length of the window.

with

candidate as (
    select distinct
        core.period_file.day as window_end,
        core.period_file.period_days
    from core.period_file
),

wanted as (
    select
        candidate.window_end,
        candidate.period_days,
        core.channel.channel,
        count(core.period_file.day) > 0 as is_there
    from candidate
    cross join core.channel
    left join core.period_file
        on core.channel.channel = core.period_file.channel
        and candidate.period_days = core.period_file.period_days
        and core.period_file.day between candidate.window_end - 2 and candidate.window_end
    where core.channel.is_leadership
    group by all
),

judged as (
    select
        window_end,
        period_days,
        bool_and(is_there) as is_whole
    from wanted
    group by all
)

select
    judged.window_end,
    judged.period_days as day_count
from judged
left join judged as later
    on judged.period_days = later.period_days
    and later.window_end between judged.window_end + 1 and judged.window_end + 2
    and later.is_whole
where judged.is_whole or later.window_end is null
qualify
    row_number() over (
        partition by judged.window_end
        order by
            judged.is_whole desc, list_position([30, 90, 180, 7], cast(judged.period_days as int))
    ) = 1
