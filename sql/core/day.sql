-- One day from the first one landed to the day that counts as today.
--
-- grain: day
-- column day_number: Days since the first one; the position of the day in every bit string.

select
    day,
    cast(day - getvariable('first_day') as integer) as day_number,
    is_working_day
from config.calendar
where day >= getvariable('first_day')
