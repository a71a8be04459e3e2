-- How many of a unit's licensed people use one channel, and how, in a window.
--
-- grain: unit_id, channel, window_end, window_days
-- column unit_id: The unit; see marts.unit.
-- column unit: The unit's name.
-- column channel: teams, viva_engage or sharepoint.
-- column window_end: Last day of the window.
-- column window_days: Length of the window in days: 28, or that of an imported period file.
-- column status: ok, partial (1 to 4 days are missing), quiet (few working days), suppressed (too
--     few licensed to show), not_trusted, no_data or not_in_use; without figures in the last four.
-- column licensed: Persons with a licence for the channel, or active in it.
-- column active: Of those, did anything in the channel in the window.
-- column received: Of those, took something in.
-- column contributed: Of those, gave something that others can see.
-- column adoption_rate: active / licensed, a fraction.
-- column adoption_low: Lower end of its 95 % Wilson interval.
-- column adoption_high: Upper end of its 95 % Wilson interval.
-- column coded: Columns of conduct that are shown as a bound (at most 2, or at least 2 short of
--     licensed), or not at all to protect others.
-- fail: (licensed is null) = (status in ('suppressed', 'not_trusted', 'no_data', 'not_in_use'))
-- fail: licensed >= getvariable('min_group') or licensed is null
-- fail: adoption_rate between adoption_low and adoption_high or adoption_rate is null

select
    core.unit_channel_shown.unit_id,
    core.unit.unit,
    core.unit_channel_shown.channel,
    core.unit_channel_shown.window_end,
    core.unit_channel_shown.day_count as window_days,
    core.unit_channel_shown.status,
    core.unit_channel_shown.licensed,
    core.unit_channel_shown.active,
    core.unit_channel_shown.received,
    core.unit_channel_shown.contributed,
    share(core.unit_channel_shown.active, core.unit_channel_shown.licensed) as adoption_rate,
    wilson_low(core.unit_channel_shown.active, core.unit_channel_shown.licensed) as adoption_low,
    wilson_high(core.unit_channel_shown.active, core.unit_channel_shown.licensed) as adoption_high,
    core.unit_channel_shown.coded
from core.unit_channel_shown
inner join core.unit using (unit_id)
