-- One channel that a set of service plans opens.
--
-- grain: plan_set_id, channel

select distinct
    staging.plan_set.plan_set_id,
    config.service_plan.channel
from staging.plan_set
inner join config.service_plan using (service_plan_id)
where config.service_plan.channel is not null
