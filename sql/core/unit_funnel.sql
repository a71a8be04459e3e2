-- The funnel of one unit with everything below it, window by window, in true counts.
--
-- Staff are the expected heads of each node, or its persons where those are more, summed over the
-- subtree. Every unit stands in every window: a unit without anybody is a row of zero.
--
-- grain: unit_id, window_end
-- fail: account <= staff and licensed <= account and onboarded <= licensed
-- fail: active <= onboarded and reached <= active and contributing <= reached

with

placed as (
    select
        core.unit.unit_id,
        core.evaluation_day.window_end,
        coalesce(core.unit_people.account, 0) as account,
        coalesce(core.unit_people.licensed, 0) as licensed,
        coalesce(core.unit_people.onboarded, 0) as onboarded,
        coalesce(core.unit_people.active, 0) as active,
        coalesce(core.unit_people.reached, 0) as reached,
        coalesce(core.unit_people.contributing, 0) as contributing,
        coalesce(
            case
                when
                    core.evaluation_day.window_end
                    between coalesce(config.unit.valid_from, date '0001-01-01')
                    and coalesce(config.unit.valid_to, date '9999-12-31')
                    then config.unit.headcount
            end,
            0
        ) as headcount
    from core.unit
    cross join core.evaluation_day
    left join core.unit_people
        on core.unit.unit_id = core.unit_people.unit_id
        and core.evaluation_day.window_end = core.unit_people.window_end
    left join config.unit on core.unit.unit_id = config.unit.unit_id
)

select
    core.unit_ancestor.ancestor_id as unit_id,
    placed.window_end,
    cast(sum(greatest(placed.headcount, placed.account)) as bigint) as staff,
    cast(sum(placed.account) as bigint) as account,
    cast(sum(placed.licensed) as bigint) as licensed,
    cast(sum(placed.onboarded) as bigint) as onboarded,
    cast(sum(placed.active) as bigint) as active,
    cast(sum(placed.reached) as bigint) as reached,
    cast(sum(placed.contributing) as bigint) as contributing
from placed
inner join core.unit_ancestor using (unit_id)
group by all
