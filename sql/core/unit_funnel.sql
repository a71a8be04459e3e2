-- The funnel of one unit with everything below it, window by window, in true counts.
--
-- Every unit stands in every window: a unit without anybody is a row of zero.
--
-- grain: unit_id, window_end
-- fail: account <= staff and licensed <= account and onboarded <= licensed
-- fail: active <= onboarded and reached <= active and contributing <= reached

select
    core.unit_ancestor.ancestor_id as unit_id,
    core.unit_headcount.window_end,
    cast(sum(core.unit_headcount.staff) as bigint) as staff,
    cast(sum(core.unit_headcount.account) as bigint) as account,
    cast(coalesce(sum(core.unit_people.licensed), 0) as bigint) as licensed,
    cast(coalesce(sum(core.unit_people.onboarded), 0) as bigint) as onboarded,
    cast(coalesce(sum(core.unit_people.active), 0) as bigint) as active,
    cast(coalesce(sum(core.unit_people.reached), 0) as bigint) as reached,
    cast(coalesce(sum(core.unit_people.contributing), 0) as bigint) as contributing
from core.unit_headcount
inner join core.unit_ancestor using (unit_id)
left join core.unit_people
    on core.unit_headcount.unit_id = core.unit_people.unit_id
    and core.unit_headcount.window_end = core.unit_people.window_end
group by all
