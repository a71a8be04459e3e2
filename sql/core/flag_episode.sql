-- One time that a flag was open on a unit.
--
-- It opens on the second of two Sundays in a row on which its condition holds, and closes on the
-- second of two in a row on which it does not, so that it does not flap. Sundays that count
-- neither way do not break a row.
--
-- grain: unit_id, flag, opened_on
-- column closed_on: Null while the flag is open.

with

paired as (
    select
        unit_id,
        flag,
        window_end,
        is_held,
        lag(is_held) over (partition by unit_id, flag order by window_end) as was_held
    from core.flag_sunday
    where is_held is not null
),

settled as (
    select
        unit_id,
        flag,
        window_end,
        last_value(case when is_held = was_held then is_held end ignore nulls) over (
            partition by unit_id, flag
            order by window_end
            rows between unbounded preceding and current row
        ) as is_open
    from paired
),

turned as (
    select
        unit_id,
        flag,
        window_end,
        is_open,
        lag(is_open, 1, false) over (partition by unit_id, flag order by window_end) as was_open
    from settled
    where is_open is not null
),

change as (
    select
        unit_id,
        flag,
        window_end as opened_on,
        is_open,
        lead(window_end) over (partition by unit_id, flag order by window_end) as closed_on
    from turned
    where is_open <> was_open
)

select
    unit_id,
    flag,
    opened_on,
    closed_on
from change
where is_open
