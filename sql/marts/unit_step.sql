-- One step on the way from staff to reached: how many of a unit's people are lost on it, and who
-- has the next move.
--
-- Computed from what marts.unit_reach shows, and tells nothing more.
--
-- grain: unit_id, window_end, window_days, reason
-- column unit_id: The unit; see marts.unit.
-- column unit: The unit's name.
-- column window_end: Last day of the window.
-- column window_days: Length of the window in days.
-- column step_number: 1 to 5, in the order of the funnel.
-- column reason: no_account, no_licence, never_onboarded, dormant or wrong_channel.
-- column actor: Who has the next move: hr_it, it, line_leader or communications.
-- column lost: People on the step before who are not on the next; null where one is not shown.
-- column is_coded: Computed from a count that is shown as a bound, or is not shown as it is.
-- fail: lost >= 0 or lost is null
-- fail: actor is not null

with

step as (
    select
        unit_id,
        unit,
        window_end,
        window_days,
        unnest([1, 2, 3, 4, 5]) as step_number,
        unnest(
            ['no_account', 'no_licence', 'never_onboarded', 'dormant', 'wrong_channel']
        ) as reason,
        unnest([
            staff - account,
            account - licensed,
            licensed - onboarded,
            onboarded - active,
            active - reached
        ]) as lost,
        unnest([
            list_has_any(coded, ['staff', 'account']),
            list_has_any(coded, ['account', 'licensed']),
            list_has_any(coded, ['licensed', 'onboarded']),
            list_has_any(coded, ['onboarded', 'active']),
            list_has_any(coded, ['active', 'reached'])
        ]) as is_coded
    from marts.unit_reach
)

select
    step.unit_id,
    step.unit,
    step.window_end,
    step.window_days,
    step.step_number,
    step.reason,
    config.actor.actor,
    greatest(step.lost, case when step.lost is not null then 0 end) as lost,
    step.is_coded
from step
left join config.actor using (reason)
