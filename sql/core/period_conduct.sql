-- What one person did in one channel in a window that imported period files give.
--
-- grain: person_id, channel, window_end

select
    person_id,
    channel,
    window_end,
    bool_or(is_active) as is_active,
    bool_or(has_received) as has_received,
    bool_or(has_contributed) as has_contributed
from core.period_activity
where person_id is not null
group by all
