-- One unit in one window, or in one channel of it, that is hidden on its own account, not only
-- because an earlier window hid it: it stays hidden in later windows that share a day.
--
-- grain: unit_id, channel, window_end
-- history: window_end for 180 days
-- column channel: Blank for the funnel.
-- column day_count: Length of the window.

select
    core.publication.unit_id,
    core.publication.channel,
    core.publication.window_end,
    core.evaluation_day.day_count
from core.publication
inner join core.evaluation_day using (window_end)
where core.publication.is_own
