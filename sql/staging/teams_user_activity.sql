-- What one identity did in Teams on a day (period_days = 1), or in a period that ends on it.
--
-- What the counters tell (active, received, contributed) follows from their roles in the report
-- catalog; a blank counter makes nothing active.
--
-- grain: day, period_days, person_id, upn_id
-- column person_id: Pseudonym of the object id, where the report carries one.
-- column identity_class: What kind of name the row carries: member, guest, concealed or blank.
-- column last_activity_date: All-time; it never makes a day active.

select
    day,
    period_days,
    person_id,
    upn_id,
    identity_class,
    is_deleted,
    last_activity_date,
    is_active,
    has_received,
    has_contributed
from lake.teams_user_activity
