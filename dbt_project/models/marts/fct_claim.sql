with claims as (

    select * from {{ ref('int_claim') }}

),

enterprises as (

    select * from {{ ref('int_enterprise') }}

),

held as (

    {{ enterprises_held() }}

)

select
    claims.row_id,
    claims.submission_id,
    claims.regime,
    claims.round,
    claims.reporter_code,
    claims.role,
    claims.sheet,
    claims.row,
    claims.claim_cell,
    claims.city_code,
    claims.county_code,
    claims.industry,
    claims.industry_code,
    claims.written_id,
    enterprises.enterprise_id,
    claims.enterprise,
    claims.credit_code,
    claims.equipment_text,
    claims.capacity_text,
    claims.capacity,
    claims.capacity_unit,
    cast(claims.equipment_count as integer) as equipment_count,
    claims.category_text,
    claims.method,
    claims.shut_on,
    claims.dismantled_on,
    claims.accepted_on,
    held.held_by
from claims
inner join enterprises
    on claims.written_id = enterprises.written_id
left join held
    on
        claims.regime = held.regime
        and claims.round = held.round
        and enterprises.enterprise_id = held.enterprise_id
