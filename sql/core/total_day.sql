-- Graph's own count of the people who did one kind of thing in one channel on a day, as last told.
--
-- grain: channel, day, counter

with

newest as (
    select
        channel,
        report_date,
        unnest(map_keys(totals)) as counter,
        unnest(map_values(totals)) as person_count
    from staging.user_counts
    qualify row_number() over (partition by channel, report_date order by day desc) = 1
)

select
    channel,
    report_date as day,
    counter,
    person_count
from newest
