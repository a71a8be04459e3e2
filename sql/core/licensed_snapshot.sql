-- How many accounts of one directory snapshot have a plan that opens one channel.
--
-- Accounts of every kind count, since a report lists whoever has the plan. Where nothing is known
-- of plans, there is no row.
--
-- grain: channel, snapshot_day
-- column licensed_staff: Of those, persons.
-- fail: licensed_staff <= licensed

with

counted as (
    select
        day,
        plan_set_id,
        count(*) as account_count,
        count(*) filter (where is_person(is_enabled, account_class, is_excluded)) as person_count
    from staging.directory
    where plan_set_id is not null
    group by all
)

select
    core.plan_set_channel.channel,
    counted.day as snapshot_day,
    cast(sum(counted.account_count) as bigint) as licensed,
    cast(sum(counted.person_count) as bigint) as licensed_staff
from counted
inner join core.plan_set_channel using (plan_set_id)
group by all
