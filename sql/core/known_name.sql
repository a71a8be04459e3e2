-- One pseudonym, of an object id or of a UPN, by which an account of the directory goes or went.
--
-- grain: name_id

select person_id as name_id
from staging.directory
group by all
union
select upn_id as name_id
from staging.directory
where upn_id is not null
group by all
