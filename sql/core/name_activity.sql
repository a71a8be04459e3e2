-- What the reports of one channel say under one name, all days at once: a bit for each day.
--
-- By name first, for the whole history at once: only a contested name depends on the day. Bit
-- strings, because every window then is one AND and one count, whatever day it ends on, and a
-- hundred million rows of person by day shrink to a few hundred thousand in a single pass.
--
-- grain: channel, name_id, upn_id, holder_id
-- column name_id: Pseudonym of the report's own object id, else of the UPN; 0 for rows that have
--     neither.
-- column upn_id: Pseudonym of the UPN; 0 where there is none.
-- column holder_id: Who held a contested UPN on the days; 0 where it is not contested.
-- column first_seen_date: First day known to be active, from a day's report or an all-time last
--     activity date; it may lie before the first day landed.

with

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
    coalesce(reported.person_id, reported.upn_id, 0) as name_id,
    coalesce(reported.upn_id, 0) as upn_id,
    coalesce(holder.person_id, 0) as holder_id,
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
from staging.user_activity as reported
left join holder
    on reported.upn_id = holder.upn_id
    and reported.day between holder.valid_from and holder.valid_to
group by all
