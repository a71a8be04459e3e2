-- One channel on one day: do we know what happened there?
--
-- Settled: fetched at least three days after the day, when the channel's newest refresh had
-- reached it. Complete: settled with rows and real names; or, on a day off, settled without rows
-- while a later day has some. Everything else is unknown, not silence.
--
-- grain: channel, day
-- column is_landed: A report for the day has landed, settled or not.
-- column is_concealed: Most of its rows carry masks instead of names.

with

reported as (
    select
        channel,
        day,
        row_count,
        concealed_count * 2 > row_count as is_concealed,
        fetched_on - day >= getvariable('settling_days')
        and coalesce(refresh_date >= day, true) as is_settled,
        max(day) filter (where row_count > 0) over (partition by channel) as last_day_with_rows
    from staging.snapshot
    where grain = 'person_day' and period_days = 1
)

select
    core.channel.channel,
    core.day.day,
    reported.day is not null as is_landed,
    coalesce(reported.is_concealed, false) as is_concealed,
    coalesce(
        reported.is_settled
        and not reported.is_concealed
        and (
            reported.row_count > 0
            or (not core.day.is_working_day and core.day.day < reported.last_day_with_rows)
        ),
        false
    ) as is_complete
from core.channel
cross join core.day
left join reported
    on core.channel.channel = reported.channel and core.day.day = reported.day
