-- How many accounts of one directory snapshot have a plan that opens one channel.
--
-- Accounts of every kind count, since a report lists whoever has the plan. Where nothing is known
-- of plans, there is no row.
--
-- grain: channel, snapshot_day

with

counted as (
    select
        day,
        plan_set_id,
        count(*) as account_count
    from staging.directory
    where plan_set_id is not null
    group by all
)

select
    core.plan_set_channel.channel,
    counted.day as snapshot_day,
    cast(sum(counted.account_count) as bigint) as licensed
from counted
inner join core.plan_set_channel using (plan_set_id)
group by all
