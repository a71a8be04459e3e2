-- The way to the target: how many more of a unit's people would have to be reached, on which step
-- the others are lost, and who has the next move.
--
-- Computed from what marts.unit_reach shows, and tells nothing more: null where that is null, and
-- named in `coded` where that is shown as a bound.
--
-- grain: unit_id, window_end, window_days
-- column unit_id: The unit; see marts.unit.
-- column unit: The unit's name.
-- column window_end: Last day of the window.
-- column window_days: Length of the window in days.
-- column status: As in marts.unit_reach.
-- column needed: People who would be reached at the target: its share of the staff, rounded up.
-- column to_target: How many more than now that is; 0 where the target is met.
-- column not_reached: Staff less reached.
-- column gap_share: The unit's part of all people of the organisation who are not reached, a
--     fraction; the parts of units side by side add up.
-- column no_account: Of those not reached, lost for want of an account, the first step.
-- column no_licence: Of those not reached, with an account and no licence.
-- column never_onboarded: Of those not reached, with a licence and never active.
-- column dormant: Of those not reached, active before and not in the window.
-- column wrong_channel: Of those not reached, active, but not where leadership publishes.
-- column hr_it: Of those not reached, people for whom HR and IT have the next move.
-- column it: Of those not reached, people for whom IT has the next move.
-- column line_leader: Of those not reached, people for whom the line leader has the next move.
-- column communications: Of those not reached, people for whom communications has the next move.
-- column coded: Columns computed from a count that is shown as a bound, or is not shown.
-- fail: (needed is null) = (status in ('suppressed', 'not_trusted', 'no_data', 'not_in_use'))
-- fail: gap_share >= 0 or gap_share is null
-- fail: hr_it + it + line_leader + communications >= not_reached
--     or hr_it + it + line_leader + communications is null or not_reached is null

with

split as (
    select
        unit_id,
        window_end,
        window_days,
        max(lost) filter (where reason = 'no_account') as no_account,
        max(lost) filter (where reason = 'no_licence') as no_licence,
        max(lost) filter (where reason = 'never_onboarded') as never_onboarded,
        max(lost) filter (where reason = 'dormant') as dormant,
        max(lost) filter (where reason = 'wrong_channel') as wrong_channel,
        whole_sum(lost, actor = 'hr_it') as hr_it,
        whole_sum(lost, actor = 'it') as it,
        whole_sum(lost, actor = 'line_leader') as line_leader,
        whole_sum(lost, actor = 'communications') as communications,
        list(reason order by step_number) filter (where is_coded) as coded_reasons,
        list(distinct actor order by actor) filter (where is_coded) as coded_actors
    from marts.unit_step
    group by all
),

gap as (
    select
        marts.unit_reach.unit_id,
        marts.unit_reach.window_end,
        marts.unit_reach.window_days,
        marts.unit_reach.staff - marts.unit_reach.reached as not_reached,
        whole.staff - whole.reached as not_reached_in_all,
        list_contains(marts.unit_reach.coded, 'reached') as is_coded,
        list_contains(whole.coded, 'reached') as is_coded_in_all,
        -- 0.07 * 100 is a little more than 7 to a computer
        cast(ceil(round(getvariable('target') * marts.unit_reach.staff, 9)) as bigint) as needed
    from marts.unit_reach
    inner join marts.unit_reach as whole using (window_end, window_days)
    where whole.unit_id = '(organisation)'
)

select
    marts.unit_reach.unit_id,
    marts.unit_reach.unit,
    marts.unit_reach.window_end,
    marts.unit_reach.window_days,
    marts.unit_reach.status,
    gap.needed,
    case
        when marts.unit_reach.reached is not null
            then greatest(gap.needed - marts.unit_reach.reached, 0)
    end as to_target,
    gap.not_reached,
    share(gap.not_reached, gap.not_reached_in_all) as gap_share,
    split.no_account,
    split.no_licence,
    split.never_onboarded,
    split.dormant,
    split.wrong_channel,
    split.hr_it,
    split.it,
    split.line_leader,
    split.communications,
    case when gap.is_coded then ['to_target', 'not_reached'] else [] end
    || case when gap.is_coded or gap.is_coded_in_all then ['gap_share'] else [] end
    || coalesce(split.coded_reasons, [])
    || coalesce(split.coded_actors, []) as coded
from marts.unit_reach
inner join gap using (unit_id, window_end, window_days)
inner join split using (unit_id, window_end, window_days)
