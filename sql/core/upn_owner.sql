-- Who a UPN stands for, and on which days.
--
-- A UPN that only one account has ever held always means that account: through the snapshot in
-- force, else the nearest later, else the nearest earlier one. A UPN that two accounts have held
-- (deleted and made again, or handed on) means only who holds it in the snapshot in force, and
-- nobody where even that names two.
--
-- grain: upn_id, valid_from
-- column is_contested: More than one account has held it; most never are, which spares a join.

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
),

-- Nightly snapshots would make a row a night; days on which nothing changes are one stretch.
marked as (
    select
        upn_id,
        valid_from,
        valid_to,
        person_id,
        coalesce(
            lag(person_id) over by_day = person_id and lag(valid_to) over by_day = valid_from - 1,
            false
        ) as goes_on
    from contested
    window by_day as (partition by upn_id order by valid_from)
),

numbered as (
    select
        upn_id,
        valid_from,
        valid_to,
        person_id,
        count(*) filter (where not goes_on) over (
            partition by upn_id order by valid_from
        ) as stretch_number
    from marked
),

stretch as (
    select
        upn_id,
        stretch_number,
        min(valid_from) as valid_from,
        max(valid_to) as valid_to,
        min(person_id) as person_id
    from numbered
    group by all
)

select
    upn_id,
    date '0001-01-01' as valid_from,
    date '9999-12-31' as valid_to,
    person_id,
    false as is_contested
from owner
where person_id = other_person_id
union all
select
    upn_id,
    valid_from,
    valid_to,
    person_id,
    true as is_contested
from stretch
