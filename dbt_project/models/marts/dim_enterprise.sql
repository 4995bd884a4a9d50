with claims as (

    select * from {{ ref('int_claim') }}

),

enterprises as (

    select * from {{ ref('int_enterprise') }}

),

named as (

    select
        enterprises.enterprise_id,
        claims.enterprise,
        enterprises.enterprise_key,
        max(enterprises.credit_code) over (partition by enterprises.enterprise_id) as credit_code,
        claims.city_code,
        enterprises.registry_code,
        row_number() over (
            partition by enterprises.enterprise_id
            order by claims.regime, claims.round, claims.claim_no
        ) as claim_rank
    from claims
    inner join enterprises
        on claims.written_id = enterprises.written_id

)

select
    enterprise_id,
    enterprise,
    enterprise_key,
    credit_code,
    city_code,
    registry_code
from named
where claim_rank = 1
