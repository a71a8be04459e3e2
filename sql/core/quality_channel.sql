-- One channel that the configuration names, but the tenant does not have.
--
-- grain: check_name, scope, day

select
    'channel_not_in_use' as check_name,
    channel as scope,
    getvariable('as_of') as day,
    'warn' as result
from core.channel
where not is_in_use
