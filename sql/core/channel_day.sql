-- One channel on one day: do we know what happened there?
--
-- Settled: fetched at least three days after the day, when the channel's newest refresh had
-- reached it. Complete: settled with rows that can be believed; or, on a day off, settled without
-- rows while a later day has some. Everything else is unknown, not silence.
--
-- grain: channel, day
-- column is_held_back: Its rows cannot be believed: a gate has failed.
-- column is_silent: Nobody was there, as far as a report without rows on a day off can tell.
-- column has_figures: Something is known, if not for good: rows to believe, or a complete day off.

with

failed as (
    select distinct
        channel,
        day
    from core.gate_day
    where result = 'fail'
),

reported as (
    select
        core.daily_report.channel,
        core.daily_report.day,
        core.daily_report.row_count > 0 as has_rows,
        failed.day is not null as is_held_back,
        core.daily_report.is_settled,
        max(core.daily_report.day) filter (where core.daily_report.row_count > 0) over (
            partition by core.daily_report.channel
        ) as last_day_with_rows
    from core.daily_report
    left join failed
        on core.daily_report.channel = failed.channel and core.daily_report.day = failed.day
),

judged as (
    select
        core.channel.channel,
        core.day.day,
        coalesce(reported.is_held_back, false) as is_held_back,
        coalesce(reported.has_rows and not reported.is_held_back, false) as has_names,
        coalesce(
            not reported.has_rows
            and not reported.is_held_back
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
    is_held_back,
    is_silent,
    has_names or (is_silent and is_settled) as has_figures,
    (has_names or is_silent) and is_settled as is_complete
from judged
