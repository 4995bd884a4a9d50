with exits as (

    select
        exit_id,
        capacity
    from {{ ref('fct_exit') }}
    union all
    select
        exit_id,
        capacity
    from {{ ref('fct_plan') }}
    where plan_change != 'added'

),

exit_claims as (

    select * from {{ ref('fct_exit_claim') }}
    where is_chosen

),

claims as (

    select * from {{ ref('fct_claim') }}

),

sums as (

    select
        exit_claims.exit_id,
        sum(coalesce(exit_claims.part_capacity, claims.capacity)) as capacity,
        count(distinct claims.capacity_unit) as units
    from exit_claims
    inner join claims
        on exit_claims.row_id = claims.row_id
    group by exit_claims.exit_id

)

select
    exits.exit_id,
    exits.capacity,
    sums.capacity as claimed_capacity,
    sums.units
from exits
left join sums
    on exits.exit_id = sums.exit_id
where
    sums.exit_id is null
    or coalesce(exits.capacity, -1) != coalesce(sums.capacity, -1)
    or sums.units > 1
