-- One unit on one Sunday: is its reach surely below the target, and are enough people concerned?
--
-- grain: unit_id, window_end

select
    unit_id,
    window_end,
    wilson_high(reached, staff) < getvariable('target')
    and staff - reached >= getvariable('min_not_reached') as is_held
from core.flag_subject
