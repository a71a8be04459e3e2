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
-- column coded: Columns that are not shown as they are, since they would speak of a few known
--     people: a bound (at most 2, or at least 2 short of licensed) or null.
-- fail: (staff is null) = (status in ('suppressed', 'not_trusted', 'no_data', 'not_in_use'))
-- fail: reached <= staff or reached is null
-- fail: reach_rate between reach_low and reach_high or reach_rate is null
-- fail: staff >= getvariable('min_group') or staff is null

select
    core.unit_shown.unit_id,
    core.unit.unit,
    core.unit_shown.window_end,
    core.unit_shown.day_count as window_days,
    core.unit_shown.status,
    core.unit_shown.staff,
    core.unit_shown.account,
    core.unit_shown.licensed,
    core.unit_shown.onboarded,
    core.unit_shown.active,
    core.unit_shown.reached,
    core.unit_shown.contributing,
    share(core.unit_shown.reached, core.unit_shown.staff) as reach_rate,
    wilson_low(core.unit_shown.reached, core.unit_shown.staff) as reach_low,
    wilson_high(core.unit_shown.reached, core.unit_shown.staff) as reach_high,
    core.unit_reason.reason,
    core.unit_shown.coded
from core.unit_shown
inner join core.unit using (unit_id)
left join core.unit_reason using (unit_id, window_end)
