-- One day's report with rows: do most of them carry names, or masks?
--
-- grain: check_name, channel, day

select
    'concealed' as check_name,
    channel,
    day,
    case when is_concealed(concealed_count, row_count) then 'fail' else 'pass' end as result,
    share(concealed_count, row_count) as value,
    0.5e0 as threshold
from core.daily_report
where row_count > 0
