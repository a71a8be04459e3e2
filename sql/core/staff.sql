-- One person on the last day of a window, and the unit that they belong to on it.
--
-- A person is an enabled member account that no exclusion rule matches. A value of the unit
-- attribute that the register does not know, or a blank one, lands in a pseudo-unit: never dropped.
--
-- grain: window_end, person_id

select
    core.evaluation_day.window_end,
    staging.directory.person_id,
    case
        when staging.directory.unit_key = '' then '(no department)'
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
where
    staging.directory.is_enabled
    and staging.directory.account_class = 'member'
    and not staging.directory.is_excluded
