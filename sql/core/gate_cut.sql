-- One day's report with rows: is it whole, or a single page of Graph's?
--
-- Exactly as many rows as a page has, where there were more in the four weeks before, are a page
-- and not the report.
--
-- grain: check_name, channel, day
-- column threshold: Most rows that a day had in the four weeks before.

with

compared as (
    select
        this.channel,
        this.day,
        this.row_count,
        coalesce(
            this.is_page, list_contains(getvariable('cut_sizes'), this.row_count)
        ) as is_page,
        max(earlier.row_count) as most_count
    from core.daily_report as this
    left join core.daily_report as earlier
        on this.channel = earlier.channel and earlier.day between this.day - 28 and this.day - 1
    where this.row_count > 0
    group by all
)

select
    'rows_cut' as check_name,
    channel,
    day,
    case
        when is_page and most_count > row_count then 'fail'
        else 'pass'
    end as result,
    row_count as value,
    most_count as threshold
from compared
