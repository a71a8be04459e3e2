-- A unit's reach in a window beside that of the window a year before.
--
-- A year before is the Sunday of the same ISO week in the ISO year before, 52 or 53 weeks earlier,
-- so that the same season meets the same season. Week 53 has none. A unit has a row for each
-- Sunday that has such a Sunday; the figures come from what marts.unit_reach shows, so that a
-- coded count stands at its bound here, too.
--
-- grain: unit_id, window_end
-- column unit_id: The unit; see marts.unit.
-- column unit: The unit's name.
-- column window_end: The Sunday on which the window of 28 days ends.
-- column iso_year: ISO year of that Sunday.
-- column iso_week: ISO week of that Sunday.
-- column year_before_end: The Sunday of the same ISO week in the ISO year before.
-- column status: ok, partial or quiet (as the weaker of the two windows is); or why there are no
--     figures: suppressed, not_trusted, no_data or not_in_use in one of the two.
-- column reach_rate: The newer window's reach, a fraction; see marts.unit_reach.
-- column reach_rate_before: The older window's reach.
-- column difference: reach_rate less reach_rate_before.
-- column difference_low: Lower end of its 95 % interval (Newcombe's method 10, unpaired).
-- column difference_high: Upper end of its 95 % interval.
-- fail: (difference is null) = (status in ('suppressed', 'not_trusted', 'no_data', 'not_in_use'))
-- fail: difference between difference_low and difference_high or difference is null

with

sunday as (
    select
        unit_id,
        unit,
        window_end,
        isoyear(window_end) as iso_year,
        weekofyear(window_end) as iso_week,
        staff,
        reached,
        case
            when reached is null and status in ('ok', 'partial', 'quiet') then 'suppressed'
            else status
        end as shown_status,
        list_position(
            ['not_in_use', 'no_data', 'not_trusted', 'suppressed', 'partial', 'quiet', 'ok'],
            shown_status
        ) as status_rank
    from marts.unit_reach
    where window_days = 28 and isodow(window_end) = 7
),

paired as (
    select
        now.unit_id,
        now.unit,
        now.window_end,
        now.iso_year,
        now.iso_week,
        before.window_end as year_before_end,
        case
            when now.status_rank <= before.status_rank then now.shown_status
            else before.shown_status
        end as status,
        now.staff,
        before.staff as staff_before,
        case when before.reached is not null then now.reached end as reached,
        case when now.reached is not null then before.reached end as reached_before
    from sunday as now
    inner join sunday as before
        on now.unit_id = before.unit_id
        and now.iso_week = before.iso_week
        and now.iso_year = before.iso_year + 1
)

select
    unit_id,
    unit,
    window_end,
    iso_year,
    iso_week,
    year_before_end,
    status,
    share(reached, staff) as reach_rate,
    share(reached_before, staff_before) as reach_rate_before,
    share(reached, staff) - share(reached_before, staff_before) as difference,
    newcombe_low(reached, staff, reached_before, staff_before) as difference_low,
    newcombe_high(reached, staff, reached_before, staff_before) as difference_high
from paired
