-- One unit of the organisation: from the register, or, without one, each value of the attribute.
--
-- The organisation is the root. People whose unit is unknown or blank stand in pseudo-units. Of
-- several spellings of a value the most used one of the newest snapshot is its name. Units of past
-- windows stay, though nobody knows them now.
--
-- grain: unit_id
-- column is_pseudo: (unmapped) or (no department): shown, but never flagged.
-- column path: Names from the organisation down, joined by ' / '.

with recursive

spelling as (
    select
        staging.directory.unit_key,
        staging.directory.unit_value,
        staging.directory.day,
        count(*) as person_count
    from staging.directory
    inner join core.directory_span on staging.directory.day = core.directory_span.snapshot_day
    where
        not getvariable('has_register')
        and staging.directory.unit_key
        not in ('', '(organisation)', '(unmapped)', '(no department)')
        and is_person(is_enabled, account_class, is_excluded)
    group by all
),

named as (
    select
        unit_id,
        unit,
        parent_id
    from config.unit
    union all
    select
        unit_key as unit_id,
        arg_max(unit_value, (day, person_count, unit_value)) as unit,
        '(organisation)' as parent_id
    from spelling
    group by all
    union all
    select distinct
        unit_id,
        unit_id as unit,
        '(organisation)' as parent_id
    from core.staff
    where unit_id in ('(unmapped)', '(no department)')
),

tree as (
    select
        '(organisation)' as unit_id,
        getvariable('organisation') as unit,
        cast(null as varchar) as parent_id,
        0 as level,
        getvariable('organisation') as path
    union all
    select
        named.unit_id,
        named.unit,
        named.parent_id,
        tree.level + 1 as level,
        tree.path || ' / ' || named.unit as path
    from named
    inner join tree on named.parent_id = tree.unit_id
),

known as (
    select
        unit_id,
        unit,
        parent_id,
        level,
        path
    from tree
    union all
    select
        unit_id,
        unit,
        parent_id,
        level,
        path
    from staging.past_unit
    where
        unit_id not in (select now.unit_id from tree as now)
        and unit_id not in (select core.renamed_unit.unit_before from core.renamed_unit)
)

select
    unit_id,
    unit,
    parent_id,
    level,
    path,
    unit_id in ('(unmapped)', '(no department)') as is_pseudo
from known
