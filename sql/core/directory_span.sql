-- One directory snapshot and the days on which it is in force.
--
-- The latest snapshot on or before a day is in force on it; before the first one, the first.
--
-- grain: snapshot_day

select
    day as snapshot_day,
    case
        when row_number() over (order by day) = 1 then date '0001-01-01'
        else day
    end as valid_from,
    coalesce(lead(day) over (order by day) - 1, date '9999-12-31') as valid_to
from staging.snapshot
where report = 'directory'
