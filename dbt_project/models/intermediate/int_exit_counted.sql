{{ config(materialized='view') }}

with claims as (

    select * from {{ ref('int_claim') }}

),

exit_methods as (

    select * from {{ ref('stg_exit_methods') }}

),

-- the line of an industry goes before the line of every industry
judged as (

    select
        claims.*,
        coalesce(methods_of_industry.is_exit, methods_of_any_industry.is_exit, claims.method is null) as is_exit
    from claims
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
    industry,
    industry_code,
    enterprise_key,
    enterprise_id,
    capacity,
    capacity_unit,
    equipment_count,
    method,
    shut_on,
    dismantled_on
from judged
where is_exit
