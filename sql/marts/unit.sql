-- One unit of the organisation and its place in the tree.
--
-- grain: unit_id
-- history: none
-- column unit_id: The unit's name without case; names in brackets are the product's own.
-- column unit: The unit's name, as the register or the directory spells it.
-- column parent_id: The unit right above; null for the organisation itself.
-- column level: Steps below the organisation, which is 0.
-- column path: The names from the organisation down to the unit, joined by ' / '.
-- fail: level = 0 or parent_id is not null

select
    unit_id,
    unit,
    parent_id,
    level,
    path
from core.unit
