-- One channel on one day: do we know what happened there?
--
-- Settled: fetched at least three days after the day, when the channel's newest refresh had
-- reached it. Complete: settled with rows and real names; or, on a day off, settled without rows
-- while a later day has some. Everything else is unknown, not silence.
--
-- grain: channel, day
-- column is_concealed: Most of its rows carry masks instead of names.
-- column has_figures: Something is known, if not for good: rows with names, or a complete day off.

with

reported as (
    select
        channel,
        day,
        row_count > 0 as has_rows,
        concealed_count * 2 > row_count as is_concealed,
        fetched_on - day >= getvariable('settling_days')
        and coalesce(refresh_date >= day, true) as is_settled,
        max(day) filter (where row_count > 0) over (partition by channel) as last_day_with_rows
    from staging.snapshot
    where grain = 'person_day' and period_days = 1
),

judged as (
    select
        core.channel.channel,
        core.day.day,
        coalesce(reported.is_concealed, false) as is_concealed,
        coalesce(reported.has_rows and not reported.is_concealed, false) as has_names,
        coalesce(
            not reported.has_rows
            and not core.day.is_working_day
            and core.day.day < reported.last_day_with_rows,
            false
        ) as is_silent,
        coalesce(reported.is_settled, false) as is_settled
    from core.channel
    cross join core.day
    left join reported
        on core.channel.channel = reported.channel and core.day.day = reported.day
)

select
    channel,
    day,
    is_concealed,
    has_names or (is_silent and is_settled) as has_figures,
    (has_names or is_silent) and is_settled as is_complete
from judged
