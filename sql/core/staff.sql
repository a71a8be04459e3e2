-- One person on the last day of a window, and the unit that they belong to on it.
--
-- A value of the unit attribute that the register does not know, or a blank one, lands in a
-- pseudo-unit: never dropped. Nobody can place themselves on the root by its name.
--
-- grain: window_end, person_id

select
    core.evaluation_day.window_end,
    staging.directory.person_id,
    case
        when coalesce(staging.directory.unit_key, '') in ('', '(organisation)')
            then '(no department)'
        when config.unit_name.unit_id is not null then config.unit_name.unit_id
        when getvariable('has_register') then '(unmapped)'
        else staging.directory.unit_key
    end as unit_id,
    staging.directory.plan_set_id
from core.evaluation_day
inner join core.directory_span
    on core.evaluation_day.window_end between core.directory_span.valid_from
    and core.directory_span.valid_to
inner join staging.directory on core.directory_span.snapshot_day = staging.directory.day
left join config.unit_name using (unit_key)
where is_person(is_enabled, account_class, is_excluded)
