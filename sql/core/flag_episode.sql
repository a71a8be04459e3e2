-- One time that a flag was open on a unit.
--
-- It opens on the second of two Sundays in a row on which its condition holds, and closes on the
-- second of two in a row on which it does not, so that it does not flap. In a row means in the
-- rows of core.flag_sunday: a Sunday that counts neither way has none, and breaks nothing.
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
),

confirmed as (
    select
        unit_id,
        flag,
        window_end,
        is_held as is_open,
        lag(is_held, 1, false) over (partition by unit_id, flag order by window_end) as was_open
    from paired
    where is_held = was_held
),

change as (
    select
        unit_id,
        flag,
        is_open,
        window_end as opened_on,
        lead(window_end) over (partition by unit_id, flag order by window_end) as closed_on
    from confirmed
    where is_open <> was_open
)

select
    unit_id,
    flag,
    opened_on,
    closed_on
from change
where is_open
