-- How many people of the whole organisation used one channel on one day.
--
-- A person counts who was staff on that day. A day that has not landed, or whose names are
-- concealed, is null: unknown, not silent.
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

counted as (
    select
        core.person_activity.channel,
        core.day.day,
        sum(get_bit(active_days & staff_days, core.day.day_number)) as active,
        sum(get_bit(received_days & staff_days, core.day.day_number)) as received,
        sum(get_bit(contributed_days & staff_days, core.day.day_number)) as contributed
    from core.person_activity
    inner join core.staff_days using (person_id)
    cross join core.day
    group by all
)

select
    core.channel_day.channel,
    core.channel_day.day,
    core.channel_day.is_complete as complete,
    case when is_landed and not is_concealed then coalesce(counted.active, 0) end as active,
    case when is_landed and not is_concealed then coalesce(counted.received, 0) end as received,
    case
        when is_landed and not is_concealed then coalesce(counted.contributed, 0)
    end as contributed
from core.channel_day
left join counted
    on core.channel_day.channel = counted.channel and core.channel_day.day = counted.day
where core.channel_day.day < getvariable('as_of')
