-- One unit that stands in a window which will be kept as it was published.
--
-- The register, or the directory, may not know it any more; its windows do.
--
-- grain: unit_id
-- history: whole

with

shown as (
    select distinct unit_id
    from core.unit_shown
    where window_end < getvariable('keep_before')
)

select
    core.unit.unit_id,
    core.unit.unit,
    core.unit.parent_id,
    core.unit.level,
    core.unit.path
from core.unit
inner join shown using (unit_id)
