-- The formulas and limits that more than one model needs, each in one place.
-- noqa: disable=layout.indent
-- (sqlfluff does not see that a macro's body belongs to the macro.)

-- Wilson's score interval for a share of `hits` in `total`, 95 %, without continuity correction
-- (E. B. Wilson 1927). Null for a total of nothing and for hits that are not known (greatest would
-- pass over the null).
create macro wilson_centre(hits, total) as
    (hits + 1.959963984540054e0 ^ 2 / 2) / (total + 1.959963984540054e0 ^ 2);

create macro wilson_half_width(hits, total) as
    1.959963984540054e0 / (total + 1.959963984540054e0 ^ 2)
    * sqrt(hits * ((total - hits) / total) + 1.959963984540054e0 ^ 2 / 4);

create macro wilson_low(hits, total) as
    case
        when hits = 0 and total > 0 then 0e0
        when hits >= 0 and total > 0
            then greatest(0e0, wilson_centre(hits, total) - wilson_half_width(hits, total))
    end;

create macro wilson_high(hits, total) as
    case
        when hits = total and total > 0 then 1e0
        when hits >= 0 and total > 0
            then least(1e0, wilson_centre(hits, total) + wilson_half_width(hits, total))
    end;

create macro share(hits, total) as case when total > 0 then hits / total end;

-- Lower end of Newcombe's 95 % interval for share 1 less share 2, unpaired, without continuity
-- correction (R. G. Newcombe 1998, method 10).
create macro newcombe_low(hits_1, total_1, hits_2, total_2) as
    share(hits_1, total_1) - share(hits_2, total_2)
    - sqrt(
        (share(hits_1, total_1) - wilson_low(hits_1, total_1)) ^ 2
        + (wilson_high(hits_2, total_2) - share(hits_2, total_2)) ^ 2
    );

-- Its upper end: the lower one of the difference taken the other way round.
create macro newcombe_high(hits_1, total_1, hits_2, total_2) as
    -newcombe_low(hits_2, total_2, hits_1, total_1);

-- Probability that a standard normal variable is at most z: W. J. Cody's rational approximation
-- in J. F. Hart's form (G. West 2005), to the precision of a double.
create macro normal_tail(x) as
    case
        when x > 37 then 0e0
        when x < 7.07106781186547e0
            then exp(-x * x / 2) * ((((((
                3.52624965998911e-02 * x + 0.700383064443688e0) * x
                + 6.37396220353165e0) * x + 33.912866078383e0) * x
                + 112.079291497871e0) * x + 221.213596169931e0) * x
                + 220.206867912376e0)
            / (((((((
                8.83883476483184e-02 * x + 1.75566716318264e0) * x
                + 16.064177579207e0) * x + 86.7807322029461e0) * x
                + 296.564248779674e0) * x + 637.333633378831e0) * x
                + 793.826512519948e0) * x + 440.413735824752e0)
        else exp(-x * x / 2)
            / (x + 1 / (x + 2 / (x + 3 / (x + 4 / (x + 0.65e0))))) / 2.506628274631e0
    end;

create macro normal_cdf(z) as
    case when z > 0 then 1 - normal_tail(z) else normal_tail(-z) end;

-- The z of a two-proportion test with pooled variance: below zero where share 1 is the lower one.
-- Null where nothing varies, or where one side has nobody.
create macro pooled_z(hits_1, total_1, hits_2, total_2) as
    (share(hits_1, total_1) - share(hits_2, total_2))
    / nullif(sqrt(
        share(hits_1 + hits_2, total_1 + total_2)
        * (1 - share(hits_1 + hits_2, total_1 + total_2))
        * (1e0 / total_1 + 1e0 / total_2)
    ), 0);

-- A count of people that is shown no closer than "two or fewer"; null stays null, which greatest
-- would pass over.
create macro at_least_2(people) as case when people is not null then greatest(people, 2) end;

-- A count of conduct as it may be shown: near nobody or near everybody licensed it is a bound, so
-- that it does not tell of each single one. For units, adoption/publication.py says the same.
create macro is_bounded(people, licensed) as people <= 2 or people >= licensed - 2;

create macro bounded(people, licensed) as
    case
        when people <= 2 then 2
        when people >= licensed - 2 then licensed - 2
        else people
    end;

-- The lowest and the highest that such a count may be, for whoever reads its code; of a few
-- licensed people everything is open. Flags and reasons know no more, so that none tells which
-- count it is: a flag takes the middle.
create macro left_open(people, licensed) as
    case
        when licensed < getvariable('min_group') then [0, licensed]
        when people <= 2 then [0, 2]
        when people >= licensed - 2 then [licensed - 2, licensed]
        else [people]
    end;

create macro middle(people, licensed) as
    (left_open(people, licensed)[1] + left_open(people, licensed)[-1]) // 2;

-- Whether any day of `days` lies in the window; days of which nothing is known are none.
create macro any_day(days, window_days) as coalesce(bit_count(days & window_days) > 0, false);

-- A person is an enabled member account that no exclusion rule of the configuration matches.
create macro is_person(is_enabled, account_class, is_excluded) as
    is_enabled and account_class = 'member' and not is_excluded;

-- Unknown days with which a window is still shown, as partial.
create macro bearable_day_count() as getvariable('bearable_days');

-- Days after its newest complete day on which a channel is stale, and no longer trusted.
create macro stale_after_days() as getvariable('stale_after_days');

-- Share of persons without a unit up to which units may be told apart.
create macro blank_unit_limit() as getvariable('blank_unit_share');

-- The period that a pull fetches now and then, for the all-time dates in it alone.
create macro history_days() as 180;

-- Whether a report conceals who it is about: more than half of its rows carry masks.
create macro is_concealed(concealed_count, row_count) as concealed_count * 2 > row_count;

-- Share of a report's rows that must find an account, for the report to be believed.
create macro min_match_rate() as getvariable('min_match_share');

-- Share of the usual rows of such a weekday below which a report is too short to be whole.
create macro usual_share() as getvariable('usual_share');

-- Share of idle rows from which on a report lists everybody, and not only who was active.
create macro everybody_share() as 0.1e0;

-- Fewer than `total` by more than a share of it and by more than a few people: not the same thing
-- counted a little differently.
create macro is_far_below(people, total) as
    total - people > greatest(getvariable('total_gap_people'), getvariable('total_gap') * total);

-- Whether a window or channel of this status has figures that may be shown, privacy aside.
create macro has_figures(status) as status in ('ok', 'partial', 'quiet');

-- The sum of the rows for which `is_chosen` holds; null where any of them is not known.
create macro whole_sum(measure, is_chosen) as
    case
        when count(*) filter (where is_chosen) = count(measure) filter (where is_chosen)
            then cast(sum(measure) filter (where is_chosen) as bigint)
    end;
