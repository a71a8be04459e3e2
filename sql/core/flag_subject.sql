-- One unit on one Sunday on which its flags can be judged: its window is ok.
--
-- Flags are decided on true counts, but none may tell which of the counts behind a code it is: a
-- coded count enters as the middle of the range that its code leaves open, whatever lies beneath.
-- Pseudo-units are never flagged.
--
-- grain: unit_id, window_end
-- history: window_end for 28 days
-- column reached: The count, or the middle of its coded range.
-- fail: reached <= staff

select
    core.unit_window.unit_id,
    core.unit_window.window_end,
    core.unit_window.staff,
    case
        when core.unit_window.licensed = 0 then 0
        when core.unit_window.licensed < getvariable('min_group')
            then core.unit_window.licensed // 2
        when core.unit_window.reached <= 2 then 1
        when core.unit_window.reached >= core.unit_window.licensed - 2
            then core.unit_window.licensed - 1
        else core.unit_window.reached
    end as reached
from core.unit_window
inner join core.unit_shown using (unit_id, window_end)
inner join core.unit using (unit_id)
where
    core.unit_shown.status = 'ok'
    and core.unit_window.day_count = 28
    and isodow(core.unit_window.window_end) = 7
    and not core.unit.is_pseudo
