-- How many people of the whole organisation used one channel on one day.
--
-- A person counts who was staff on that day. A day of which nothing is known (not landed, empty
-- though people were at work, names concealed) is null: a gap, not silence. The figures follow the
-- rules of marts.unit_channel: near nobody or everybody they are a bound, and of fewer licensed
-- people than `min_group` nothing is shown.
--
-- grain: channel, day
-- column channel: teams, viva_engage or sharepoint.
-- column day: The day, in UTC, as Microsoft counts it.
-- column complete: Whether the day's figures are final and whole.
-- column licensed: Persons with a licence for the channel on the day, or as many as were active
--     where those are more; null where nothing is known of the day, or they are too few.
-- column active: Persons who did anything in the channel.
-- column received: Of those, took something in.
-- column contributed: Of those, gave something that others can see.
-- column coded: Columns that are shown as a bound (at most 2, or at least 2 short of licensed); all
--     where there are figures, but of too few people to show.
-- fail: received <= active or active is null
-- fail: licensed >= getvariable('min_group') or active is null

with

known as (
    select
        core.channel_day.channel,
        core.channel_day.day,
        core.channel_day.is_complete,
        core.channel_day.has_figures,
        core.channel_day.has_figures
        and core.channel_day_people.licensed >= getvariable('min_group') as is_shown,
        core.channel_day_people.licensed,
        core.channel_day_people.active,
        core.channel_day_people.received,
        core.channel_day_people.contributed
    from core.channel_day
    inner join core.channel_day_people using (channel, day)
    where core.channel_day.day < getvariable('as_of')
)

select
    channel,
    day,
    is_complete as complete,
    case when is_shown then licensed end as licensed,
    case when is_shown then bounded(active, licensed) end as active,
    case when is_shown then bounded(received, licensed) end as received,
    case when is_shown then bounded(contributed, licensed) end as contributed,
    case
        when not has_figures then []
        when not is_shown then ['licensed', 'active', 'received', 'contributed']
        else list_filter(
            [
                case when is_bounded(active, licensed) then 'active' end,
                case when is_bounded(received, licensed) then 'received' end,
                case when is_bounded(contributed, licensed) then 'contributed' end
            ],
            lambda column_name: column_name is not null
        )
    end as coded
from known
