with rollup_lines as (

    select * from {{ ref('rpt_rollup') }}
    where category = '合计'

),

cities as (

    select * from {{ ref('dim_division') }}
    where level = 'city'

)

select
    rollup_lines.regime,
    rollup_lines.round,
    rollup_lines.division_code as city_code,
    rollup_lines.division as city,
    rollup_lines.industry_code,
    rollup_lines.industry,
    rollup_lines.enterprises,
    rollup_lines.exits,
    rollup_lines.equipment,
    rollup_lines.equipment_unknown,
    rollup_lines.capacity,
    rollup_lines.capacity_unit,
    rollup_lines.division_position as city_position,
    rollup_lines.industry_position
from rollup_lines
inner join cities
    on rollup_lines.division_code = cities.division_code
