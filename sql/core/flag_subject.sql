-- One unit on one Sunday on which its flags can be judged: its window is ok.
--
-- Flags are decided on true counts, but none may tell which of the counts behind a code it is: a
-- coded count enters as the middle of the range that its code leaves open, whatever lies beneath.
-- So does a number of a few licensed people that is not shown. Pseudo-units are never flagged.
--
-- grain: unit_id, window_end
-- history: window_end for 28 days
-- column reached: The count, or the middle of its coded range.
-- fail: reached <= staff

select
    core.unit_window.unit_id,
    core.unit_window.window_end,
    core.unit_window.staff,
    middle(
        core.unit_window.reached,
        coalesce(core.unit_shown.licensed, getvariable('min_group') // 2)
    ) as reached
from core.unit_window
inner join core.unit_shown using (unit_id, window_end)
inner join core.unit using (unit_id)
where
    core.unit_shown.status = 'ok'
    and core.unit_window.day_count = 28
    and isodow(core.unit_window.window_end) = 7
    and not core.unit.is_pseudo
