-- What may be shown of one unit in one window: of its funnel (no channel), or in one channel.
--
-- Decided for all units of all windows at once, see adoption/privacy.py: small groups are hidden,
-- counts of conduct near nobody or everybody are shown as a bound, and siblings are hidden where
-- subtraction would give those away. A pseudo-unit without anybody is no group. Windows without
-- figures come back hidden.
--
-- grain: unit_id, channel, window_end
-- column channel: Blank for the funnel.
-- column shown: The counts in the order of core.unit_funnel or core.unit_channel; null where none
--     is shown, the bound where coded.
-- column coded: Columns that are shown as a bound or, in a shown row, not at all.
-- column is_own: Hidden not only because an earlier window that shares a day hid it.

with

present as (
    select
        core.unit_window.unit_id,
        core.unit_window.window_end
    from core.unit_window
    inner join core.unit using (unit_id)
    where core.unit_window.staff > 0 or not coalesce(core.unit.is_pseudo, false)
),

funnels as (
    select
        list({
            unit_id: core.unit_window.unit_id,
            parent_id: core.unit.parent_id,
            window_start: core.evaluation_day.window_start,
            window_end: core.unit_window.window_end,
            is_available: has_figures(core.unit_window.status),
            staff: core.unit_window.staff,
            account: core.unit_window.account,
            licensed: core.unit_window.licensed,
            onboarded: core.unit_window.onboarded,
            active: core.unit_window.active,
            reached: core.unit_window.reached,
            contributing: core.unit_window.contributing
        }) as funnel_rows
    from core.unit_window
    inner join present using (unit_id, window_end)
    inner join core.unit using (unit_id)
    inner join core.evaluation_day using (window_end)
),

channels as (
    select
        list({
            unit_id: unit_id,
            channel: channel,
            window_end: window_end,
            is_available: has_figures(status),
            licensed: licensed,
            active: active,
            received: received,
            contributed: contributed
        }) as channel_rows
    from core.unit_channel
    inner join present using (unit_id, window_end)
),

leadership as (
    select list(channel) as channel_names
    from core.channel
    where is_leadership
),

-- By windows that are made no more, since their days are gone from the lake.
before as (
    select
        list({
            unit_id: coalesce(core.renamed_unit.unit_id, staging.hidden_row.unit_id),
            channel: staging.hidden_row.channel,
            window_end: staging.hidden_row.window_end
        }) as hidden_rows
    from staging.hidden_row
    left join core.renamed_unit on staging.hidden_row.unit_id = core.renamed_unit.unit_before
    where staging.hidden_row.window_end < getvariable('frozen_before')
),

published as (
    select
        unnest(
            publish(
                coalesce(funnels.funnel_rows, []),
                coalesce(channels.channel_rows, []),
                getvariable('min_group'),
                coalesce(leadership.channel_names, []),
                coalesce(before.hidden_rows, [])
            ),
            recursive := true
        )
    from funnels
    cross join channels
    cross join leadership
    cross join before
)

select
    unit_id,
    channel,
    window_end,
    is_hidden,
    is_own,
    shown,
    coded
from published
