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

fulfilment as (

    select * from {{ ref('fct_plan_fulfilment') }}

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

-- what tells the plan from what was sent, what of it has been done, and what exited outside it
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
        1 as exits,
        plans.capacity
    from plans
    inner join rounds_that_count
        on plans.regime = rounds_that_count.regime
    where plans.plan_change != 'planned'
    union all
    select
        'done' as what,
        plans.exit_id,
        plans.regime,
        fulfilment.round,
        plans.city_code,
        plans.county_code,
        plans.industry,
        plans.capacity_unit,
        fulfilment.met_exits as exits,
        fulfilment.met_capacity as capacity
    from plans
    inner join fulfilment
        on
            plans.exit_id = fulfilment.exit_id
            and fulfilment.side = 'plan'
    where fulfilment.met_exits > 0 or fulfilment.met_capacity > 0
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
        fulfilment.unmet_exits as exits,
        nullif(fulfilment.unmet_capacity, 0) as capacity
    from exits
    inner join fulfilment
        on
            exits.exit_id = fulfilment.exit_id
            and exits.round = fulfilment.round
            and fulfilment.side = 'exit'
    where fulfilment.unmet_exits > 0 or fulfilment.unmet_capacity > 0

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
        exits,
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
        exits,
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
        apart.exits,
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
        apart_lines.exits,
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

{% set line = [
    'regime', 'round', 'division_code', 'division', 'industry_code', 'industry', 'category', 'capacity_unit',
    'division_position', 'industry_position', 'category_position'
] | join(', ') -%}
{% set parts = ['planned', 'added', 'removed', 'done', 'actual', 'unplanned'] -%}

held_together as (

    select
        {{ line | replace('round', 'actual_round as round') }},
        'planned' as part,
        exits,
        capacity
    from planned
    union all
    select
        {{ line }},
        'planned' as part,
        case what when 'removed' then -exits else exits end as exits,
        case what when 'removed' then -capacity else capacity end as capacity
    from apart_by_division
    where what in ('added', 'removed')
    union all
    select
        {{ line }},
        what as part,
        exits,
        capacity
    from apart_by_division
    union all
    select
        {{ line }},
        'actual' as part,
        exits,
        capacity
    from rollup_lines
    where round != 'plan'

),

compared as (

    select
        {{ line }},
        {% for part in parts -%}
        sum(case when part = '{{ part }}' then exits else 0 end) as {{ part }}_exits,
        sum(case when part = '{{ part }}' then capacity end) as {{ part }}_capacity{{ ',' if not loop.last }}
        {% endfor %}
    from held_together
    group by {{ line }}

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
    {% for part in parts -%}
    cast({{ part }}_exits as integer) as {{ part }}_exits,
    {% endfor -%}
    {% for part in parts -%}
    cast(
        {%- if part == 'done' %} case when planned_capacity is not null then coalesce(done_capacity, 0) end
        {%- else %} {{ part }}_capacity{% endif %} as decimal(28, 8)
    ) as {{ part }}_capacity,
    {% endfor -%}
    {{ completion_percent('coalesce(done_capacity, 0)', 'planned_capacity') }} as completion_percent,
    {{ completion_percent('done_exits', 'planned_exits') }} as exits_completion_percent,
    division_position,
    industry_position,
    category_position
from compared
