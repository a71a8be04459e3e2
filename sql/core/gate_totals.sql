-- One settled day's report: does it know as many people as Graph counts itself, action by action?
--
-- Fewer by more than a few: rows are missing. More is only worth a note.
--
-- Graph counts those who have been erased as well; as many may be missing in a report as there are
-- names on their list.
--
-- grain: check_name, channel, day
-- column value: People of the action that is furthest off, one that lacks people before all others.
-- column threshold: Graph's own count of them.

with

compared as (
    select
        core.daily_report.channel,
        core.daily_report.day,
        staging.counter.above_zero_count as people,
        core.total_day.person_count as total,
        case
            when is_far_below(people + getvariable('erased_names'), total) then 'fail'
            when is_far_below(total, people) then 'warn'
            else 'pass'
        end as result
    from core.daily_report
    inner join staging.counter
        on core.daily_report.report = staging.counter.report
        and core.daily_report.day = staging.counter.day
        and staging.counter.period_days = 1
    inner join core.total_day
        on core.daily_report.channel = core.total_day.channel
        and core.daily_report.day = core.total_day.day
        and staging.counter.counter = core.total_day.counter
    where core.daily_report.is_settled and core.daily_report.row_count > 0
)

select
    'totals' as check_name,
    channel,
    day,
    result,
    people as value,
    total as threshold
from compared
qualify
    row_number() over (
        partition by channel, day
        order by
            list_position(['fail', 'warn', 'pass'], result),
            abs(total - people) desc,
            total desc,
            people desc
    ) = 1
