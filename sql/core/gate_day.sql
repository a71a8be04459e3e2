-- One thing that must hold of one day's report before its figures count.
--
-- A day that fails any of them is not complete, and has no figures. A warning lets it pass.
--
-- grain: check_name, channel, day
-- fail: result in ('pass', 'warn', 'fail')

with

gate as (
    from core.gate_concealed
    union all by name
    from core.gate_account
    union all by name
    from core.gate_refused
    union all by name
    from core.gate_blank
    union all by name
    from core.gate_cut
    union all by name
    from core.gate_usual
    union all by name
    from core.gate_totals
)

select
    check_name,
    channel,
    day,
    result,
    cast(value as double) as value,
    cast(threshold as double) as threshold
from gate
