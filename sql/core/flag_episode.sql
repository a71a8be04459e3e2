-- One time that a flag was open on a unit.
--
-- It opens on the second of two Sundays in a row on which its condition holds, and closes on the
-- second of two in a row on which it does not, so that it does not flap. In a row means in the
-- rows of core.flag_sunday: a Sunday that counts neither way has none, and breaks nothing. A flag
-- of a unit that is no more closes on the first Sunday without the unit.
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
),

last_seen as (
    select
        unit_id,
        max(window_end) as window_end
    from core.unit_shown
    group by all
),

ended as (
    select
        last_seen.unit_id,
        min(core.evaluation_window.window_end) as ended_on
    from last_seen
    inner join core.evaluation_window
        on last_seen.window_end < core.evaluation_window.window_end
        and isodow(core.evaluation_window.window_end) = 7
    group by all
)

select
    change.unit_id,
    change.flag,
    change.opened_on,
    coalesce(change.closed_on, ended.ended_on) as closed_on
from change
left join ended using (unit_id)
where change.is_open
