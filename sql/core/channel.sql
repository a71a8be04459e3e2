-- One channel that the configuration uses, and whether the tenant has it at all.
--
-- A channel without a row on any requested day and with blank or zero totals is not in use and
-- leaves the leadership set, as does one that Graph does not know; as long as its totals have not
-- landed nobody can say so. The report of 180 days does not count: it lists whoever has a licence,
-- used or not.
--
-- grain: channel
-- column is_in_use: False only when every answer so far says that nobody ever did anything there.
-- column is_leadership: Leadership publishes here, and the tenant has it.

with

requested as (
    select
        channel,
        sum(row_count) filter (where grain = 'person_day' and period_days = 1) as person_row_count,
        bool_or(grain = 'day') as has_totals,
        bool_or(is_unknown) as is_unknown,
        sum(row_count) filter (where grain = 'person_day') as any_row_count
    from staging.snapshot
    where channel is not null
    group by all
),

counted as (
    select
        channel,
        bool_or(is_active) as has_activity
    from staging.user_counts
    group by all
),

observed as (
    select
        channel,
        coalesce(requested.person_row_count, 0) > 0
        or (
            (not requested.has_totals or coalesce(counted.has_activity, false))
            and not (requested.is_unknown and coalesce(requested.any_row_count, 0) = 0)
        ) as is_in_use
    from requested
    left join counted using (channel)
)

select
    config.channel.channel,
    coalesce(observed.is_in_use, true) as is_in_use,
    config.channel.is_leadership and coalesce(observed.is_in_use, true) as is_leadership
from config.channel
left join observed using (channel)
