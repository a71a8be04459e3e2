-- One unit on one Sunday on which its flags can be judged: its window is ok.
--
-- Decided on the true counts. Pseudo-units are never flagged.
--
-- grain: unit_id, window_end

select
    core.unit_window.unit_id,
    core.unit_window.window_end,
    core.unit_window.staff,
    core.unit_window.reached
from core.unit_window
inner join core.unit_shown using (unit_id, window_end)
inner join core.unit using (unit_id)
where
    core.unit_shown.status = 'ok'
    and core.unit_window.day_count = 28
    and isodow(core.unit_window.window_end) = 7
    and not core.unit.is_pseudo
