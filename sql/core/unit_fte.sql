-- Full-time equivalents of one unit with everything below it on the last day of a window.
--
-- Null unless HR tells them for every unit below that has staff: a part would read as the whole.
-- People outside the tree of units stand in HR's list under their own units.
--
-- grain: unit_id, window_end

with

told as (
    select
        core.unit_ancestor.ancestor_id as unit_id,
        core.unit_headcount.window_end,
        core.unit_headcount.fte,
        core.unit_headcount.fte is not null
        or core.unit_headcount.staff = 0
        or core.unit.is_pseudo as is_told
    from core.unit_headcount
    inner join core.unit using (unit_id)
    inner join core.unit_ancestor using (unit_id)
)

select
    unit_id,
    window_end,
    case when bool_and(is_told) then sum(fte) end as fte
from told
group by all
