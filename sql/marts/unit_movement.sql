-- How the people of a unit came and went in the 28 days up to a Sunday, so that a change of its
-- rates can be told from a change of its people.
--
-- A unit's figures cover everything below it. Counted by the directory, not by HR. Numbers are
-- null where marts.unit_reach does not show the unit, on this Sunday or on the earlier day, and
-- where no directory snapshot is as old as the earlier day. A count of two or fewer is shown as 2,
-- so that the table does not read like a list of who came and went; moves of the organisation as
-- a whole are none by definition.
--
-- grain: unit_id, window_end
-- column unit_id: The unit; see marts.unit.
-- column unit: The unit's name.
-- column window_end: The Sunday; the earlier day lies 28 days before it.
-- column status: As in marts.unit_reach; also suppressed or not_trusted where the earlier window
--     was, and no_data where nobody knows who was there before.
-- column persons_before: Persons in the unit on the earlier day.
-- column joined: Persons in the unit now who were none anywhere on the earlier day.
-- column left: Persons of the unit on the earlier day who are none anywhere now; a reserved word
--     of SQL, to be written "left".
-- column moved_in: Persons in the unit now who belonged to one outside it on the earlier day.
-- column moved_out: Persons of the unit on the earlier day who belong to one outside it now.
-- column persons_now: Persons in the unit on the Sunday: persons_before + joined + moved_in - left
--     - moved_out, in true counts.
-- column coded: Columns that are shown as a bound.
-- fail: (persons_now is null) = (status in ('suppressed', 'not_trusted', 'no_data', 'not_in_use'))

with

judged as (
    select
        core.unit_movement.unit_id,
        core.unit_movement.window_end,
        case
            when now.status in ('not_in_use', 'no_data') then now.status
            when core.unit_movement.persons_before is null then 'no_data'
            when now.status = 'not_trusted' or before.status = 'not_trusted' then 'not_trusted'
            when now.status = 'suppressed' or before.status = 'suppressed' then 'suppressed'
            when
                before.staff is null
                and core.unit_movement.persons_before between 1 and getvariable('min_group') - 1
                then 'suppressed'
            else now.status
        end as status
    from core.unit_movement
    inner join marts.unit_reach as now
        on core.unit_movement.unit_id = now.unit_id
        and core.unit_movement.window_end = now.window_end
    left join marts.unit_reach as before
        on core.unit_movement.unit_id = before.unit_id
        and core.unit_movement.window_end - 28 = before.window_end
        and before.window_days = 28
),

permitted as (
    select
        core.unit_movement.unit_id,
        core.unit_movement.window_end,
        core.unit_movement.persons_before,
        core.unit_movement.joined,
        core.unit_movement."left",
        core.unit_movement.moved_in,
        core.unit_movement.moved_out,
        core.unit_movement.persons_now,
        core.unit.parent_id is null as is_whole
    from core.unit_movement
    inner join core.unit using (unit_id)
    inner join judged using (unit_id, window_end)
    where judged.status in ('ok', 'partial', 'quiet')
)

select
    judged.unit_id,
    core.unit.unit,
    judged.window_end,
    judged.status,
    permitted.persons_before,
    at_least_2(permitted.joined) as joined,
    at_least_2(permitted."left") as "left",
    case when is_whole then 0 else at_least_2(permitted.moved_in) end as moved_in,
    case when is_whole then 0 else at_least_2(permitted.moved_out) end as moved_out,
    permitted.persons_now,
    case when permitted.joined <= 2 then ['joined'] else [] end
    || case when permitted."left" <= 2 then ['left'] else [] end
    || case when permitted.moved_in <= 2 and not is_whole then ['moved_in'] else [] end
    || case when permitted.moved_out <= 2 and not is_whole then ['moved_out'] else [] end as coded
from judged
inner join core.unit using (unit_id)
left join permitted using (unit_id, window_end)
