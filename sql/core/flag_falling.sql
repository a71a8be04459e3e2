-- One unit on one Sunday: is its reach lower than 28 days before, by enough and beyond chance?
--
-- The two windows share no day. Without an ok window 28 days before nobody can say, and the
-- Sunday has no row: it counts neither way. A hair's breadth is allowed on the points, since
-- 0.9 - 0.8 is not 0.1 to a computer.
--
-- grain: unit_id, window_end

select
    core.flag_subject.unit_id,
    core.flag_subject.window_end,
    share(before.reached, before.staff)
    - share(core.flag_subject.reached, core.flag_subject.staff)
    >= getvariable('fall_points') / 100 - 1e-9
    and newcombe_low(
        before.reached,
        before.staff,
        core.flag_subject.reached,
        core.flag_subject.staff
    ) > 0 as is_held
from core.flag_subject
inner join core.flag_subject as before
    on core.flag_subject.unit_id = before.unit_id
    and core.flag_subject.window_end - 28 = before.window_end
