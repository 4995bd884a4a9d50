with rollup_lines as (

    select * from {{ ref('rpt_rollup') }}

),

cycles as (

    select * from {{ ref('dim_cycle') }}

),

plans as (

    select * from {{ ref('fct_plan') }}

),

exits as (

    select * from {{ ref('fct_exit') }}

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

planned_enterprises as (

    select distinct
        regime,
        enterprise_id
    from plans
    where plan_change != 'removed'

),

-- what tells the plan from what was sent, and what exited from the plan: as X03, by enterprises
apart as (

    select
        plans.plan_change as what,
        plans.exit_id,
        plans.regime,
        rounds_that_count.round,
        plans.city_code,
        plans.county_code,
        plans.industry,
        plans.capacity_unit,
        plans.capacity
    from plans
    inner join rounds_that_count
        on plans.regime = rounds_that_count.regime
    where plans.plan_change != 'planned'
    union all
    select
        'unplanned' as what,
        exits.exit_id,
        exits.regime,
        exits.round,
        exits.city_code,
        exits.county_code,
        exits.industry,
        exits.capacity_unit,
        exits.capacity
    from exits
    left join planned_enterprises
        on
            exits.regime = planned_enterprises.regime
            and exits.enterprise_id = planned_enterprises.enterprise_id
    where planned_enterprises.enterprise_id is null

),

-- each of these in the lines the rollup has: of all industries, of its own, of each of its categories
apart_lines as (

    select
        what,
        exit_id,
        round,
        '合计' as industry,
        '合计' as category,
        cast(null as string) as capacity_unit,
        cast(null as decimal(28, 8)) as capacity
    from apart
    union all
    select
        what,
        exit_id,
        round,
        industry,
        '合计' as category,
        capacity_unit,
        capacity
    from apart
    union all
    select
        apart.what,
        apart.exit_id,
        apart.round,
        apart.industry,
        exit_categories.category,
        apart.capacity_unit,
        apart.capacity
    from apart
    inner join exit_categories
        on apart.exit_id = exit_categories.exit_id

),

-- the same in every division it lies in
apart_by_division as (

    select
        apart.what,
        apart.regime,
        apart.round,
        regime_divisions.division_code,
        divisions.division,
        industries.industry_code,
        apart_lines.industry,
        apart_lines.category,
        apart_lines.capacity_unit,
        apart_lines.capacity,
        regime_divisions.division_position,
        case when apart_lines.industry = '合计' then 0 else industries.industry_position end as industry_position,
        case when apart_lines.category = '合计' then 0 else categories.category_position end as category_position
    from apart
    inner join apart_lines
        on
            apart.what = apart_lines.what
            and apart.exit_id = apart_lines.exit_id
            and apart.round = apart_lines.round
    inner join cycles
        on
            apart.regime = cycles.regime
            and apart.round = cycles.round
    inner join regime_divisions
        on
            apart.regime = regime_divisions.regime
            and (
                regime_divisions.division_code = cycles.area_code
                or regime_divisions.division_code = apart.city_code
                or regime_divisions.division_code = apart.county_code
            )
    inner join divisions
        on regime_divisions.division_code = divisions.division_code
    left join industries
        on apart_lines.industry = industries.industry
    left join categories
        on apart_lines.category = categories.category

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
        cast(null as decimal(28, 8)) as actual_capacity,
        0 as unplanned_exits,
        cast(null as decimal(28, 8)) as unplanned_capacity
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
        case what when 'added' then 1 when 'removed' then -1 else 0 end as planned_exits,
        case what when 'added' then capacity when 'removed' then -capacity end as planned_capacity,
        case what when 'added' then 1 else 0 end as added_exits,
        case when what = 'added' then capacity end as added_capacity,
        case what when 'removed' then 1 else 0 end as removed_exits,
        case when what = 'removed' then capacity end as removed_capacity,
        0 as actual_exits,
        cast(null as decimal(28, 8)) as actual_capacity,
        case what when 'unplanned' then 1 else 0 end as unplanned_exits,
        case when what = 'unplanned' then capacity end as unplanned_capacity
    from apart_by_division
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
        capacity as actual_capacity,
        0 as unplanned_exits,
        cast(null as decimal(28, 8)) as unplanned_capacity
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
        sum(unplanned_exits) as unplanned_exits,
        sum(planned_capacity) as planned_capacity,
        sum(added_capacity) as added_capacity,
        sum(removed_capacity) as removed_capacity,
        sum(actual_capacity) as actual_capacity,
        sum(unplanned_capacity) as unplanned_capacity
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
    cast(unplanned_exits as integer) as unplanned_exits,
    cast(unplanned_capacity as decimal(28, 8)) as unplanned_capacity,
    cast(
        case
            when planned_capacity > 0
                then 100 * (coalesce(actual_capacity, 0) - coalesce(unplanned_capacity, 0)) / planned_capacity
        end
        as decimal(18, 4)
    ) as planned_completion_percent,
    cast(case when planned_exits > 0 then 100.0 * (actual_exits - unplanned_exits) / planned_exits end as decimal(18, 4))
        as planned_exits_completion_percent,
    division_position,
    industry_position,
    category_position
from compared
