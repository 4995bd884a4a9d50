with exits as (

    select * from {{ ref('fct_exit') }}

),

exit_claims as (

    select * from {{ ref('fct_exit_claim') }}

),

claims as (

    select * from {{ ref('fct_claim') }}

),

enterprises as (

    select * from {{ ref('dim_enterprise') }}

),

reporters as (

    select * from {{ ref('dim_reporter') }}

),

sums as (

    select
        exit_claims.exit_id,
        claims.reporter_code,
        exit_claims.role,
        exit_claims.is_chosen,
        claims.capacity_unit,
        count(*) as claims,
        sum(claims.capacity) as capacity
    from exit_claims
    inner join claims
        on exit_claims.row_id = claims.row_id
    group by
        exit_claims.exit_id, claims.reporter_code, exit_claims.role, exit_claims.is_chosen, claims.capacity_unit

)

select
    exits.exit_id,
    exits.regime,
    exits.round,
    exits.city_code,
    exits.county_code,
    exits.industry,
    enterprises.enterprise,
    exits.reconciliation,
    sums.reporter_code,
    reporters.reporter,
    sums.role,
    sums.is_chosen,
    cast(sums.claims as integer) as claims,
    cast(sums.capacity as decimal(28, 8)) as claimed_capacity,
    sums.capacity_unit as claimed_unit,
    exits.capacity as counted_capacity,
    exits.capacity_unit as counted_unit
from exits
inner join sums
    on exits.exit_id = sums.exit_id
inner join enterprises
    on exits.enterprise_id = enterprises.enterprise_id
left join reporters
    on
        exits.regime = reporters.regime
        and sums.reporter_code = reporters.reporter_code
