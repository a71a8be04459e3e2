-- One unit whose headcount in the register cannot be right: fewer heads than persons, or so many
-- that it looks like a total of the units below, which would count their staff twice.
--
-- grain: check_name, scope, day
-- column is_small: The value would count a group too small to show.

with

compared as (
    select
        core.unit.unit as scope,
        core.newest_window.window_end as day,
        core.unit_headcount.headcount,
        core.unit_headcount.account,
        core.unit_funnel.staff - core.unit_headcount.staff as staff_below
    from core.newest_window
    inner join core.unit_headcount using (window_end)
    inner join core.unit_funnel using (window_end, unit_id)
    inner join core.unit using (unit_id)
    where core.unit_headcount.headcount is not null
)

select
    'headcount_below_persons' as check_name,
    scope,
    day,
    'warn' as result,
    headcount < getvariable('min_group') as is_small,
    case when not is_small then account end as value,
    case when not is_small then headcount end as threshold
from compared
where headcount < account
union all
select
    'headcount_looks_like_total' as check_name,
    scope,
    day,
    'warn' as result,
    true as is_small,
    cast(null as bigint) as value,
    cast(null as bigint) as threshold
from compared
where staff_below > 0 and headcount >= staff_below
