-- How many people of the whole organisation used one channel on one day.
--
-- A person counts who was staff on that day. A day of which nothing is known (not landed, empty
-- though people were at work, names concealed) is null: a gap, not silence.
--
-- grain: channel, day
-- column channel: teams, viva_engage or sharepoint.
-- column day: The day, in UTC, as Microsoft counts it.
-- column complete: Whether the day's figures are final and whole.
-- column active: Persons who did anything in the channel.
-- column received: Of those, took something in.
-- column contributed: Of those, gave something that others can see.
-- fail: received <= active or active is null

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
)

select
    core.channel_day.channel,
    core.channel_day.day,
    core.channel_day.is_complete as complete,
    case when has_figures then coalesce(counted.active, 0) end as active,
    case when has_figures then coalesce(counted.received, 0) end as received,
    case when has_figures then coalesce(counted.contributed, 0) end as contributed
from core.channel_day
left join counted
    on core.channel_day.channel = counted.channel and core.channel_day.day = counted.day
where core.channel_day.day < getvariable('as_of')
