-- One counter column of one snapshot: in how many of its rows something was counted, and how many
-- were blank.
--
-- grain: report, day, period_days, counter

with

entry as (
    select
        report,
        day,
        period_days,
        counters,
        unnest(json_keys(counters)) as counter
    from lake.snapshot
)

select
    report,
    day,
    period_days,
    counter,
    cast(json_extract(counters, '$.' || counter || '.above_zero') as bigint) as above_zero_count,
    cast(json_extract(counters, '$.' || counter || '.blank') as bigint) as blank_count
from entry
