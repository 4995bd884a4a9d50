with rollup_lines as (

    select * from {{ ref('rpt_rollup') }}

),

cycles as (

    select * from {{ ref('dim_cycle') }}

)

select
    rollup_lines.regime,
    rollup_lines.round,
    rollup_lines.industry_code,
    rollup_lines.industry,
    rollup_lines.category,
    rollup_lines.enterprises,
    rollup_lines.exits,
    rollup_lines.equipment,
    rollup_lines.equipment_unknown,
    rollup_lines.capacity,
    rollup_lines.capacity_unit,
    rollup_lines.industry_position,
    rollup_lines.category_position
from rollup_lines
inner join cycles
    on
        rollup_lines.regime = cycles.regime
        and rollup_lines.round = cycles.round
        and rollup_lines.division_code = cycles.area_code
