-- How many people did what in Viva Engage on a day, by Graph's own count, as of one refresh of it.
--
-- grain: day, report_date
-- column day: Day of the report's refresh.
-- column is_active: Whether any of the counts is above zero.

select
    day,
    report_date,
    liked_person_count,
    posted_person_count,
    read_person_count,
    is_active
from lake.viva_engage_user_counts
