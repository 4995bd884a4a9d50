with plans as (

    select * from {{ ref('fct_plan') }}
    where plan_change != 'removed'

),

exits as (

    select * from {{ ref('fct_exit') }}

),

matches as (

    select * from {{ ref('fct_plan_match') }}

),

cycles as (

    select * from {{ ref('dim_cycle') }}

),

-- mid-year figures are cumulative since January: each round is held against the whole plan in force
lines as (

    select
        'plan' as side,
        plans.exit_id,
        plans.regime,
        cycles.round,
        plans.enterprise_id,
        coalesce(plans.industry, '') as industry,
        plans.capacity,
        plans.capacity_unit
    from plans
    inner join cycles
        on plans.regime = cycles.regime
    where cycles.round != 'plan'
    union all
    select
        'exit' as side,
        exit_id,
        regime,
        round,
        enterprise_id,
        coalesce(industry, '') as industry,
        capacity,
        capacity_unit
    from exits

),

met as (

    {% for side, id in [('plan', 'plan_id'), ('exit', 'exit_id')] -%}
    select
        '{{ side }}' as side,
        {{ id }} as exit_id,
        round,
        sum(met_lines) as met_lines,
        sum(met_capacity) as met_capacity,
        min(case when is_bounded then 1 else 0 end) as is_bounded
    from matches
    group by {{ id }}, round
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- what was planned in two lines and exited in one is no line short, and the other way round none over; where a plan line
-- states no amount, or none is planned in the unit, there is none to exceed. What shares the amount of another line is met
-- with all amounts of its kind
settled as (

    select
        lines.side,
        lines.exit_id,
        lines.regime,
        lines.round,
        lines.capacity,
        case
            when met.met_lines > 0 then 1
            when lines.side = 'exit' and met.met_capacity > 0 then 1
            when lines.side = 'plan' and lines.capacity > 0 and met.met_capacity = lines.capacity then 1
            when
                lines.capacity is null
                and lines.capacity_unit is not null
                and sum(lines.capacity - coalesce(met.met_capacity, 0)) over (
                    partition by
                        lines.side, lines.regime, lines.round, lines.enterprise_id, lines.industry, lines.capacity_unit
                ) = 0
                then 1
            else 0
        end as met_exits,
        case
            when lines.side = 'exit' and met.met_lines > 0 and met.is_bounded = 0 then lines.capacity
            when lines.capacity is not null then coalesce(met.met_capacity, 0)
        end as met_capacity
    from lines
    left join met
        on
            lines.side = met.side
            and lines.round = met.round
            and lines.exit_id = met.exit_id

)

select
    regime,
    round,
    side,
    exit_id,
    cast(met_exits as integer) as met_exits,
    cast(1 - met_exits as integer) as unmet_exits,
    cast(met_capacity as decimal(28, 8)) as met_capacity,
    cast(capacity - met_capacity as decimal(28, 8)) as unmet_capacity
from settled
