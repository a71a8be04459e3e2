-- One day's report: do enough of its rows find an account in the directory?
--
-- Guests and rows marked deleted do not count; rows that could not be used find nobody. Masks find
-- nobody either, but that a day is concealed is another gate's to say.
--
-- grain: check_name, channel, day

with

counted as (
    select
        core.daily_report.channel,
        core.daily_report.day,
        core.daily_report.row_count + core.daily_report.refused_count
        - coalesce(core.daily_report.guest_count + core.daily_report.deleted_count, 0) as expected,
        coalesce(core.stranger_day.row_count, 0) + core.daily_report.refused_count as unfound
    from core.daily_report
    left join core.stranger_day using (channel, day)
    where
        not coalesce(
            is_concealed(core.daily_report.concealed_count, core.daily_report.row_count), false
        )
)

select
    'rows_without_account' as check_name,
    channel,
    day,
    case when share(expected - unfound, expected) < min_match_rate() then 'fail' else 'pass' end
        as result,
    share(expected - unfound, expected) as value,
    min_match_rate() as threshold
from counted
where expected > 0
