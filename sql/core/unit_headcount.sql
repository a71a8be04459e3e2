-- Expected staff placed directly in one unit on the last day of a window, where the register says.
--
-- Where fewer heads are expected than there are persons, the persons count.
--
-- grain: unit_id, window_end
-- column headcount: As the register has it; null where it has none, or none that is valid then.
-- column staff: What counts.

select
    core.unit.unit_id,
    core.evaluation_day.window_end,
    register.headcount,
    coalesce(core.unit_people.account, 0) as account,
    greatest(register.headcount, core.unit_people.account, 0) as staff
from core.unit
cross join core.evaluation_day
left join core.unit_people
    on core.unit.unit_id = core.unit_people.unit_id
    and core.evaluation_day.window_end = core.unit_people.window_end
left join config.unit as register
    on core.unit.unit_id = register.unit_id
    and core.evaluation_day.window_end
    between coalesce(register.valid_from, date '0001-01-01')
    and coalesce(register.valid_to, date '9999-12-31')
