select
    exit_id,
    row_id,
    role,
    is_chosen,
    chosen_by,
    cast(chosen_by_decision as integer) as chosen_by_decision,
    claims_id,
    cast(part_capacity as decimal(28, 8)) as part_capacity
from {{ ref('int_exit_matched') }}
