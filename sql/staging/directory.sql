-- One account of the directory, as it was on the day of a snapshot.
--
-- grain: day, person_id
-- column account_class: member or guest.
-- column is_excluded: Matched a rule of the configuration when it landed (service account, room).
-- column unit_key: Cleaned unit attribute, compared without case; blank where there is none.

select
    day,
    person_id,
    upn_id,
    account_class,
    is_enabled,
    is_excluded,
    unit_key,
    unit_value,
    plan_set_id
from lake.directory
