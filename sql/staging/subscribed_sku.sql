-- One service plan in one of the products that the tenant had bought on a day.
--
-- grain: day, sku_id, service_plan_id

select
    day,
    sku_id,
    service_plan_id,
    sku_part_number,
    service_plan_name,
    capability_status,
    consumed_count,
    enabled_count
from lake.subscribed_sku
