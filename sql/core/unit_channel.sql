-- One unit with everything below it in one channel, window by window, in true counts, and how far
-- the channel can be believed there.
--
-- grain: unit_id, channel, window_end
-- fail: active <= licensed and received <= active and contributed <= active

with

summed as (
    select
        core.unit_ancestor.ancestor_id as unit_id,
        core.channel_window.channel,
        core.channel_window.window_end,
        core.channel_window.day_count,
        core.channel_window.status as window_status,
        cast(coalesce(sum(core.unit_channel_people.licensed), 0) as bigint) as licensed,
        cast(coalesce(sum(core.unit_channel_people.active), 0) as bigint) as active,
        cast(coalesce(sum(core.unit_channel_people.received), 0) as bigint) as received,
        cast(coalesce(sum(core.unit_channel_people.contributed), 0) as bigint) as contributed
    from core.unit_headcount
    inner join core.unit_ancestor using (unit_id)
    inner join core.channel_window
        on core.unit_headcount.window_end = core.channel_window.window_end
    left join core.unit_channel_people
        on core.unit_ancestor.unit_id = core.unit_channel_people.unit_id
        and core.channel_window.channel = core.unit_channel_people.channel
        and core.channel_window.window_end = core.unit_channel_people.window_end
    group by all
)

select
    unit_id,
    channel,
    window_end,
    day_count,
    window_status as status,
    licensed,
    active,
    received,
    contributed
from summed
