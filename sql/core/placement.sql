-- One person on one day that figures speak of, and the unit that they belong to on it.
--
-- The days are the last days of windows and, for the Sundays, the days 28 days before, with which
-- movement compares. A name of a unit leads where the register says for that day. A value of the
-- unit attribute that the register does not know, or a blank one, lands in a pseudo-unit: never
-- dropped. Nobody can place themselves on the root by its name.
--
-- grain: day, person_id

with

compared_day as (
    select window_end as day
    from core.evaluation_day
    union
    select window_end - 28 as day
    from core.evaluation_day
    where day_count = 28 and isodow(window_end) = 7
)

select
    compared_day.day,
    staging.directory.person_id,
    case
        when coalesce(staging.directory.unit_key, '') in ('', '(organisation)')
            then '(no department)'
        when config.unit_name.unit_id is not null then config.unit_name.unit_id
        when getvariable('has_register') then '(unmapped)'
        else staging.directory.unit_key
    end as unit_id,
    staging.directory.plan_set_id
from compared_day
inner join core.directory_span
    on compared_day.day between core.directory_span.valid_from and core.directory_span.valid_to
inner join staging.directory on core.directory_span.snapshot_day = staging.directory.day
left join config.unit_name
    on staging.directory.unit_key = config.unit_name.unit_key
    and compared_day.day between config.unit_name.valid_from and config.unit_name.valid_to
where is_person(is_enabled, account_class, is_excluded)
