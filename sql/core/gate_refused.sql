-- One day's report: could all of its rows be used?
--
-- Whoever stood in a row that could not be used is unknown, not inactive.
--
-- grain: check_name, channel, day

select
    'rows_refused' as check_name,
    channel,
    day,
    case when refused_count > 0 then 'fail' else 'pass' end as result,
    refused_count as value,
    0 as threshold
from core.daily_report
