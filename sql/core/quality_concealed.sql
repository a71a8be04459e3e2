-- One report of persons: does its newest day with rows carry names, or masks?
--
-- grain: check_name, scope, day

select
    'concealed' as check_name,
    report as scope,
    day,
    case when concealed_count * 2 > row_count then 'fail' else 'pass' end as result,
    share(concealed_count, row_count) as value,
    0.5e0 as threshold
from staging.snapshot
where grain = 'person_day' and period_days = 1 and row_count > 0
qualify row_number() over (partition by report order by day desc) = 1
