-- What one identity did in one channel on a day (period_days = 1), or in a period that ends on it.
--
-- The channels' own reports one after the other: whoever reads them all together has one place to
-- read, and a view costs nothing.
--
-- grain: channel, day, period_days, person_id, upn_id

select
    'teams' as channel,
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
from staging.teams_user_activity
union all
select
    'viva_engage' as channel,
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
from staging.viva_engage_user_activity
union all
select
    'sharepoint' as channel,
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
from staging.sharepoint_user_activity
