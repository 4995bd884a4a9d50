with exit_claims as (

    select * from {{ ref('int_exit_matched') }}
    where is_chosen

),

machines as (

    select * from {{ ref('int_claim_machine') }}

)

select
    exit_claims.exit_id,
    machines.row_id,
    machines.machine_no,
    machines.machine,
    machines.spec_value,
    machines.spec_unit,
    machines.quantity,
    machines.quantity_unit
from exit_claims
inner join machines
    on exit_claims.row_id = machines.row_id
