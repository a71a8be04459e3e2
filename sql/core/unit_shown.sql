-- The funnel of one unit in one window as it may be shown.
--
-- grain: unit_id, window_end
-- history: window_end
-- column status: That of the window, or suppressed; see marts.unit_reach.
-- column coded: Columns that are shown as a bound, or not at all.

select
    core.unit_window.unit_id,
    core.unit_window.window_end,
    core.unit_window.day_count,
    case
        when
            has_figures(core.unit_window.status) and coalesce(core.publication.is_hidden, true)
            then 'suppressed'
        else core.unit_window.status
    end as status,
    core.publication.shown[1] as staff,
    core.publication.shown[2] as account,
    core.publication.shown[3] as licensed,
    core.publication.shown[4] as onboarded,
    core.publication.shown[5] as active,
    core.publication.shown[6] as reached,
    core.publication.shown[7] as contributing,
    coalesce(core.publication.coded, []) as coded
from core.unit_window
left join core.publication
    on core.unit_window.unit_id = core.publication.unit_id
    and core.unit_window.window_end = core.publication.window_end
    and core.publication.channel = ''
