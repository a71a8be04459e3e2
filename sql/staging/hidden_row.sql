-- One row that an earlier window hid on its own account, as it was kept.
--
-- grain: unit_id, channel, window_end

select
    unit_id,
    channel,
    window_end
from lake.hidden_row
