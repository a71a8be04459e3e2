-- One report of persons or places: does its newest day or period with rows carry names, or masks?
--
-- grain: check_name, scope, day

select
    'concealed' as check_name,
    report as scope,
    day,
    case when is_concealed(concealed_count, row_count) then 'fail' else 'pass' end as result,
    share(concealed_count, row_count) as value,
    0.5e0 as threshold
from staging.snapshot
where grain in ('person_day', 'place_day') and row_count > 0
qualify
    row_number() over (
        partition by report order by day desc, fetched_on desc, period_days asc
    ) = 1
