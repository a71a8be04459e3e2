-- One thing that was looked at in the data: what was found, and what to do about it.
--
-- grain: check_name, scope, day
-- history: none
-- column check_name: What was looked at.
-- column scope: On what: a report, a channel, a unit or the whole organisation.
-- column day: The day that the finding is about.
-- column result: pass, warn (figures stand, but read this) or fail (figures are held back).
-- column value: What was measured, a share or a count; null where it is unknown or too small to
--     show.
-- column threshold: What it is measured against.
-- column message: What was found and what to do.
-- fail: result in ('pass', 'warn', 'fail')
-- fail: message is not null

with

worded as (
    select
        core.quality_finding.check_name,
        core.quality_finding.scope,
        core.quality_finding.day,
        core.quality_finding.result,
        core.quality_finding.value,
        core.quality_finding.threshold,
        config.quality_text.message,
        case when config.quality_text.is_share then 100 else 1 end as factor,
        case when config.quality_text.is_share then ' %' else '' end as unit_sign,
        case when is_small then '< ' || getvariable('min_group') else '–' end as unknown_sign
    from core.quality_finding
    left join config.quality_text
        on config.quality_text.check_name
        = case
            when is_off then core.quality_finding.check_name || '_off'
            when result = 'pass' then 'pass'
            else core.quality_finding.check_name
        end
)

select
    check_name,
    scope,
    day,
    result,
    value,
    threshold,
    replace(
        replace(
            replace(message, '{scope}', scope),
            '{value}',
            coalesce(format('{:.0f}', value * factor) || unit_sign, unknown_sign)
        ),
        '{threshold}',
        coalesce(format('{:.0f}', threshold * factor) || unit_sign, unknown_sign)
    ) as message
from worded
