-- What happened in one team on a day (period_days = 1), or in a period that ends on it.
--
-- grain: day, period_days, place_id
-- column identity_class: Whether the row names a place, conceals it, or has no name at all.

select
    day,
    period_days,
    identity_class,
    place_id,
    place,
    visibility,
    last_activity_date,
    active_person_count,
    active_channel_count,
    guest_count,
    reaction_count,
    meeting_organized_count,
    post_message_count,
    reply_message_count,
    channel_message_count,
    urgent_message_count,
    mention_count,
    active_shared_channel_count,
    active_external_count
from lake.teams_team_activity
