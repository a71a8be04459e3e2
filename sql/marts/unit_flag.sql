-- One time that a unit was flagged: information does not arrive there, or less than before.
--
-- A flag opens on the second of two Sundays in a row on which its condition holds, and closes on
-- the second of two on which it does not. Flags of units too small to show are not shown.
--
-- grain: unit_id, flag, opened_on
-- history: none
-- column unit_id: The unit; see marts.unit.
-- column unit: The unit's name.
-- column flag: not_reached (reach is surely below the target), falling (lower than four weeks
--     before, beyond chance) or behind (lower than the rest of the organisation, beyond chance).
-- column opened_on: The Sunday on which it opened.
-- column closed_on: The Sunday on which it closed; null while it is open.
-- column window_end: The newest Sunday that counts; the figures and the reason are of its window.
-- column staff: The unit's staff; see marts.unit_reach.
-- column not_reached: Staff less reached, in people; null where reached is not shown.
-- column reach_rate: The unit's reach.
-- column reach_low: Lower end of its 95 % Wilson interval.
-- column reach_high: Upper end of its 95 % Wilson interval.
-- column coded: [not_reached] where reached is shown as a bound, or is not shown.
-- column reason: Why; see marts.unit_reach.
-- column advice: What to do about it and who can.
-- fail: closed_on > opened_on or closed_on is null

with

latest as (
    select
        core.flag_episode.unit_id,
        core.flag_episode.flag,
        core.flag_episode.opened_on,
        core.flag_episode.closed_on,
        marts.unit_reach.window_end,
        marts.unit_reach.staff,
        marts.unit_reach.staff - marts.unit_reach.reached as not_reached,
        marts.unit_reach.reach_rate,
        marts.unit_reach.reach_low,
        marts.unit_reach.reach_high,
        list_contains(marts.unit_reach.coded, 'reached') as is_coded,
        marts.unit_reach.reason
    from core.flag_episode
    inner join marts.unit_reach
        on core.flag_episode.unit_id = marts.unit_reach.unit_id
        and marts.unit_reach.window_end
        <= coalesce(core.flag_episode.closed_on, date '9999-12-31')
    where
        marts.unit_reach.status = 'ok'
        and marts.unit_reach.window_days = 28
        and isodow(marts.unit_reach.window_end) = 7
    qualify
        row_number() over (
            partition by
                core.flag_episode.unit_id, core.flag_episode.flag, core.flag_episode.opened_on
            order by marts.unit_reach.window_end desc
        ) = 1
),

suppressed as (
    select unit_id
    from core.unit_shown
    group by all
    having
        arg_max(status, window_end) filter (where status not in ('no_data', 'not_trusted'))
        = 'suppressed'
)

select
    latest.unit_id,
    core.unit.unit,
    latest.flag,
    latest.opened_on,
    latest.closed_on,
    latest.window_end,
    latest.staff,
    latest.not_reached,
    latest.reach_rate,
    latest.reach_low,
    latest.reach_high,
    case when latest.is_coded then ['not_reached'] else [] end as coded,
    latest.reason,
    config.advice.advice
from latest
inner join core.unit using (unit_id)
left join config.advice using (reason)
left join suppressed using (unit_id)
where suppressed.unit_id is null
