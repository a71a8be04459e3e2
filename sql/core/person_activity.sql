-- What one person did in one channel, all days at once: a bit for each day of core.day.
--
-- Bit strings, because every window then is one AND and one count, whatever day it ends on, and
-- a hundred million rows of person by day shrink to a few hundred thousand in a single pass.
-- Several rows for a person and day (two names in one report) simply set the same bit.
--
-- grain: person_id, channel
-- column first_seen_date: First day known to be active, from a day's report or an all-time last
--     activity date; it may lie before the first day landed.

with

reported as (
    select
        'teams' as channel,
        day,
        period_days,
        person_id,
        upn_id,
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
        last_activity_date,
        is_active,
        has_received,
        has_contributed
    from staging.sharepoint_user_activity
),

recognised as (
    select
        reported.channel,
        reported.last_activity_date,
        coalesce(reported.person_id, core.upn_owner.person_id) as person_id,
        case when reported.period_days = 1 then reported.day end as day,
        cast(reported.day - getvariable('first_day') as integer) as day_number,
        reported.period_days = 1 and reported.is_active as is_active,
        reported.period_days = 1 and reported.has_received as has_received,
        reported.period_days = 1 and reported.has_contributed as has_contributed
    from reported
    left join core.upn_owner
        on reported.upn_id = core.upn_owner.upn_id
        and reported.day between core.upn_owner.valid_from and core.upn_owner.valid_to
)

select
    recognised.person_id,
    recognised.channel,
    least(
        min(recognised.last_activity_date),
        min(recognised.day) filter (where recognised.is_active)
    ) as first_seen_date,
    bitstring_agg(
        recognised.day_number, 0, getvariable('last_day_number')
    ) filter (where recognised.is_active) as active_days,
    bitstring_agg(
        recognised.day_number, 0, getvariable('last_day_number')
    ) filter (where recognised.has_received) as received_days,
    bitstring_agg(
        recognised.day_number, 0, getvariable('last_day_number')
    ) filter (where recognised.has_contributed) as contributed_days
from recognised
where recognised.person_id is not null
group by all
