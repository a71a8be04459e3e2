-- What the reports of one channel say under one name, all days at once: a bit for each day.
--
-- By name first, for the whole history at once: only a contested name depends on the day. Bit
-- strings, because every window then is one AND and one count, whatever day it ends on, and a
-- hundred million rows of person by day shrink to a few hundred thousand in a single pass.
--
-- grain: channel, is_person, name_id
-- column is_person: The name is an object id, of the report's own or of who held a contested UPN.
-- column name_id: Pseudonym of that object id, else of the UPN; 0 for rows that have neither.
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

holder as (
    select
        upn_id,
        valid_from,
        valid_to,
        person_id
    from core.upn_owner
    where is_contested
)

select
    reported.channel,
    coalesce(reported.person_id, holder.person_id) is not null as is_person,
    coalesce(reported.person_id, holder.person_id, reported.upn_id, 0) as name_id,
    least(
        min(reported.last_activity_date),
        min(reported.day) filter (where reported.period_days = 1 and reported.is_active)
    ) as first_seen_date,
    bitstring_agg(
        cast(reported.day - getvariable('first_day') as integer),
        0,
        getvariable('last_day_number')
    ) filter (where reported.period_days = 1 and reported.is_active) as active_days,
    bitstring_agg(
        cast(reported.day - getvariable('first_day') as integer),
        0,
        getvariable('last_day_number')
    ) filter (where reported.period_days = 1 and reported.has_received) as received_days,
    bitstring_agg(
        cast(reported.day - getvariable('first_day') as integer),
        0,
        getvariable('last_day_number')
    ) filter (where reported.period_days = 1 and reported.has_contributed) as contributed_days
from reported
left join holder
    on reported.upn_id = holder.upn_id
    and reported.day between holder.valid_from and holder.valid_to
group by all
