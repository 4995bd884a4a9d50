with rollup_lines as (

    select * from {{ ref('rpt_rollup') }}

),

cycles as (

    select * from {{ ref('dim_cycle') }}

),

plans as (

    select * from {{ ref('fct_plan') }}
    where plan_change != 'planned'

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

exit_categories as (

    select * from {{ ref('fct_exit_category') }}

),

rounds_that_count as (

    select
        regime,
        round
    from cycles
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

-- each change in the lines the rollup has: of all industries, of its own, of each of its categories
change_lines as (

    select
        exit_id,
        '合计' as industry,
        '合计' as category,
        cast(null as string) as capacity_unit,
        cast(null as decimal(28, 8)) as capacity
    from plans
    union all
    select
        exit_id,
        industry,
        '合计' as category,
        capacity_unit,
        capacity
    from plans
    union all
    select
        plans.exit_id,
        plans.industry,
        exit_categories.category,
        plans.capacity_unit,
        plans.capacity
    from plans
    inner join exit_categories
        on plans.exit_id = exit_categories.exit_id

),

-- what decisions added to the plan or took out of it, in every division it lies in
changes as (

    select
        plans.plan_change,
        plans.regime,
        rounds_that_count.round,
        regime_divisions.division_code,
        divisions.division,
        industries.industry_code,
        change_lines.industry,
        change_lines.category,
        change_lines.capacity_unit,
        change_lines.capacity,
        regime_divisions.division_position,
        case when change_lines.industry = '合计' then 0 else industries.industry_position end as industry_position,
        case when change_lines.category = '合计' then 0 else categories.category_position end as category_position
    from plans
    inner join change_lines
        on plans.exit_id = change_lines.exit_id
    inner join cycles
        on
            plans.regime = cycles.regime
            and plans.round = cycles.round
    inner join rounds_that_count
        on plans.regime = rounds_that_count.regime
    inner join regime_divisions
        on
            plans.regime = regime_divisions.regime
            and (
                regime_divisions.division_code = cycles.area_code
                or regime_divisions.division_code = plans.city_code
                or regime_divisions.division_code = plans.county_code
            )
    inner join divisions
        on regime_divisions.division_code = divisions.division_code
    left join industries
        on change_lines.industry = industries.industry
    left join categories
        on change_lines.category = categories.category

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
        0 as added_exits,
        cast(null as decimal(28, 8)) as added_capacity,
        0 as removed_exits,
        cast(null as decimal(28, 8)) as removed_capacity,
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
        case plan_change when 'added' then 1 else -1 end as planned_exits,
        case plan_change when 'added' then capacity else -capacity end as planned_capacity,
        case plan_change when 'added' then 1 else 0 end as added_exits,
        case when plan_change = 'added' then capacity end as added_capacity,
        case plan_change when 'removed' then 1 else 0 end as removed_exits,
        case when plan_change = 'removed' then capacity end as removed_capacity,
        0 as actual_exits,
        cast(null as decimal(28, 8)) as actual_capacity
    from changes
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
        0 as added_exits,
        cast(null as decimal(28, 8)) as added_capacity,
        0 as removed_exits,
        cast(null as decimal(28, 8)) as removed_capacity,
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
        sum(added_exits) as added_exits,
        sum(removed_exits) as removed_exits,
        sum(actual_exits) as actual_exits,
        sum(planned_capacity) as planned_capacity,
        sum(added_capacity) as added_capacity,
        sum(removed_capacity) as removed_capacity,
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
    cast(added_exits as integer) as added_exits,
    cast(removed_exits as integer) as removed_exits,
    cast(actual_exits as integer) as actual_exits,
    cast(planned_capacity as decimal(28, 8)) as planned_capacity,
    cast(added_capacity as decimal(28, 8)) as added_capacity,
    cast(removed_capacity as decimal(28, 8)) as removed_capacity,
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
