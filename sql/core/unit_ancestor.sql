-- One unit and one node whose subtree it is in, itself included: a node's figures cover them all.
--
-- grain: unit_id, ancestor_id

with recursive

lineage as (
    select
        unit_id,
        unit_id as ancestor_id
    from core.unit
    union all
    select
        lineage.unit_id,
        core.unit.parent_id as ancestor_id
    from lineage
    inner join core.unit on lineage.ancestor_id = core.unit.unit_id
    where core.unit.parent_id is not null
)

select
    unit_id,
    ancestor_id
from lineage
