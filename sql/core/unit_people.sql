-- The funnel of the people placed directly in one unit, window by window.
--
-- Each step needs the one before. Whoever was active in a leadership channel, or in any channel
-- without a plan that we know, had a licence that our list of plans does not know.
--
-- grain: unit_id, window_end
-- column repaired: Persons licensed by what they did, not by a plan.

with

plans as (
    select
        plan_set_id,
        coalesce(bool_or(is_leadership), false) as has_leadership_plan
    from core.plan_set_channel
    left join core.channel using (channel)
    group by all
),

observed as (
    select
        core.staff.unit_id,
        core.staff.window_end,
        coalesce(plans.has_leadership_plan, false) as has_plan,
        any_day(leadership_days, window_days)
        or (plans.plan_set_id is null and any_day(active_days, window_days)) as has_used,
        coalesce(core.person_conduct.first_seen_date <= core.staff.window_end, false) as was_seen,
        any_day(active_days, window_days) as is_active,
        any_day(received_days, window_days) as has_received,
        any_day(contributed_days, window_days) as has_contributed
    from core.staff
    inner join core.evaluation_day using (window_end)
    left join plans using (plan_set_id)
    left join core.person_conduct using (person_id)
)

select
    unit_id,
    window_end,
    count(*) as account,
    count(*) filter (where has_plan or has_used) as licensed,
    count(*) filter (where (has_plan or has_used) and was_seen) as onboarded,
    count(*) filter (where (has_plan or has_used) and is_active) as active,
    count(*) filter (where (has_plan or has_used) and has_received) as reached,
    count(*) filter (
        where (has_plan or has_used) and has_received and has_contributed
    ) as contributing,
    count(*) filter (where has_used and not has_plan) as repaired
from observed
group by all
