-- One unit on one Sunday on which its flags can be judged: its window is ok.
--
-- Flags are decided on true counts, but none may tell more than the published row does: of a coded
-- count they know only the range that its code leaves open, and a flag holds only if it holds at
-- that end of the range which is best for the unit. Pseudo-units are never flagged.
--
-- grain: unit_id, window_end
-- history: window_end for 28 days
-- column reached_low: The fewest people reached that the published row leaves open.
-- column reached_high: The most; where the count is published as it is, both are the count itself.
-- fail: reached_low <= reached_high and reached_high <= staff

with

judged as (
    select
        core.unit_window.unit_id,
        core.unit_window.window_end,
        core.unit_window.staff,
        core.unit_window.licensed,
        core.unit_window.reached,
        case
            when core.unit_window.licensed = 0 then 'exact'
            when core.unit_window.licensed < getvariable('min_group') then 'unknown'
            when core.unit_window.reached <= 2 then 'at most 2'
            when core.unit_window.reached >= core.unit_window.licensed - 2 then 'nearly all'
            else 'exact'
        end as shown_as
    from core.unit_window
    inner join core.unit_shown using (unit_id, window_end)
    inner join core.unit using (unit_id)
    where
        core.unit_shown.status = 'ok'
        and core.unit_window.day_count = 28
        and isodow(core.unit_window.window_end) = 7
        and not core.unit.is_pseudo
)

select
    unit_id,
    window_end,
    staff,
    case
        when shown_as in ('unknown', 'at most 2') then 0
        when shown_as = 'nearly all' then licensed - 2
        else reached
    end as reached_low,
    case
        when shown_as in ('unknown', 'nearly all') then licensed
        when shown_as = 'at most 2' then 2
        else reached
    end as reached_high
from judged
