-- One working day's report with rows: are there about as many as such a day has?
--
-- Where the report lists everybody, it should be about as long as the list of the licensed. Where
-- it lists only who was active, all there is to go by is the same weekday of the four weeks before,
-- and a quiet day is no fault: it is a warning. Until there are four weeks, or where a report lists
-- everybody and nothing is known of plans, nobody can say.
--
-- grain: check_name, channel, day
-- column value: Rows; null where nobody can say.
-- column threshold: Fewest rows that would do.

with

begun as (
    select
        channel,
        min(day) as first_day
    from core.daily_report
    where row_count > 0
    group by all
),

compared as (
    select
        this.channel,
        this.day,
        this.row_count,
        median(earlier.row_count) filter (
            where isodow(earlier.day) = isodow(this.day)
        ) as usual_count,
        coalesce(
            share(sum(earlier.idle_count), sum(earlier.row_count)) >= everybody_share(), false
        ) as lists_everybody
    from core.daily_report as this
    inner join core.day on this.day = core.day.day
    inner join begun on this.channel = begun.channel
    left join core.daily_report as earlier
        on this.channel = earlier.channel
        and earlier.day between this.day - 28 and this.day - 1
        and earlier.row_count > 0
        and begun.first_day <= this.day - 28
    where core.day.is_working_day and this.row_count > 0
    group by all
),

expected as (
    select
        compared.channel,
        compared.day,
        compared.row_count,
        compared.lists_everybody,
        ceil(
            usual_share() * case
                when compared.lists_everybody then core.licensed_snapshot.licensed
                else compared.usual_count
            end
        ) as threshold
    from compared
    left join core.directory_span
        on compared.day between core.directory_span.valid_from and core.directory_span.valid_to
    left join core.licensed_snapshot
        on compared.channel = core.licensed_snapshot.channel
        and core.directory_span.snapshot_day = core.licensed_snapshot.snapshot_day
)

select
    'rows_below_usual' as check_name,
    channel,
    day,
    case
        when coalesce(row_count >= threshold, true) then 'pass'
        when lists_everybody then 'fail'
        else 'warn'
    end as result,
    case when threshold is not null then row_count end as value,
    threshold
from expected
