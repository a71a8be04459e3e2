-- What happened in one community of Viva Engage on a day (period_days = 1), or in a period that
-- ends on it.
--
-- grain: day, period_days, place
-- column identity_class: Whether the row names a place, conceals it, or has no name at all.

select
    day,
    period_days,
    identity_class,
    place,
    visibility,
    is_connected,
    is_deleted,
    last_activity_date,
    member_count,
    posted_count,
    read_count,
    liked_count
from lake.viva_engage_group_activity
