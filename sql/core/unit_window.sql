-- One unit in one window: the funnel's true counts, and how far the window can be believed.
--
-- grain: unit_id, window_end

select
    core.unit_funnel.unit_id,
    core.unit_funnel.window_end,
    core.evaluation_window.day_count,
    core.evaluation_window.status,
    core.unit_funnel.staff,
    core.unit_funnel.account,
    core.unit_funnel.licensed,
    core.unit_funnel.onboarded,
    core.unit_funnel.active,
    core.unit_funnel.reached,
    core.unit_funnel.contributing
from core.unit_funnel
inner join core.evaluation_window using (window_end)
