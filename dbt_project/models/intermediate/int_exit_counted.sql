{{ config(materialized='view') }}

with judged as (

    {{ judged_claims() }}

)

select
    row_id,
    claim_no,
    regime,
    round,
    reporter_code,
    role,
    city_code,
    county_code,
    place_code,
    registry_code,
    industry,
    industry_code,
    industry_path,
    coalesce(enterprise_key, credit_code) is not null as is_named,
    written_id,
    enterprise_id,
    capacity,
    capacity_unit,
    equipment_text,
    equipment,
    equipment_count,
    method,
    shut_on,
    dismantled_on
from judged
where is_exit and held_by is null
