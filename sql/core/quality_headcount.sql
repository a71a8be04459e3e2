-- One unit whose headcount cannot be right: fewer heads than persons, or so many that it looks like
-- a total of the units below, which would count their staff twice.
--
-- The numbers are of the people placed directly in the unit. They are told only where they follow
-- from what is shown anyway: of the unit and of all right below it, and in no small group.
--
-- grain: check_name, scope, day
-- column is_small: The value would count a group too small to show, or give a hidden one away.

with

family as (
    select
        unit_id as head_id,
        unit_id
    from core.unit
    union all
    select
        parent_id as head_id,
        unit_id
    from core.unit
    where parent_id is not null
),

shown as (
    select
        family.head_id as unit_id,
        bool_and(core.unit_shown.status in ('ok', 'partial', 'quiet')) as is_shown
    from core.newest_window
    inner join core.unit_shown using (window_end)
    inner join family using (unit_id)
    group by all
),

compared as (
    select
        core.unit.unit as scope,
        core.newest_window.window_end as day,
        core.unit_headcount.headcount,
        core.unit_headcount.account,
        core.unit_funnel.staff - core.unit_headcount.staff as staff_below,
        not coalesce(shown.is_shown, false)
        or least(core.unit_headcount.headcount, core.unit_headcount.account)
        < getvariable('min_group') as is_hidden
    from core.newest_window
    inner join core.unit_headcount using (window_end)
    inner join core.unit_funnel using (window_end, unit_id)
    inner join core.unit using (unit_id)
    left join shown using (unit_id)
    where core.unit_headcount.headcount is not null
)

select
    'headcount_below_persons' as check_name,
    scope,
    day,
    'warn' as result,
    is_hidden as is_small,
    case when not is_hidden then account end as value,
    case when not is_hidden then headcount end as threshold
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
