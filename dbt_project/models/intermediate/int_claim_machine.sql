{{ config(materialized='view') }}

with claims as (

    select * from {{ ref('int_claim') }}

),

machines as (

    {{ unnested('claims', ['row_id'], 'equipment', 'machine', 'machine_no') }}

)

select
    row_id,
    cast(machine_no as integer) as machine_no,
    cast(machine.name as string) as machine,
    cast(machine.spec_value as decimal(28, 8)) as spec_value,
    cast(machine.spec_unit as string) as spec_unit,
    cast(machine.quantity as integer) as quantity,
    cast(machine.quantity_unit as string) as quantity_unit
from machines
