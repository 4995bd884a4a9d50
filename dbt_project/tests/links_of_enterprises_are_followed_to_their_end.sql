select
    written_id,
    enterprise_id
from {{ ref('int_enterprise') }}
where not is_settled
