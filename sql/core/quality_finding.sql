-- One thing that was looked at in the data, on what, and what was found.
--
-- grain: check_name, scope, day
-- column value: What was measured; null where it is unknown, or too small to show.
-- column is_small: The value would count a group too small to show.
-- column is_off: Nobody could look yet.

with

finding as (
    from core.quality_concealed
    union all by name
    from core.quality_days_missing
    union all by name
    from core.quality_channel
    union all by name
    from core.quality_gate
    union all by name
    from core.quality_stale
    union all by name
    from core.quality_placement
    union all by name
    from core.quality_headcount
    union all by name
    from core.quality_unit_not_valid
    union all by name
    from core.quality_licence
    union all by name
    from core.quality_service_plan
)

select
    check_name,
    scope,
    day,
    result,
    cast(value as double) as value,
    cast(threshold as double) as threshold,
    coalesce(is_small, false) as is_small,
    coalesce(is_off, false) as is_off
from finding
