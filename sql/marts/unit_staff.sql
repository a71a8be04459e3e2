-- The staff of a unit as heads, as accounts and as full-time equivalents, on a window's last day.
--
-- Shown where marts.unit_reach shows the unit's staff.
--
-- grain: unit_id, window_end, window_days
-- column unit_id: The unit; see marts.unit.
-- column unit: The unit's name.
-- column window_end: Last day of the window.
-- column window_days: Length of the window in days.
-- column status: As in marts.unit_reach.
-- column staff: Expected heads in the unit, or its persons where those are more.
-- column account: Of those, with an account of their own.
-- column fte: Full-time equivalents of the expected heads, from HR's list; null where it does not
--     tell them for every unit below with staff.
-- fail: fte is null or staff is not null

select
    marts.unit_reach.unit_id,
    marts.unit_reach.unit,
    marts.unit_reach.window_end,
    marts.unit_reach.window_days,
    marts.unit_reach.status,
    marts.unit_reach.staff,
    marts.unit_reach.account,
    case when marts.unit_reach.staff is not null then core.unit_fte.fte end as fte
from marts.unit_reach
left join core.unit_fte using (unit_id, window_end)
