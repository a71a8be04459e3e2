-- One unit on one Sunday that counts for a flag: does the flag's condition hold?
--
-- grain: unit_id, flag, window_end
-- history: window_end

select
    unit_id,
    'not_reached' as flag,
    window_end,
    is_held
from core.flag_not_reached
union all
select
    unit_id,
    'falling' as flag,
    window_end,
    is_held
from core.flag_falling
union all
select
    unit_id,
    'behind' as flag,
    window_end,
    is_held
from core.flag_behind
