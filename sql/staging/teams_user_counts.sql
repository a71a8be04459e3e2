-- How many people did what in Teams on a day, by Graph's own count, as of one refresh of it.
--
-- grain: day, report_date
-- column day: Day of the report's refresh.
-- column is_active: Whether any of the counts is above zero.

select
    day,
    report_date,
    team_chat_person_count,
    private_chat_person_count,
    call_person_count,
    meeting_person_count,
    other_action_person_count,
    is_active
from lake.teams_user_counts
