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
-- column coded: Columns that are shown as a bound.
-- fail: (licensed is null) = (status in ('suppressed', 'not_trusted', 'no_data', 'not_in_use'))
-- fail: licensed >= getvariable('min_group') or licensed is null
-- fail: adoption_rate between adoption_low and adoption_high or adoption_rate is null

with

permitted as (
    select
        unit_id,
        channel,
        window_end,
        licensed,
        active,
        received,
        contributed
    from core.unit_channel
    where status in ('ok', 'partial', 'quiet')
)

select
    core.unit_channel.unit_id,
    core.unit.unit,
    core.unit_channel.channel,
    core.unit_channel.window_end,
    core.unit_channel.day_count as window_days,
    core.unit_channel.status,
    permitted.licensed,
    permitted.active,
    permitted.received,
    permitted.contributed,
    share(permitted.active, permitted.licensed) as adoption_rate,
    wilson_low(permitted.active, permitted.licensed) as adoption_low,
    wilson_high(permitted.active, permitted.licensed) as adoption_high,
    cast([] as varchar[]) as coded
from core.unit_channel
inner join core.unit using (unit_id)
left join permitted
    on core.unit_channel.unit_id = permitted.unit_id
    and core.unit_channel.channel = permitted.channel
    and core.unit_channel.window_end = permitted.window_end
