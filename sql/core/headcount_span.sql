-- How many heads one unit is expected to have placed directly in it, and the days on which that
-- counts.
--
-- HR's list goes before the register: its latest date on or before a day is in force on it; before
-- the first one, the first. Units that it does not have go by the register.
--
-- grain: unit_id, valid_from
-- column fte: Full-time equivalents of these heads; null where HR does not tell.

select
    unit_id,
    headcount,
    fte,
    case
        when row_number() over (partition by unit_id order by day) = 1 then date '0001-01-01'
        else day
    end as valid_from,
    coalesce(
        lead(day) over (partition by unit_id order by day) - 1, date '9999-12-31'
    ) as valid_to
from config.headcount
union all
select
    unit_id,
    headcount,
    cast(null as double) as fte,
    date '0001-01-01' as valid_from,
    date '9999-12-31' as valid_to
from config.unit
where
    headcount is not null
    and unit_id not in (select listed.unit_id from config.headcount as listed)
