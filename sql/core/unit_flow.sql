-- How many people belonged to one unit 28 days before a Sunday, and to which one on it.
--
-- By the directory snapshots in force on the two days. A Sunday of which no snapshot is as old as
-- the earlier day has no row: nobody knows who was there.
--
-- grain: window_end, unit_before, unit_now
-- column unit_before: Placed directly in it; (outside) for who was no person anywhere.
-- column unit_now: Likewise on the Sunday.

with

sunday as (
    select
        core.evaluation_day.window_end,
        core.evaluation_day.window_end - 28 as day_before
    from core.evaluation_day
    cross join core.directory_span
    where core.evaluation_day.day_count = 28 and isodow(core.evaluation_day.window_end) = 7
    group by all
    having day_before >= min(core.directory_span.snapshot_day)
),

before as (
    select
        sunday.window_end,
        core.placement.person_id,
        core.placement.unit_id as unit_before
    from sunday
    inner join core.placement on sunday.day_before = core.placement.day
),

now as (
    select
        sunday.window_end,
        core.placement.person_id,
        core.placement.unit_id as unit_now
    from sunday
    inner join core.placement on sunday.window_end = core.placement.day
)

select
    window_end,
    coalesce(before.unit_before, '(outside)') as unit_before,
    coalesce(now.unit_now, '(outside)') as unit_now,
    count(*) as persons
from before
full outer join now using (window_end, person_id)
group by all
