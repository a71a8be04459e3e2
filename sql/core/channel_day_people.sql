-- How many people of the whole organisation used one channel on one day, in true counts.
--
-- A person counts who was staff on that day. Licensed are those with a plan in the directory
-- snapshot in force, or whoever stands in the channel's reports where plans are not known; or as
-- many as were active, where those are more.
--
-- grain: channel, day
-- fail: received <= active and contributed <= active and active <= licensed

with

present as (
    select
        core.person_activity.channel,
        active_days & staff_days as active_days,
        received_days & staff_days as received_days,
        contributed_days & staff_days as contributed_days
    from core.person_activity
    inner join core.staff_days using (person_id)
    where bit_count(active_days & staff_days) > 0
),

counted as (
    select
        present.channel,
        core.day.day,
        count(*) filter (where get_bit(active_days, day_number) = 1) as active,
        count(*) filter (where get_bit(received_days, day_number) = 1) as received,
        count(*) filter (where get_bit(contributed_days, day_number) = 1) as contributed
    from present
    cross join core.day
    group by all
),

listed as (
    select
        channel,
        count(*) as listed
    from core.person_activity
    inner join core.staff_days using (person_id)
    group by all
)

select
    core.channel_day.channel,
    core.channel_day.day,
    greatest(
        coalesce(core.licensed_snapshot.licensed_staff, listed.listed, 0),
        coalesce(counted.active, 0)
    ) as licensed,
    coalesce(counted.active, 0) as active,
    coalesce(counted.received, 0) as received,
    coalesce(counted.contributed, 0) as contributed
from core.channel_day
left join counted
    on core.channel_day.channel = counted.channel and core.channel_day.day = counted.day
left join core.directory_span
    on core.channel_day.day between core.directory_span.valid_from and core.directory_span.valid_to
left join core.licensed_snapshot
    on core.channel_day.channel = core.licensed_snapshot.channel
    and core.directory_span.snapshot_day = core.licensed_snapshot.snapshot_day
left join listed on core.channel_day.channel = listed.channel
