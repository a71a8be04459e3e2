-- How the people of one unit, with everything below it, came and went in the 28 days up to a
-- Sunday, in true counts: to tell a change of rate from a change of people.
--
-- Null where nobody knows who was there before: unknown is not the same as nobody moving.
--
-- grain: unit_id, window_end
-- column joined: Were no person anywhere 28 days before.
-- column left: Are no person anywhere now.
-- column moved_in: Belonged to a unit outside this one's subtree.
-- column moved_out: Belong to a unit outside this one's subtree.
-- fail: persons_before + joined + moved_in - "left" - moved_out = persons_now
--     or persons_before is null

with

one_end as (
    select
        window_end,
        unit_before,
        unit_now,
        persons,
        unnest([unit_before, unit_now]) as unit_id
    from core.unit_flow
),

side as (
    select
        one_end.window_end,
        one_end.unit_before,
        one_end.unit_now,
        one_end.persons,
        core.unit_ancestor.ancestor_id as unit_id,
        bool_or(one_end.unit_id = one_end.unit_before) as was_in,
        bool_or(one_end.unit_id = one_end.unit_now) as is_in
    from one_end
    inner join core.unit_ancestor on one_end.unit_id = core.unit_ancestor.unit_id
    group by all
),

counted as (
    select
        unit_id,
        window_end,
        sum(persons) filter (where was_in) as persons_before,
        sum(persons) filter (where is_in and unit_before = '(outside)') as joined,
        sum(persons) filter (where was_in and unit_now = '(outside)') as "left",
        sum(persons) filter (
            where is_in and not was_in and unit_before <> '(outside)'
        ) as moved_in,
        sum(persons) filter (where was_in and not is_in and unit_now <> '(outside)') as moved_out,
        sum(persons) filter (where is_in) as persons_now
    from side
    group by all
),

known_sunday as (
    select distinct window_end
    from core.unit_flow
),

counted_or_zero as (
    select
        core.unit.unit_id,
        known_sunday.window_end,
        cast(coalesce(counted.persons_before, 0) as bigint) as persons_before,
        cast(coalesce(counted.joined, 0) as bigint) as joined,
        cast(coalesce(counted."left", 0) as bigint) as "left",
        cast(coalesce(counted.moved_in, 0) as bigint) as moved_in,
        cast(coalesce(counted.moved_out, 0) as bigint) as moved_out,
        cast(coalesce(counted.persons_now, 0) as bigint) as persons_now
    from core.unit
    cross join known_sunday
    left join counted using (unit_id, window_end)
)

select
    core.unit.unit_id,
    core.evaluation_day.window_end,
    counted_or_zero.persons_before,
    counted_or_zero.joined,
    counted_or_zero."left",
    counted_or_zero.moved_in,
    counted_or_zero.moved_out,
    counted_or_zero.persons_now
from core.unit
cross join core.evaluation_day
left join counted_or_zero using (unit_id, window_end)
where core.evaluation_day.day_count = 28 and isodow(core.evaluation_day.window_end) = 7
