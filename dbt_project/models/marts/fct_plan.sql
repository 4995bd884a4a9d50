with exits as (

    select * from {{ ref('int_exit') }}

),

exit_changes as (

    select
        exit_id,
        plan_change,
        max(decided_by) as decided_by
    from {{ ref('int_plan_change') }}
    group by exit_id, plan_change

),

sent as (

    select
        exits.*,
        case when exit_changes.exit_id is null then 'planned' else 'removed' end as plan_change,
        exit_changes.decided_by
    from exits
    left join exit_changes
        on
            exits.exit_id = exit_changes.exit_id
            and exit_changes.plan_change = 'removed'
    where exits.round = 'plan'

),

-- what an exit is beyond the plan as sent stands against itself (fct_plan_match)
added as (

    select
        exits.*,
        'added' as plan_change,
        exit_changes.decided_by
    from exits
    inner join exit_changes
        on
            exits.exit_id = exit_changes.exit_id
            and exit_changes.plan_change = 'added'

),

beyond as (

    select
        exit_id,
        max(met_capacity) as capacity
    from {{ ref('fct_plan_match') }}
    where plan_id = exit_id
    group by exit_id

),

{% set columns = [
    'exit_id', 'regime', 'year', 'city_code', 'county_code', 'industry', 'industry_code', 'enterprise_id',
    'capacity_unit', 'equipment_count', 'method', 'shut_on', 'dismantled_on', 'is_dismantled', 'reconciliation',
    'plan_change', 'decided_by'
] | join(', ') -%}

plan as (

    select
        {{ columns }},
        capacity
    from sent
    union all
    select
        {{ columns | replace('exit_id', 'added.exit_id') }},
        beyond.capacity
    from added
    inner join beyond
        on added.exit_id = beyond.exit_id

)

select
    exit_id,
    regime,
    'plan' as round,
    year,
    city_code,
    county_code,
    industry,
    industry_code,
    enterprise_id,
    cast(capacity as decimal(28, 8)) as capacity,
    capacity_unit,
    cast(equipment_count as integer) as equipment_count,
    method,
    shut_on,
    dismantled_on,
    is_dismantled,
    reconciliation,
    plan_change,
    decided_by
from plan
