-- What happened in one site of SharePoint on a day (period_days = 1), or in a period that
-- ends on it.
--
-- grain: day, period_days, place_id
-- column identity_class: Whether the row names a place, conceals it, or has no name at all.

select
    day,
    period_days,
    identity_class,
    place_id,
    place,
    template,
    is_deleted,
    last_activity_date,
    file_count,
    active_file_count,
    page_view_count,
    visited_page_count,
    anonymous_link_count,
    company_link_count,
    secure_link_for_guest_count,
    secure_link_for_member_count,
    storage_used_bytes,
    storage_allocated_bytes
from lake.sharepoint_site_usage
