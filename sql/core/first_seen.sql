-- When one person was first known to be active in one channel.
--
-- This alone outlives the rows that it was read from, so that whoever was active once stays
-- onboarded. It goes when the person is gone from every directory snapshot that is kept.
--
-- grain: person_id, channel
-- history: whole

with

member as (
    select distinct person_id
    from staging.directory
    where account_class = 'member'
)

select
    core.person_activity.person_id,
    core.person_activity.channel,
    core.person_activity.first_seen_date
from core.person_activity
inner join member using (person_id)
where core.person_activity.first_seen_date is not null
