-- One unit in one window: the funnel's true counts, and whether they may be shown.
--
-- grain: unit_id, window_end
-- column is_coded: Only a few are licensed, so what they did would speak of known people.

select
    core.unit_funnel.unit_id,
    core.unit_funnel.window_end,
    core.evaluation_window.day_count,
    case
        when core.evaluation_window.status in ('not_in_use', 'no_data', 'not_trusted')
            then core.evaluation_window.status
        when core.unit_funnel.staff < getvariable('min_group') then 'suppressed'
        else core.evaluation_window.status
    end as status,
    core.unit_funnel.licensed between 1 and getvariable('min_group') - 1 as is_coded,
    core.unit_funnel.staff,
    core.unit_funnel.account,
    core.unit_funnel.licensed,
    core.unit_funnel.onboarded,
    core.unit_funnel.active,
    core.unit_funnel.reached,
    core.unit_funnel.contributing
from core.unit_funnel
inner join core.evaluation_window using (window_end)
