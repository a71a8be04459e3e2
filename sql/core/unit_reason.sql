-- Why a unit is not reached: the step of the funnel on which it loses most beyond what it would
-- lose at the organisation's own rate, in people.
--
-- Ties go to the earlier step; no step above zero, no reason; the organisation has none.
--
-- grain: unit_id, window_end

with

funnel_step as (
    select
        unit_id,
        window_end,
        unnest([1, 2, 3, 4, 5]) as step_number,
        unnest(
            ['no_account', 'no_licence', 'never_onboarded', 'dormant', 'wrong_channel']
        ) as reason,
        unnest([staff, account, licensed, onboarded, active]) as entering,
        unnest([
            staff - account,
            account - licensed,
            licensed - onboarded,
            onboarded - active,
            active - reached
        ]) as lost
    from core.unit_funnel
),

excess as (
    select
        funnel_step.unit_id,
        funnel_step.window_end,
        funnel_step.step_number,
        funnel_step.reason,
        funnel_step.lost
        - funnel_step.entering * coalesce(share(whole.lost, whole.entering), 0) as lost_beyond
    from funnel_step
    inner join funnel_step as whole
        on funnel_step.window_end = whole.window_end
        and funnel_step.step_number = whole.step_number
        and whole.unit_id = '(organisation)'
    where funnel_step.unit_id <> '(organisation)'
)

select
    unit_id,
    window_end,
    reason
from excess
where lost_beyond > 1e-9
qualify
    row_number() over (
        partition by unit_id, window_end order by round(lost_beyond, 9) desc, step_number
    ) = 1
