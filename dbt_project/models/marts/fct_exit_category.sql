with exit_claims as (

    select * from {{ ref('int_exit_matched') }}

),

claim_categories as (

    select * from {{ ref('int_claim_category') }}

),

united as (

    select distinct
        exit_claims.exit_id,
        claim_categories.category
    from exit_claims
    inner join claim_categories
        on exit_claims.row_id = claim_categories.row_id

),

category_counts as (

    select
        exit_id,
        count(*) as category_count
    from united
    group by exit_id

),

exits as (

    select * from {{ ref('int_exit') }}

)

select
    exits.exit_id,
    coalesce(united.category, '未分类') as category,
    coalesce(category_counts.category_count, 1) = 1 as is_sole
from exits
left join united
    on exits.exit_id = united.exit_id
left join category_counts
    on exits.exit_id = category_counts.exit_id
