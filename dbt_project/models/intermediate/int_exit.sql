with matched as (

    select * from {{ ref('int_exit_matched') }}

),

claims as (

    select * from {{ ref('int_exit_counted') }}

),

cycles as (

    select * from {{ ref('stg_cycles') }}

),

-- what the chosen side leaves blank is taken from the other claims of the same exit, the earliest first
ranked as (

    select
        claims.*,
        matched.exit_id,
        matched.is_chosen,
        matched.reconciliation,
        row_number() over (
            partition by matched.exit_id
            order by case when matched.is_chosen then 0 else 1 end, matched.claim_no
        ) as claim_rank
    from claims
    inner join matched
        on claims.row_id = matched.row_id

),

settled as (

    select
        exit_id,
        min(regime) as regime,
        min(round) as round,
        min(reconciliation) as reconciliation,
        {% for attribute in [
            'city_code', 'county_code', 'industry', 'industry_code', 'enterprise_id',
            'method', 'shut_on', 'dismantled_on'
        ] -%}
        min_by({{ attribute }}, claim_rank) filter (where {{ attribute }} is not null) as {{ attribute }},
        {% endfor -%}
        sum(case when is_chosen then capacity end) as capacity,
        min(case when is_chosen then capacity_unit end) as capacity_unit,
        sum(case when is_chosen then equipment_count end) as known_equipment_count,
        sum(case when is_chosen and equipment_count is null then 1 else 0 end) as claims_without_count
    from ranked
    group by exit_id

)

select
    settled.exit_id,
    settled.regime,
    settled.round,
    cycles.year,
    settled.city_code,
    settled.county_code,
    settled.industry,
    settled.industry_code,
    settled.enterprise_id,
    settled.capacity,
    settled.capacity_unit,
    case when settled.claims_without_count = 0 then settled.known_equipment_count end as equipment_count,
    settled.method,
    settled.shut_on,
    settled.dismantled_on,
    {{ is_dismantled('settled.dismantled_on', 'settled.method') }} as is_dismantled,
    settled.reconciliation
from settled
left join cycles
    on
        settled.regime = cycles.regime
        and settled.round = cycles.round
