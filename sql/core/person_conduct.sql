-- What one person did in all channels together: a bit for each day of core.day.
--
-- grain: person_id
-- column first_seen_date: First day known to be active in any channel.
-- column is_listed: Stands in a report of a channel that leadership uses.
-- column leadership_days: Days active in a channel that leadership uses.
-- column received_days: Days on which something was taken in where leadership publishes.
-- column contributed_days: Days on which something was given in any channel.

select
    person_id,
    min(first_seen_date) as first_seen_date,
    coalesce(bool_or(is_leadership), false) as is_listed,
    bit_or(active_days) as active_days,
    bit_or(active_days) filter (where is_leadership) as leadership_days,
    bit_or(received_days) filter (where is_leadership) as received_days,
    bit_or(contributed_days) as contributed_days
from core.person_activity
inner join core.channel using (channel)
group by all
