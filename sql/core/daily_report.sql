-- One day's report of one channel, as it landed, and whether its figures can still change.
--
-- grain: channel, day
-- column concealed_count: Rows that carry masks instead of names.
-- column is_page: As many rows came as a page of Graph's has; null where row_count tells.

select
    channel,
    day,
    report,
    row_count,
    concealed_count,
    guest_count,
    deleted_count,
    idle_count,
    refused_count,
    is_page,
    fetched_on - day >= getvariable('settling_days')
    and coalesce(refresh_date >= day, true) as is_settled
from staging.snapshot
where grain = 'person_day' and period_days = 1 and channel is not null and not is_unknown
