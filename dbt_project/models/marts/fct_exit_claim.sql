select
    exit_id,
    row_id,
    role,
    is_chosen
from {{ ref('int_exit_matched') }}
