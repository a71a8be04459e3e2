-- One plan that the tenant has bought, named as if it opened a channel, but not in our list.
--
-- grain: check_name, scope, day

with

newest as (
    select
        day,
        service_plan_id,
        service_plan_name
    from staging.subscribed_sku
    qualify dense_rank() over (order by day desc) = 1
)

select distinct
    'unknown_service_plan' as check_name,
    newest.service_plan_name as scope,
    newest.day,
    'warn' as result
from newest
left join config.service_plan using (service_plan_id)
where
    config.service_plan.service_plan_id is null
    and regexp_matches(newest.service_plan_name, '^(TEAMS|YAMMER|VIVAENGAGE|SHAREPOINT)')
