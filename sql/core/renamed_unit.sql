-- One unit of the past that the register knows under another name now, and that name.
--
-- A mere rename: the old name is an alias of one unit, which has no past of its own. Where units
-- were merged, each keeps its past under its own name.
--
-- grain: unit_before

select
    staging.past_unit.unit_id as unit_before,
    config.unit.unit_id,
    config.unit.unit
from staging.past_unit
inner join config.unit_name
    on staging.past_unit.unit_id = config.unit_name.unit_key
    and getvariable('frozen_before') - 1
    between config.unit_name.valid_from and config.unit_name.valid_to
inner join config.unit on config.unit_name.unit_id = config.unit.unit_id
where
    staging.past_unit.unit_id not in (select listed.unit_id from config.unit as listed)
    and config.unit.unit_id not in (select past.unit_id from staging.past_unit as past)
qualify count(*) over (partition by config.unit.unit_id) = 1
