-- How many people did what in Viva Engage on a day, by Graph's own count, as of one refresh of it.
--
-- Graph leaves the cell empty where nobody did it, so a blank in a row that exists is 0.
--
-- grain: day, report_date
-- column day: Day of the report's refresh.
-- column is_active: Whether any of the counts is above zero.
-- column has_blank: Whether any of the counts was blank, not a written 0.
-- column totals: The counts, by the counter of the person report whose people they count.

select
    day,
    report_date,
    coalesce(liked_person_count, 0) as liked_person_count,
    coalesce(posted_person_count, 0) as posted_person_count,
    coalesce(read_person_count, 0) as read_person_count,
    is_active,
    has_blank,
    totals
from lake.viva_engage_user_counts
