-- How many persons stood outside the tree of units on the last day of a window.
--
-- Where more than a fifth of them lack a unit, the units' figures would be those of whoever filled
-- the field in, so the window is not trusted.
--
-- grain: window_end
-- column blank_count: Persons whose unit attribute is blank.
-- column unmapped_count: Persons with a unit that the register does not know.

with

counted as (
    select
        window_end,
        count(*) as account,
        count(*) filter (where unit_id = '(no department)') as blank_count,
        count(*) filter (where unit_id = '(unmapped)') as unmapped_count
    from core.staff
    group by all
)

select
    window_end,
    account,
    blank_count,
    unmapped_count,
    share(blank_count, account) > blank_unit_limit() as is_untrusted
from counted
