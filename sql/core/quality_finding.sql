-- One thing that was looked at in the data, on what, and what was found.
--
-- grain: check_name, scope, day
-- column value: What was measured; null where it would count a group that is too small to show.

with

newest as (
    select
        window_end,
        last_complete_day
    from core.evaluation_day
    qualify row_number() over (order by is_newest desc, window_end desc) = 1
),

concealment as (
    select
        'concealed' as check_name,
        report as scope,
        day,
        case when concealed_count * 2 > row_count then 'fail' else 'pass' end as result,
        share(concealed_count, row_count) as value,
        0.5e0 as threshold
    from staging.snapshot
    where grain = 'person_day' and period_days = 1 and row_count > 0
    qualify row_number() over (partition by report order by day desc) = 1
),

missing_days as (
    select
        'days_missing' as check_name,
        core.channel_window.channel as scope,
        newest.window_end as day,
        case
            when core.channel_window.incomplete_day_count = 0 then 'pass'
            when core.channel_window.incomplete_day_count <= 4 then 'warn'
            else 'fail'
        end as result,
        core.channel_window.incomplete_day_count as value,
        4 as threshold
    from newest
    inner join core.channel_window using (window_end)
    where core.channel_window.status <> 'not_in_use'
),

not_in_use as (
    select
        'channel_not_in_use' as check_name,
        core.channel.channel as scope,
        newest.window_end as day,
        'warn' as result,
        null as value,
        null as threshold
    from core.channel
    cross join newest
    where not core.channel.is_in_use
),

freshness as (
    select
        'stale' as check_name,
        getvariable('organisation') as scope,
        getvariable('as_of') as day,
        case
            when getvariable('as_of') - last_complete_day <= 7 then 'pass'
            else 'fail'
        end as result,
        getvariable('as_of') - last_complete_day as value,
        7 as threshold
    from newest
),

placed as (
    select
        core.staff.unit_id,
        newest.window_end as day,
        count(*) as persons
    from newest
    inner join core.staff using (window_end)
    group by all
),

unplaced as (
    select
        name.check_name,
        getvariable('organisation') as scope,
        placed.day,
        sum(placed.persons) filter (where placed.unit_id = name.unit_id) as persons,
        sum(placed.persons) as whole
    from placed
    cross join (
        select
            unnest(['unmapped_department', 'no_department']) as check_name,
            unnest(['(unmapped)', '(no department)']) as unit_id
    ) as name
    group by all
),

unknown_units as (
    select
        check_name,
        scope,
        day,
        case
            when persons is null then 'pass'
            when check_name = 'no_department' and share(persons, whole) > 0.2e0 then 'fail'
            else 'warn'
        end as result,
        case
            when persons < getvariable('min_group') then null
            when check_name = 'no_department' then share(coalesce(persons, 0), whole)
            else coalesce(persons, 0)
        end as value,
        case when check_name = 'no_department' then 0.2e0 end as threshold
    from unplaced
),

headcounts as (
    select
        core.unit.unit as scope,
        newest.window_end as day,
        config.unit.headcount,
        coalesce(placed.persons, 0) as persons,
        sum(child.headcount) as children_headcount
    from newest
    cross join config.unit
    inner join core.unit using (unit_id)
    left join placed using (unit_id)
    left join config.unit as child on config.unit.unit_id = child.parent_id
    where config.unit.headcount is not null
    group by all
),

small_headcounts as (
    select
        'headcount_below_persons' as check_name,
        scope,
        day,
        'warn' as result,
        case when headcount >= getvariable('min_group') then persons end as value,
        case when headcount >= getvariable('min_group') then headcount end as threshold
    from headcounts
    where headcount < persons
),

total_headcounts as (
    select
        'headcount_looks_like_total' as check_name,
        scope,
        day,
        'warn' as result,
        headcount as value,
        children_headcount as threshold
    from headcounts
    where headcount >= children_headcount and children_headcount > 0
),

repairs as (
    select
        'licence_repaired' as check_name,
        getvariable('organisation') as scope,
        newest.window_end as day,
        case when sum(core.unit_people.repaired) > 0 then 'warn' else 'pass' end as result,
        case
            when sum(core.unit_people.repaired) not between 1 and getvariable('min_group') - 1
                then sum(core.unit_people.repaired)
        end as value,
        0 as threshold
    from newest
    inner join core.unit_people using (window_end)
    group by all
),

unknown_plans as (
    select
        'unknown_service_plan' as check_name,
        staging.subscribed_sku.service_plan_name as scope,
        staging.subscribed_sku.day,
        'warn' as result,
        null as value,
        null as threshold
    from staging.subscribed_sku
    left join config.service_plan using (service_plan_id)
    where
        config.service_plan.service_plan_id is null
        and regexp_matches(
            staging.subscribed_sku.service_plan_name, '^(TEAMS|YAMMER|VIVAENGAGE|SHAREPOINT)'
        )
    qualify
        dense_rank() over (order by staging.subscribed_sku.day desc) = 1
        and row_number() over (
            partition by staging.subscribed_sku.day, staging.subscribed_sku.service_plan_name
        ) = 1
),

findings as (
    from concealment
    union all by name
    from missing_days
    union all by name
    from not_in_use
    union all by name
    from freshness
    union all by name
    from unknown_units
    union all by name
    from small_headcounts
    union all by name
    from total_headcounts
    union all by name
    from repairs
    union all by name
    from unknown_plans
)

select
    check_name,
    scope,
    day,
    result,
    cast(value as double) as value,
    cast(threshold as double) as threshold
from findings
