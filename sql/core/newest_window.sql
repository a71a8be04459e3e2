-- The newest window that figures are given for, complete or not: one row, none at the very start.
--
-- grain: window_end

select window_end
from core.evaluation_day
qualify row_number() over (order by is_newest desc, window_end desc) = 1
