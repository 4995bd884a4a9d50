with claims as (

    select * from {{ ref('int_claim') }}

),

first_named as (

    select
        enterprise_id,
        enterprise_key,
        enterprise,
        row_number() over (partition by enterprise_id order by regime, round, claim_no) as claim_rank
    from claims

)

select
    enterprise_id,
    enterprise,
    enterprise_key
from first_named
where claim_rank = 1
