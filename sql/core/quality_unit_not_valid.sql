-- One unit in which the directory places persons on a day on which the register does not have it.
--
-- grain: check_name, scope, day

select
    'unit_not_valid' as check_name,
    core.unit.unit as scope,
    core.newest_window.window_end as day,
    'warn' as result
from core.newest_window
inner join core.unit_headcount using (window_end)
inner join core.unit using (unit_id)
where core.unit_headcount.account > 0 and not core.unit_headcount.is_valid
