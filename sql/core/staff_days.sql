-- One person and the days on which they counted as staff: a bit for each day of core.day.
--
-- grain: person_id

with

day_in_force as (
    select
        core.directory_span.snapshot_day,
        core.day.day_number
    from core.directory_span
    inner join core.day
        on core.day.day between core.directory_span.valid_from and core.directory_span.valid_to
)

select
    staging.directory.person_id,
    bitstring_agg(day_in_force.day_number, 0, getvariable('last_day_number')) as staff_days
from staging.directory
inner join day_in_force on staging.directory.day = day_in_force.snapshot_day
where is_person(is_enabled, account_class, is_excluded)
group by all
