with listed as (

    select
        regime,
        round,
        industry,
        capacity_unit,
        count(*) as exits,
        sum(capacity) as capacity
    from {{ ref('rpt_not_dismantled') }}
    group by regime, round, industry, capacity_unit

),

area_lines as (

    select * from {{ ref('rpt_industry_category') }}
    where category = '合计' and industry != '合计'

)

select
    listed.*,
    area_lines.exits as rollup_exits,
    area_lines.capacity as rollup_capacity
from listed
left join area_lines
    on
        listed.regime = area_lines.regime
        and listed.round = area_lines.round
        and listed.industry = area_lines.industry
        and coalesce(listed.capacity_unit, '') = coalesce(area_lines.capacity_unit, '')
where
    area_lines.exits is null
    or listed.exits > area_lines.exits
    or listed.capacity > area_lines.capacity
