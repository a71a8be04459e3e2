-- How many rows of one day's report no account of the directory answers to, by id or by UPN.
--
-- Guests and rows marked deleted do not count. A day without a stranger has no row.
--
-- grain: channel, day

with

reported as (
    select
        channel,
        day,
        upn_id,
        coalesce(person_id, upn_id, 0) as name_id
    from staging.user_activity
    where
        period_days = 1
        and identity_class is distinct from 'guest'
        and is_deleted is distinct from true
)

select
    reported.channel,
    reported.day,
    count(*) as row_count
from reported
inner join core.unknown_name using (name_id)
left join core.known_name on reported.upn_id = core.known_name.name_id
where core.known_name.name_id is null
group by all
