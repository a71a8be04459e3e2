-- How many people did what in SharePoint on a day, by Graph's own count, as of one refresh of it.
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
    coalesce(visited_page_person_count, 0) as visited_page_person_count,
    coalesce(viewed_or_edited_person_count, 0) as viewed_or_edited_person_count,
    coalesce(synced_person_count, 0) as synced_person_count,
    coalesce(shared_internally_person_count, 0) as shared_internally_person_count,
    coalesce(shared_externally_person_count, 0) as shared_externally_person_count,
    is_active,
    has_blank,
    totals
from lake.sharepoint_user_counts
