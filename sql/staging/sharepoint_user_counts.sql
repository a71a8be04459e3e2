-- How many people did what in SharePoint on a day, by Graph's own count, as of one refresh of it.
--
-- grain: day, report_date
-- column day: Day of the report's refresh.
-- column is_active: Whether any of the counts is above zero.

select
    day,
    report_date,
    visited_page_person_count,
    viewed_or_edited_person_count,
    synced_person_count,
    shared_internally_person_count,
    shared_externally_person_count,
    is_active
from lake.sharepoint_user_counts
