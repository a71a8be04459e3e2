-- When one person was first known to be active in a channel: the one fact of a person that outlives
-- the rows it was read from.
--
-- grain: person_id, channel

select
    person_id,
    channel,
    first_seen_date
from lake.first_seen
