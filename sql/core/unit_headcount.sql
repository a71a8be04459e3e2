-- Expected staff placed directly in one unit on the last day of a window, where HR or the register
-- says.
--
-- Where fewer heads are expected than there are persons, the persons count. A unit that the
-- register bounds to other days, or does not have any more, expects nobody, and has no row unless
-- the directory still places somebody in it.
--
-- grain: unit_id, window_end
-- column is_valid: The register has the unit on that day.
-- column headcount: Expected heads; null where nobody says, or the unit is not valid then.
-- column staff: What counts.
-- column fte: Full-time equivalents of the expected heads; null where HR does not tell.

with

dated as (
    select
        core.unit.unit_id,
        core.evaluation_day.window_end,
        core.evaluation_day.window_end
        between coalesce(register.valid_from, date '0001-01-01')
        and coalesce(register.valid_to, date '9999-12-31')
        and (
            register.unit_id is not null
            or not getvariable('has_register')
            or core.unit.is_pseudo
            or core.unit.parent_id is null
        ) as is_valid
    from core.unit
    cross join core.evaluation_day
    left join config.unit as register using (unit_id)
)

select
    dated.unit_id,
    dated.window_end,
    dated.is_valid,
    core.headcount_span.headcount,
    coalesce(core.unit_people.account, 0) as account,
    greatest(core.headcount_span.headcount, core.unit_people.account, 0) as staff,
    core.headcount_span.fte
from dated
left join core.unit_people
    on dated.unit_id = core.unit_people.unit_id
    and dated.window_end = core.unit_people.window_end
left join core.headcount_span
    on dated.is_valid
    and dated.unit_id = core.headcount_span.unit_id
    and dated.window_end between core.headcount_span.valid_from and core.headcount_span.valid_to
where dated.is_valid or core.unit_people.account > 0
