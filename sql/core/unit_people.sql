-- The funnel of the people placed directly in one unit, window by window.
--
-- Each step needs the one before. Whoever was active in a leadership channel, or in any channel
-- without a plan that we know, had a licence that our list of plans does not know. Where a person's
-- plans are not known at all (a user list by hand), standing in a report of a leadership channel is
-- having a licence for it.
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

imported as (
    select
        person_id,
        window_end,
        bool_or(is_active) as is_active,
        bool_or(is_active and is_leadership) as has_used_leadership,
        bool_or(has_received and is_leadership) as has_received,
        bool_or(has_contributed) as has_contributed
    from core.period_conduct
    inner join core.channel using (channel)
    group by all
),

conduct as (
    select
        core.staff.unit_id,
        core.staff.window_end,
        core.staff.plan_set_id,
        coalesce(core.person_conduct.is_listed, false) as is_listed,
        coalesce(core.person_conduct.first_seen_date <= core.staff.window_end, false)
        or coalesce(imported.is_active, false) as was_seen,
        any_day(core.person_conduct.leadership_days, window_days)
        or coalesce(imported.has_used_leadership, false) as has_used_leadership,
        any_day(core.person_conduct.active_days, window_days)
        or coalesce(imported.is_active, false) as is_active,
        any_day(core.person_conduct.received_days, window_days)
        or coalesce(imported.has_received, false) as has_received,
        any_day(core.person_conduct.contributed_days, window_days)
        or coalesce(imported.has_contributed, false) as has_contributed
    from core.staff
    inner join core.evaluation_day using (window_end)
    left join core.person_conduct using (person_id)
    left join imported
        on core.evaluation_day.day_count <> 28
        and core.staff.person_id = imported.person_id
        and core.staff.window_end = imported.window_end
),

observed as (
    select
        conduct.unit_id,
        conduct.window_end,
        coalesce(plans.has_leadership_plan, conduct.plan_set_id is null and conduct.is_listed)
            as has_plan,
        conduct.has_used_leadership
        or (plans.plan_set_id is null and conduct.is_active) as has_used,
        conduct.was_seen,
        conduct.is_active,
        conduct.has_received,
        conduct.has_contributed
    from conduct
    left join plans using (plan_set_id)
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
