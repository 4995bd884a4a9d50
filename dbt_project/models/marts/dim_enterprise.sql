with claims as (

    select * from {{ ref('int_claim') }}

),

enterprises as (

    select * from {{ ref('int_enterprise') }}

),

-- an order or a record that counts makes an enterprise exist too; where there are claims they name it
said as (

    select
        written_id,
        enterprise,
        city_code,
        regime,
        round,
        claim_no,
        row_id,
        0 as place
    from claims
    union all
    select
        written_id,
        enterprise,
        city_code,
        regime,
        round,
        cast(null as integer) as claim_no,
        row_id,
        1 as place
    from {{ ref('int_mention') }}
    where told_in in ('rectification', 'acceptance')

),

named as (

    select
        enterprises.enterprise_id,
        said.enterprise,
        enterprises.enterprise_key,
        max(enterprises.credit_code) over (partition by enterprises.enterprise_id) as credit_code,
        said.city_code,
        enterprises.registry_code,
        row_number() over (
            partition by enterprises.enterprise_id
            order by said.place, said.regime, said.round, said.claim_no, said.row_id
        ) as claim_rank
    from said
    inner join enterprises
        on said.written_id = enterprises.written_id

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
