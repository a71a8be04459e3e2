-- Who a UPN stands for, and on which days.
--
-- A UPN that only one account has ever held always means that account: through the snapshot in
-- force, else the nearest later, else the nearest earlier one. A UPN that two accounts have held
-- (deleted and made again, or handed on) means only who holds it in the snapshot in force, and
-- nobody where even that names two.
--
-- grain: upn_id, valid_from

with

owner as (
    select
        upn_id,
        min(person_id) as person_id,
        max(person_id) as other_person_id
    from staging.directory
    where upn_id is not null
    group by all
),

contested as (
    select
        staging.directory.upn_id,
        core.directory_span.valid_from,
        core.directory_span.valid_to,
        min(staging.directory.person_id) as person_id
    from staging.directory
    inner join owner using (upn_id)
    inner join core.directory_span on staging.directory.day = core.directory_span.snapshot_day
    where owner.person_id <> owner.other_person_id
    group by all
    having min(staging.directory.person_id) = max(staging.directory.person_id)
)

select
    upn_id,
    date '0001-01-01' as valid_from,
    date '9999-12-31' as valid_to,
    person_id
from owner
where person_id = other_person_id
union all
select
    upn_id,
    valid_from,
    valid_to,
    person_id
from contested
