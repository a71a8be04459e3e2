-- How many people did what in Teams on a day, by Graph's own count, as of one refresh of it.
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
    coalesce(team_chat_person_count, 0) as team_chat_person_count,
    coalesce(private_chat_person_count, 0) as private_chat_person_count,
    coalesce(call_person_count, 0) as call_person_count,
    coalesce(meeting_person_count, 0) as meeting_person_count,
    coalesce(other_action_person_count, 0) as other_action_person_count,
    is_active,
    has_blank,
    totals
from lake.teams_user_counts
