-- How many persons count as licensed by what they did, not by a plan that we know.
--
-- grain: check_name, scope, day
-- column is_small: The value would count a group too small to show.

with

counted as (
    select
        core.newest_window.window_end,
        sum(core.unit_people.repaired) as repaired
    from core.newest_window
    inner join core.unit_people using (window_end)
    group by all
)

select
    'licence_repaired' as check_name,
    getvariable('organisation') as scope,
    window_end as day,
    case when repaired > 0 then 'warn' else 'pass' end as result,
    repaired between 1 and getvariable('min_group') - 1 as is_small,
    case when not is_small then repaired end as value,
    0 as threshold
from counted
