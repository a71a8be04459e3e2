-- One gate of one channel on one recent day on which it did not pass; or on its newest day, where
-- all were passed.
--
-- Concealment is told report by report, elsewhere.
--
-- grain: check_name, scope, day
-- column is_small: The value would count a group too small to show.
-- column is_off: Nobody could say yet: the gate lets everything pass.

select
    check_name,
    channel as scope,
    day,
    result,
    check_name in ('totals', 'rows_below_usual')
    and coalesce(least(value, threshold) < getvariable('min_group'), false) as is_small,
    value is null as is_off,
    case when not is_small then value end as value,
    case when not is_small then threshold end as threshold
from core.gate_day
inner join core.channel using (channel)
where check_name <> 'concealed' and day >= getvariable('as_of') - 35
qualify
    result <> 'pass'
    or (
        row_number() over (partition by check_name, channel order by day desc) = 1
        and bool_and(result = 'pass') over (partition by check_name, channel)
    )
