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

still_planned as (

    select distinct
        regime,
        enterprise_id
    from sent
    where plan_change = 'planned'

),

-- the annual table has the last word: what it names too is not added once more from mid-year
added as (

    select
        exits.*,
        'added' as plan_change,
        exit_changes.decided_by,
        max(case when exits.round = 'annual' then 1 else 0 end) over (
            partition by exits.regime, exits.enterprise_id
        ) as is_in_annual
    from exits
    inner join exit_changes
        on
            exits.exit_id = exit_changes.exit_id
            and exit_changes.plan_change = 'added'
    left join still_planned
        on
            exits.regime = still_planned.regime
            and exits.enterprise_id = still_planned.enterprise_id
    where still_planned.enterprise_id is null

),

{% set columns = [
    'exit_id', 'regime', 'year', 'city_code', 'county_code', 'industry', 'industry_code', 'enterprise_id', 'capacity',
    'capacity_unit', 'equipment_count', 'method', 'shut_on', 'dismantled_on', 'is_dismantled', 'reconciliation',
    'plan_change', 'decided_by'
] | join(', ') -%}

plan as (

    select {{ columns }} from sent
    union all
    select {{ columns }} from added
    where round = 'annual' or is_in_annual = 0

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
