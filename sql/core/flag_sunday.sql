-- One unit on one Sunday with a window that is ok: does a flag's condition hold?
--
-- Null where the condition cannot be judged (`falling` without an ok window 28 days earlier); such
-- a Sunday counts neither way. Pseudo-units are never flagged; the root is never `behind`.
--
-- grain: unit_id, flag, window_end

with

judged as (
    select
        core.unit_window.unit_id,
        core.unit_window.window_end,
        core.unit_window.staff,
        core.unit_window.reached
    from core.unit_window
    inner join core.unit using (unit_id)
    where
        core.unit_window.status = 'ok'
        and isodow(core.unit_window.window_end) = 7
        and not core.unit.is_pseudo
),

not_reached as (
    select
        unit_id,
        'not_reached' as flag,
        window_end,
        wilson_high(reached, staff) < getvariable('target')
        and staff - reached >= getvariable('min_not_reached') as is_held
    from judged
),

falling as (
    select
        judged.unit_id,
        'falling' as flag,
        judged.window_end,
        share(before.reached, before.staff) - share(judged.reached, judged.staff)
        >= getvariable('fall_points') / 100 - 1e-9
        and newcombe_low(before.reached, before.staff, judged.reached, judged.staff) > 0 as is_held
    from judged
    left join judged as before
        on judged.unit_id = before.unit_id and judged.window_end - 28 = before.window_end
),

compared as (
    select
        judged.unit_id,
        judged.window_end,
        coalesce(
            normal_cdf(
                pooled_z(
                    judged.reached,
                    judged.staff,
                    whole.reached - judged.reached,
                    whole.staff - judged.staff
                )
            ),
            1
        ) as p_value
    from judged
    inner join core.unit_funnel as whole
        on judged.window_end = whole.window_end and whole.unit_id = '(organisation)'
    where judged.unit_id <> '(organisation)'
),

-- Benjamini-Hochberg: all up to the last p-value that lies under its own share of the 5 %.
ranked as (
    select
        unit_id,
        window_end,
        p_value,
        count(*) over (
            partition by window_end
            order by p_value
            range between unbounded preceding and current row
        ) as p_rank,
        count(*) over (partition by window_end) as family_size
    from compared
),

behind as (
    select
        unit_id,
        'behind' as flag,
        window_end,
        coalesce(
            p_value <= max(p_value) filter (where p_value <= 0.05e0 * p_rank / family_size)
                over (partition by window_end),
            false
        ) as is_held
    from ranked
)

select
    unit_id,
    flag,
    window_end,
    is_held
from not_reached
union all
select
    unit_id,
    flag,
    window_end,
    is_held
from falling
union all
select
    unit_id,
    flag,
    window_end,
    is_held
from behind
