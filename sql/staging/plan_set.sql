-- One usable service plan in one of the sets of plans that accounts had on a day.
--
-- grain: day, plan_set_id, service_plan_id

select
    day,
    plan_set_id,
    service_plan_id
from lake.plan_set
