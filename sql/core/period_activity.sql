-- One row of an imported period file that makes a window, and the person that it is about.
--
-- grain: channel, window_end, row_number
-- column person_id: Null where the row's name is nobody's in the directory.
-- column is_expected: Not a guest and not marked deleted: the directory should know the name.

with

reported as (
    select
        channel,
        day,
        period_days,
        person_id,
        upn_id,
        identity_class,
        is_deleted,
        is_active,
        has_received,
        has_contributed
    from staging.user_activity
    where period_days > 1
),

known as (
    select distinct person_id
    from staging.directory
)

select
    core.period_channel.channel,
    core.period_channel.window_end,
    row_number() over (
        partition by core.period_channel.channel, core.period_channel.window_end
        order by reported.upn_id, reported.person_id
    ) as row_number,
    coalesce(known.person_id, core.upn_owner.person_id) as person_id,
    coalesce(reported.identity_class <> 'guest', true)
    and not coalesce(reported.is_deleted, false) as is_expected,
    reported.is_active,
    reported.has_received,
    reported.has_contributed
from core.period_channel
inner join reported
    on core.period_channel.channel = reported.channel
    and core.period_channel.file_day = reported.day
    and core.period_channel.day_count = reported.period_days
left join known on reported.person_id = known.person_id
left join core.upn_owner
    on reported.upn_id = core.upn_owner.upn_id
    and reported.day between core.upn_owner.valid_from and core.upn_owner.valid_to
