-- How many of a unit's staff leadership's channels reached in a window, and on which step of the
-- way the others were lost.
--
-- A window describes the people who belong to the unit on its last day, with what they did
-- anywhere in the organisation in its days. A unit's figures cover everything below it. What is
-- not known or not to be shown is null and `status` says why; it is never zero.
--
-- grain: unit_id, window_end, window_days
-- column unit_id: The unit; see marts.unit.
-- column unit: The unit's name.
-- column window_end: Last day of the window.
-- column window_days: Length of the window in days: 28, or that of an imported period file.
-- column status: ok, partial (1 to 4 days are missing), quiet (few working days), suppressed (too
--     few people to show), not_trusted, no_data or not_in_use; without figures in the last four.
-- column staff: Expected heads in the unit, or its persons where those are more.
-- column account: Of those, with an account of their own.
-- column licensed: Of those, with a licence for a channel that leadership uses.
-- column onboarded: Of those, ever active in any channel.
-- column active: Of those, active in any channel in the window.
-- column reached: Of those, took something in where leadership publishes, in the window.
-- column contributing: Of those, gave something that others can see, in any channel.
-- column reach_rate: reached / staff, a fraction.
-- column reach_low: Lower end of its 95 % Wilson interval.
-- column reach_high: Upper end of its 95 % Wilson interval.
-- column reason: The step on which the unit loses most beyond the organisation's own rate:
--     no_account, no_licence, never_onboarded, dormant or wrong_channel; null if none stands out.
-- column coded: Columns of conduct that are not shown as they are, since they would speak of a
--     few known people.
-- fail: (staff is null) = (status in ('suppressed', 'not_trusted', 'no_data', 'not_in_use'))
-- fail: reached <= staff or reached is null
-- fail: reach_rate between reach_low and reach_high or reach_rate is null
-- fail: staff >= getvariable('min_group') or staff is null

with

permitted as (
    select
        core.unit_window.unit_id,
        core.unit_window.window_end,
        core.unit_window.status,
        core.unit_window.is_coded,
        core.unit_window.staff,
        core.unit_window.account,
        core.unit_window.licensed,
        case when not core.unit_window.is_coded then onboarded end as onboarded,
        case when not core.unit_window.is_coded then active end as active,
        case when not core.unit_window.is_coded then reached end as reached,
        case when not core.unit_window.is_coded then contributing end as contributing,
        case
            when
                not core.unit_window.is_coded
                or core.unit_reason.reason in ('no_account', 'no_licence')
                then core.unit_reason.reason
        end as reason
    from core.unit_window
    left join core.unit_reason using (unit_id, window_end)
    where core.unit_window.status in ('ok', 'partial', 'quiet')
)

select
    core.unit_window.unit_id,
    core.unit.unit,
    core.unit_window.window_end,
    core.unit_window.day_count as window_days,
    core.unit_window.status,
    permitted.staff,
    permitted.account,
    permitted.licensed,
    permitted.onboarded,
    permitted.active,
    permitted.reached,
    permitted.contributing,
    share(permitted.reached, permitted.staff) as reach_rate,
    wilson_low(permitted.reached, permitted.staff) as reach_low,
    wilson_high(permitted.reached, permitted.staff) as reach_high,
    permitted.reason,
    case
        when permitted.is_coded then ['onboarded', 'active', 'reached', 'contributing']
        else cast([] as varchar[])
    end as coded
from core.unit_window
inner join core.unit using (unit_id)
left join permitted
    on core.unit_window.unit_id = permitted.unit_id
    and core.unit_window.window_end = permitted.window_end
