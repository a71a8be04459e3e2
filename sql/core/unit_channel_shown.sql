-- One unit in one channel and window as it may be shown.
--
-- grain: unit_id, channel, window_end
-- column status: That of the window, or suppressed; see marts.unit_channel.
-- column coded: Columns that are shown as a bound, or not at all.

select
    core.unit_channel.unit_id,
    core.unit_channel.channel,
    core.unit_channel.window_end,
    core.unit_channel.day_count,
    case
        when
            has_figures(core.unit_channel.status) and coalesce(core.publication.is_hidden, true)
            then 'suppressed'
        else core.unit_channel.status
    end as status,
    core.publication.shown[1] as licensed,
    core.publication.shown[2] as active,
    core.publication.shown[3] as received,
    core.publication.shown[4] as contributed,
    coalesce(core.publication.coded, []) as coded
from core.unit_channel
left join core.publication using (unit_id, channel, window_end)
