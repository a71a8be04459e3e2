-- What the people placed directly in one unit did in one channel, window by window.
--
-- Where a person's plans are not known (a user list by hand), standing in the channel's report is
-- having a licence for it.
--
-- grain: unit_id, channel, window_end

with

opened as (
    select
        core.staff.unit_id,
        core.staff.window_end,
        core.staff.person_id,
        core.channel.channel,
        core.plan_set_channel.plan_set_id is not null as has_plan,
        core.staff.plan_set_id is null as has_unknown_plans
    from core.staff
    cross join core.channel
    left join core.plan_set_channel
        on core.staff.plan_set_id = core.plan_set_channel.plan_set_id
        and core.channel.channel = core.plan_set_channel.channel
),

observed as (
    select
        opened.unit_id,
        opened.channel,
        opened.window_end,
        opened.has_plan
        or (opened.has_unknown_plans and core.person_activity.person_id is not null) as has_plan,
        any_day(core.person_activity.active_days, window_days)
        or coalesce(core.period_conduct.is_active, false) as is_active,
        any_day(core.person_activity.received_days, window_days)
        or coalesce(core.period_conduct.has_received, false) as has_received,
        any_day(core.person_activity.contributed_days, window_days)
        or coalesce(core.period_conduct.has_contributed, false) as has_contributed
    from opened
    inner join core.evaluation_day using (window_end)
    left join core.person_activity
        on opened.person_id = core.person_activity.person_id
        and opened.channel = core.person_activity.channel
    left join core.period_conduct
        on core.evaluation_day.day_count <> 28
        and opened.person_id = core.period_conduct.person_id
        and opened.channel = core.period_conduct.channel
        and opened.window_end = core.period_conduct.window_end
)

select
    unit_id,
    channel,
    window_end,
    count(*) filter (where has_plan or is_active) as licensed,
    count(*) filter (where is_active) as active,
    count(*) filter (where has_received) as received,
    count(*) filter (where has_contributed) as contributed
from observed
group by all
