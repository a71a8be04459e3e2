-- One unit on one Sunday: is its reach below that of the rest of the organisation, beyond chance?
--
-- All units judged on the Sunday are one family, with a false discovery rate of 5 %
-- (Benjamini-Hochberg): all up to the last p-value that lies under its own share of the 5 %. The
-- rest is what the organisation's count leaves when the unit's is taken away, both as flags know
-- them: a rest by true counts would tell a coded count by subtraction.
--
-- grain: unit_id, window_end
-- column p_value: One-sided; 1 where there is nobody else, or no difference to be had.

with

compared as (
    select
        core.flag_subject.unit_id,
        core.flag_subject.window_end,
        coalesce(
            normal_cdf(
                pooled_z(
                    core.flag_subject.reached,
                    core.flag_subject.staff,
                    organisation.reached - core.flag_subject.reached,
                    organisation.staff - core.flag_subject.staff
                )
            ),
            1
        ) as p_value
    from core.flag_subject
    inner join core.flag_subject as organisation
        on core.flag_subject.window_end = organisation.window_end
        and organisation.unit_id = '(organisation)'
    where core.flag_subject.unit_id <> '(organisation)'
),

ranked as (
    select
        unit_id,
        window_end,
        p_value,
        count(*) over (partition by window_end order by p_value) as p_rank,
        count(*) over (partition by window_end) as family_size
    from compared
)

select
    unit_id,
    window_end,
    p_value,
    coalesce(
        p_value <= max(p_value) filter (where p_value <= 0.05e0 * p_rank / family_size)
            over (partition by window_end),
        false
    ) as is_held
from ranked
