select
    exit_id,
    row_id,
    role,
    is_chosen,
    chosen_by,
    cast(chosen_by_decision as integer) as chosen_by_decision,
    claims_id
from {{ ref('int_exit_matched') }}
