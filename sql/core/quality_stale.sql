-- How long ago the newest day was that is complete for every leadership channel.
--
-- Without any such day the value is unknown, and the check has failed all the same. Where the
-- tenant has no leadership channel at all, or only period files have been brought by hand, there is
-- nothing to wait for, and no row.
--
-- grain: check_name, scope, day

with

leadership as (
    select bool_or(is_leadership) as has_leadership
    from core.channel
),

imported as (
    select count(*) as window_count
    from core.period_window
),

newest as (
    select max(last_complete_day) as last_complete_day
    from core.evaluation_day
)

select
    'stale' as check_name,
    getvariable('organisation') as scope,
    getvariable('as_of') as day,
    case
        when getvariable('as_of') - newest.last_complete_day <= stale_after_days() then 'pass'
        else 'fail'
    end as result,
    getvariable('as_of') - newest.last_complete_day as value,
    stale_after_days() as threshold
from newest
cross join leadership
cross join imported
where
    leadership.has_leadership
    and (newest.last_complete_day is not null or imported.window_count = 0)
