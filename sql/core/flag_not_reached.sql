-- One unit on one Sunday: is its reach surely below the target, and are enough people concerned?
--
-- grain: unit_id, window_end

select
    unit_id,
    window_end,
    wilson_high(reached_high, staff) < getvariable('target')
    and staff - reached_high >= getvariable('min_not_reached') as is_held
from core.flag_subject
