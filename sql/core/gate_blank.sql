-- One day's report with rows: is any of its counter columns blank from top to bottom?
--
-- grain: check_name, channel, day
-- column value: Columns that are blank in every row.

select
    'blank_column' as check_name,
    core.daily_report.channel,
    core.daily_report.day,
    case
        when bool_or(staging.counter.blank_count = core.daily_report.row_count) then 'fail'
        else 'pass'
    end as result,
    count(*) filter (where staging.counter.blank_count = core.daily_report.row_count) as value,
    0 as threshold
from core.daily_report
inner join staging.counter
    on core.daily_report.report = staging.counter.report
    and core.daily_report.day = staging.counter.day
    and staging.counter.period_days = 1
where core.daily_report.row_count > 0
group by all
