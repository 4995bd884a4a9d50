with rollup_lines as (

    select * from {{ ref('rpt_rollup') }}

),

rounds_that_count as (

    select
        regime,
        round
    from {{ ref('dim_cycle') }}
    where round != 'plan'

),

-- mid-year figures are cumulative since January: each round is held against the whole plan, never added to the other
planned as (

    select
        rollup_lines.*,
        rounds_that_count.round as actual_round
    from rollup_lines
    inner join rounds_that_count
        on rollup_lines.regime = rounds_that_count.regime
    where rollup_lines.round = 'plan'

),

held_together as (

    select
        regime,
        actual_round as round,
        division_code,
        division,
        industry_code,
        industry,
        category,
        capacity_unit,
        division_position,
        industry_position,
        category_position,
        exits as planned_exits,
        capacity as planned_capacity,
        0 as actual_exits,
        cast(null as decimal(28, 8)) as actual_capacity
    from planned
    union all
    select
        regime,
        round,
        division_code,
        division,
        industry_code,
        industry,
        category,
        capacity_unit,
        division_position,
        industry_position,
        category_position,
        0 as planned_exits,
        cast(null as decimal(28, 8)) as planned_capacity,
        exits as actual_exits,
        capacity as actual_capacity
    from rollup_lines
    where round != 'plan'

),

compared as (

    select
        regime,
        round,
        division_code,
        division,
        industry_code,
        industry,
        category,
        capacity_unit,
        division_position,
        industry_position,
        category_position,
        sum(planned_exits) as planned_exits,
        sum(actual_exits) as actual_exits,
        sum(planned_capacity) as planned_capacity,
        sum(actual_capacity) as actual_capacity
    from held_together
    group by
        regime, round, division_code, division, industry_code, industry, category, capacity_unit,
        division_position, industry_position, category_position

)

select
    regime,
    round,
    division_code,
    division,
    industry_code,
    industry,
    category,
    capacity_unit,
    cast(planned_exits as integer) as planned_exits,
    cast(actual_exits as integer) as actual_exits,
    cast(planned_capacity as decimal(28, 8)) as planned_capacity,
    cast(actual_capacity as decimal(28, 8)) as actual_capacity,
    cast(
        case when planned_capacity > 0 then 100 * coalesce(actual_capacity, 0) / planned_capacity end
        as decimal(18, 4)
    ) as completion_percent,
    cast(case when planned_exits > 0 then 100.0 * actual_exits / planned_exits end as decimal(18, 4))
        as exits_completion_percent,
    division_position,
    industry_position,
    category_position
from compared
