with exits as (

    select
        exit_id,
        regime,
        round,
        city_code,
        county_code,
        industry,
        enterprise_id,
        capacity,
        capacity_unit,
        equipment_count
    from {{ ref('fct_exit') }}
    union all
    select
        exit_id,
        regime,
        round,
        city_code,
        county_code,
        industry,
        enterprise_id,
        capacity,
        capacity_unit,
        equipment_count
    from {{ ref('fct_plan') }}

),

exit_categories as (

    select * from {{ ref('fct_exit_category') }}

),

cycles as (

    select * from {{ ref('dim_cycle') }}

),

regime_divisions as (

    select * from {{ ref('stg_regime_divisions') }}

),

divisions as (

    select * from {{ ref('dim_division') }}

),

industries as (

    select * from {{ ref('dim_industry') }}

),

categories as (

    select * from {{ ref('dim_category') }}

),

-- the whole area, the city, the county or zone: each division once, also where the area is the city
exit_places as (

    select
        exits.*,
        cycles.area_code as division_code
    from exits
    inner join cycles
        on
            exits.regime = cycles.regime
            and exits.round = cycles.round
    union all
    select
        exits.*,
        exits.city_code as division_code
    from exits
    inner join cycles
        on
            exits.regime = cycles.regime
            and exits.round = cycles.round
    where exits.city_code != cycles.area_code
    union all
    select
        exits.*,
        exits.county_code as division_code
    from exits
    inner join cycles
        on
            exits.regime = cycles.regime
            and exits.round = cycles.round
    where exits.county_code != cycles.area_code and exits.county_code != coalesce(exits.city_code, '')

),

exit_blocks as (

    select
        exit_places.*,
        regime_divisions.division_position
    from exit_places
    inner join regime_divisions
        on
            exit_places.regime = regime_divisions.regime
            and exit_places.division_code = regime_divisions.division_code

),

exit_lines as (

    select
        exit_blocks.*,
        '合计' as line_industry,
        '合计' as line_category,
        cast(null as string) as line_unit,
        cast(null as decimal(28, 8)) as line_capacity
    from exit_blocks
    union all
    select
        exit_blocks.*,
        exit_blocks.industry as line_industry,
        '合计' as line_category,
        exit_blocks.capacity_unit as line_unit,
        exit_blocks.capacity as line_capacity
    from exit_blocks
    union all
    select
        exit_blocks.*,
        exit_blocks.industry as line_industry,
        exit_categories.category as line_category,
        exit_blocks.capacity_unit as line_unit,
        exit_blocks.capacity as line_capacity
    from exit_blocks
    inner join exit_categories
        on exit_blocks.exit_id = exit_categories.exit_id

),

added_up as (

    select
        regime,
        round,
        division_code,
        min(division_position) as division_position,
        line_industry as industry,
        line_category as category,
        count(distinct enterprise_id) as enterprises,
        count(*) as exits,
        coalesce(sum(equipment_count), 0) as equipment,
        sum(case when equipment_count is null then 1 else 0 end) as equipment_unknown,
        sum(line_capacity) as capacity,
        line_unit as capacity_unit
    from exit_lines
    group by regime, round, division_code, line_industry, line_category, line_unit

)

select
    added_up.regime,
    added_up.round,
    added_up.division_code,
    divisions.division,
    industries.industry_code,
    added_up.industry,
    added_up.category,
    cast(added_up.enterprises as integer) as enterprises,
    cast(added_up.exits as integer) as exits,
    cast(added_up.equipment as integer) as equipment,
    cast(added_up.equipment_unknown as integer) as equipment_unknown,
    cast(added_up.capacity as decimal(28, 8)) as capacity,
    added_up.capacity_unit,
    added_up.division_position,
    case when added_up.industry = '合计' then 0 else industries.industry_position end as industry_position,
    case when added_up.category = '合计' then 0 else categories.category_position end as category_position
from added_up
inner join divisions
    on added_up.division_code = divisions.division_code
left join industries
    on added_up.industry = industries.industry
left join categories
    on added_up.category = categories.category
