-- One unit that stands in a window which can no longer be made.
--
-- grain: unit_id

select
    unit_id,
    unit,
    parent_id,
    level,
    path
from lake.past_unit
