-- How many persons stand outside the tree of units: those the register does not know, and those
-- whose unit is blank.
--
-- grain: check_name, scope, day
-- column is_small: The value would count a group too small to show.

with

placed as (
    select
        core.placement_window.window_end,
        core.placement_window.account,
        core.placement_window.is_untrusted,
        unnest(['unmapped_department', 'no_department']) as check_name,
        unnest([core.placement_window.unmapped_count, core.placement_window.blank_count]) as persons
    from core.newest_window
    inner join core.placement_window using (window_end)
)

select
    check_name,
    getvariable('organisation') as scope,
    window_end as day,
    case
        when persons = 0 then 'pass'
        when check_name = 'no_department' and is_untrusted then 'fail'
        else 'warn'
    end as result,
    persons between 1 and getvariable('min_group') - 1 as is_small,
    case
        when is_small then null
        when check_name = 'no_department' then share(persons, account)
        else persons
    end as value,
    case when check_name = 'no_department' then blank_unit_limit() end as threshold
from placed
