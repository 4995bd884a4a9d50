with exits as (

    select
        regime,
        round,
        industry,
        capacity,
        capacity_unit
    from {{ ref('fct_exit') }}
    union all
    select
        regime,
        round,
        industry,
        capacity,
        capacity_unit
    from {{ ref('fct_plan') }}

),

area_lines as (

    select * from {{ ref('rpt_industry_category') }}
    where category = '合计' and industry != '合计'

),

exit_sums as (

    select
        regime,
        round,
        industry,
        capacity_unit,
        count(*) as exits,
        sum(capacity) as capacity
    from exits
    group by regime, round, industry, capacity_unit

)

select
    exit_sums.*,
    area_lines.exits as rollup_exits,
    area_lines.capacity as rollup_capacity
from exit_sums
left join area_lines
    on
        exit_sums.regime = area_lines.regime
        and exit_sums.round = area_lines.round
        and exit_sums.industry = area_lines.industry
        and coalesce(exit_sums.capacity_unit, '') = coalesce(area_lines.capacity_unit, '')
where
    area_lines.exits is null
    or exit_sums.exits != area_lines.exits
    or coalesce(exit_sums.capacity, -1) != coalesce(area_lines.capacity, -1)
