-- One day on which a window ends that we give figures for.
--
-- The Sundays, and the newest day that is complete for every leadership channel. Sundays after
-- that day stand too, up to today less the settling days, so that missing data shows as a gap.
--
-- Windows whose days are gone from the lake are not made again: they are kept as published.
--
-- Windows have 28 days; another length only where imported period files give a window, on a day on
-- which none of 28 days ends.
--
-- grain: window_end
-- column day_count: Length of the window.
-- column last_complete_day: Newest day complete for every leadership channel; null if none is.
-- column is_quiet: Fewer than half of the window's weekdays are working days.
-- column window_days: The window's days as a bit string over core.day.day_number; null where the
--     window is of a period file, which does not tell its days apart.

with

leadership_day as (
    select day
    from core.channel_day
    inner join core.channel using (channel)
    where is_leadership
    group by all
    having bool_and(is_complete)
),

newest as (
    select
        max(day) as last_complete_day,
        greatest(max(day), getvariable('as_of') - getvariable('settling_days')) as last_sunday
    from leadership_day
),

last_day as (
    select
        core.day.day as window_end,
        core.day.day - 27 as window_start,
        newest.last_complete_day,
        coalesce(core.day.day = newest.last_complete_day, false) as is_newest
    from core.day
    cross join newest
    where
        core.day.day = newest.last_complete_day
        or (
            isodow(core.day.day) = 7
            and core.day.day between getvariable('frozen_before') and newest.last_sunday
        )
)

select
    last_day.window_end,
    last_day.window_start,
    28 as day_count,
    last_day.last_complete_day,
    last_day.is_newest,
    count(*) filter (where core.day.is_working_day) < 10 as is_quiet,
    bitstring_agg(core.day.day_number, 0, getvariable('last_day_number')) as window_days
from last_day
inner join core.day on core.day.day between last_day.window_start and last_day.window_end
group by all
union all
select
    core.period_window.window_end,
    core.period_window.window_end - core.period_window.day_count + 1 as window_start,
    core.period_window.day_count,
    cast(null as date) as last_complete_day,
    false as is_newest,
    count(*) filter (where config.calendar.is_working_day) * 2
    < count(*) filter (where isodow(config.calendar.day) < 6) as is_quiet,
    cast(null as bit) as window_days
from core.period_window
inner join config.calendar
    on config.calendar.day between core.period_window.window_end - core.period_window.day_count + 1
    and core.period_window.window_end
left join last_day using (window_end)
where
    last_day.window_end is null
    and core.period_window.window_end >= getvariable('frozen_before')
group by all
