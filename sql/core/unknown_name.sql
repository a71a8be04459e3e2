-- One pseudonym in a day's report that no account of the directory has ever gone by.
--
-- Few do, so that whoever looks for their rows need not look up everybody's.
--
-- grain: name_id

select distinct core.name_activity.name_id
from core.name_activity
left join core.known_name using (name_id)
where core.known_name.name_id is null
