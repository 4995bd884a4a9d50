with claims as (

    {{ judged_claims() }}

)

select
    row_id,
    submission_id,
    regime,
    round,
    reporter_code,
    role,
    sheet,
    row,
    claim_cell,
    city_code,
    county_code,
    industry,
    industry_code,
    written_id,
    enterprise_id,
    enterprise,
    credit_code,
    equipment_text,
    capacity_text,
    capacity,
    capacity_unit,
    cast(equipment_count as integer) as equipment_count,
    category_text,
    method,
    shut_on,
    dismantled_on,
    accepted_on,
    held_by
from claims
where enterprise_id is not null
