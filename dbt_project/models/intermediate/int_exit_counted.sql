{{ config(materialized='view') }}

with claims as (

    select * from {{ ref('int_claim') }}

),

enterprises as (

    select * from {{ ref('int_enterprise') }}

),

exit_methods as (

    select * from {{ ref('stg_exit_methods') }}

),

held as (

    {{ enterprises_held() }}

),

-- the line of an industry goes before the line of every industry
judged as (

    select
        claims.*,
        enterprises.enterprise_id,
        held.held_by,
        coalesce(methods_of_industry.is_exit, methods_of_any_industry.is_exit, claims.method is null) as is_exit
    from claims
    left join enterprises
        on claims.written_id = enterprises.written_id
    left join held
        on
            claims.regime = held.regime
            and claims.round = held.round
            and enterprises.enterprise_id = held.enterprise_id
    left join exit_methods as methods_of_industry
        on
            claims.regime = methods_of_industry.regime
            and claims.industry = methods_of_industry.industry
            and claims.method = methods_of_industry.method
    left join exit_methods as methods_of_any_industry
        on
            claims.regime = methods_of_any_industry.regime
            and methods_of_any_industry.industry = '*'
            and claims.method = methods_of_any_industry.method

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
