-- What one person did in one channel, all days at once: a bit for each day of core.day.
--
-- The report's own object id comes first, where the directory knows it; else the name decides, so
-- that an id which a list brought by hand does not have loses nobody. Several rows for a person and
-- day (two names in one report) simply set the same bit.
--
-- Of days that are gone from the lake only the first seen date is left.
--
-- grain: person_id, channel
-- column first_seen_date: First day known to be active, from a day's report or an all-time last
--     activity date; it may lie before the first day landed.

with

known_person as (
    select distinct person_id
    from staging.directory
),

recognised as (
    select
        core.name_activity.channel,
        case
            when known_person.person_id is not null then known_person.person_id
            when core.name_activity.holder_id <> 0 then core.name_activity.holder_id
            else core.upn_owner.person_id
        end as person_id,
        core.name_activity.first_seen_date,
        core.name_activity.active_days,
        core.name_activity.received_days,
        core.name_activity.contributed_days
    from core.name_activity
    left join known_person on core.name_activity.name_id = known_person.person_id
    left join core.upn_owner
        on core.name_activity.upn_id = core.upn_owner.upn_id and not core.upn_owner.is_contested
    union all by name
    select
        channel,
        person_id,
        first_seen_date
    from staging.first_seen
)

select
    person_id,
    channel,
    min(first_seen_date) as first_seen_date,
    bit_or(active_days) as active_days,
    bit_or(received_days) as received_days,
    bit_or(contributed_days) as contributed_days
from recognised
where person_id is not null
group by all
