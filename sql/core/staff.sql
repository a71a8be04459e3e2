-- One person on the last day of a window, and the unit that they belong to on it.
--
-- grain: window_end, person_id

select
    core.evaluation_day.window_end,
    core.placement.person_id,
    core.placement.unit_id,
    core.placement.plan_set_id
from core.placement
inner join core.evaluation_day on core.placement.day = core.evaluation_day.window_end
