-- One period report of persons, brought by hand, of which a window may be made.
--
-- A pull fetches 180 days now and then, for the all-time dates in them alone: where days have
-- landed, that period is no window.
--
-- grain: channel, period_days, day

with

daily as (
    select distinct channel
    from staging.snapshot
    where grain = 'person_day' and period_days = 1 and row_count > 0
)

select
    staging.snapshot.channel,
    staging.snapshot.period_days,
    staging.snapshot.day,
    staging.snapshot.report,
    is_concealed(staging.snapshot.concealed_count, staging.snapshot.row_count) as is_concealed
from staging.snapshot
inner join core.channel using (channel)
left join daily using (channel)
where
    staging.snapshot.grain = 'person_day'
    and staging.snapshot.period_days > 1
    and staging.snapshot.row_count > 0
    and (staging.snapshot.period_days <> history_days() or daily.channel is null)
