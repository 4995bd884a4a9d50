{% set ranks = {'county_code': 'place_rank', 'industry': 'word_rank', 'industry_code': 'word_rank'} %}
{% set told_of_lines = ['method', 'shut_on', 'dismantled_on'] %}

with matched as (

    select * from {{ ref('int_exit_matched') }}

),

claims as (

    select * from {{ ref('int_exit_counted') }}

),

cycles as (

    select * from {{ ref('stg_cycles') }}

),

today as (

    select distinct as_of from {{ ref('stg_clocks') }}

),

-- what the chosen side leaves blank is taken from the other claims of the same exit, the earliest first
ranked as (

    select
        claims.*,
        matched.exit_id,
        matched.is_chosen,
        matched.reconciliation,
        matched.part_capacity,
        row_number() over (
            partition by matched.exit_id
            order by case when matched.is_chosen then 0 else 1 end, matched.claim_no
        ) as claim_rank,
        -- whoever is chosen, an exit of a zone stays under the zone, which a department may call by the county around it
        row_number() over (
            partition by matched.exit_id
            order by
                case when claims.role = 'county' then 0 else 1 end,
                case when matched.is_chosen then 0 else 1 end,
                matched.claim_no
        ) as place_rank,
        -- and under the word of its industry that the exit is counted under, whichever another side wrote
        row_number() over (
            partition by matched.exit_id
            order by
                case when claims.industry = matched.industry then 0 else 1 end,
                case when matched.is_chosen then 0 else 1 end,
                matched.claim_no
        ) as word_rank
    from claims
    inner join matched
        on claims.row_id = matched.row_id

),

-- lines go one by one: what one row of a side tells does not hold for its others
sides as (

    select
        exit_id,
        min(claim_rank) as side_rank,
        {% for attribute in told_of_lines -%}
        count({{ attribute }}) as {{ attribute }}_rows,
        case when count({{ attribute }}) = count(*) and min({{ attribute }}) = max({{ attribute }}) then min({{ attribute }}) end
            as {{ attribute }}{{ ',' if not loop.last }}
        {% endfor %}
    from ranked
    group by exit_id, is_chosen, case when is_chosen then '' else reporter_code end

),

telling as (

    select
        sides.*,
        {% for attribute in told_of_lines -%}
        min(case when {{ attribute }}_rows > 0 then side_rank end) over (partition by exit_id)
            as {{ attribute }}_rank{{ ',' if not loop.last }}
        {% endfor %}
    from sides

),

told as (

    select
        exit_id,
        {% for attribute in told_of_lines -%}
        min(case when side_rank = {{ attribute }}_rank then {{ attribute }} end) as {{ attribute }},
        min({{ attribute }}_rank) as {{ attribute }}_rank{{ ',' if not loop.last }}
        {% endfor %}
    from telling
    group by exit_id

),

-- the chosen side is the one of rank 1; where it tells nothing, what another tells holds for each of its rows
chosen_lines as (

    select
        ranked.exit_id,
        case when told.method_rank = 1 then ranked.method else told.method end as method,
        case when told.dismantled_on_rank = 1 then ranked.dismantled_on else told.dismantled_on end as dismantled_on,
        today.as_of
    from ranked
    cross join today
    inner join told
        on ranked.exit_id = told.exit_id
    where ranked.is_chosen

),

standing as (

    select
        exit_id,
        min(as_of) as as_of,
        count(*) as claims,
        sum(case when {{ is_dismantled('dismantled_on', 'method', 'as_of') }} then 1 else 0 end) as dismantled,
        sum(case when not {{ is_dismantled('dismantled_on', 'method', 'as_of') }} then 1 else 0 end) as standing
    from chosen_lines
    group by exit_id

),

settled as (

    select
        exit_id,
        min(regime) as regime,
        min(round) as round,
        min(reconciliation) as reconciliation,
        {% for attribute in ['city_code', 'county_code', 'industry', 'industry_code', 'enterprise_id'] -%}
        min_by({{ attribute }}, {{ ranks.get(attribute, 'claim_rank') }})
            filter (where {{ attribute }} is not null) as {{ attribute }},
        {% endfor -%}
        sum(case when is_chosen then coalesce(part_capacity, capacity) end) as capacity,
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
    told.method,
    -- a plan tells what is to come; elsewhere what is dated after the day of the build has not happened yet
    case when settled.round = 'plan' or told.shut_on <= standing.as_of then told.shut_on end as shut_on,
    case when settled.round = 'plan' or told.dismantled_on <= standing.as_of then told.dismantled_on end as dismantled_on,
    case when standing.dismantled = standing.claims then true when standing.standing > 0 then false end as is_dismantled,
    settled.reconciliation
from settled
inner join told
    on settled.exit_id = told.exit_id
inner join standing
    on settled.exit_id = standing.exit_id
left join cycles
    on
        settled.regime = cycles.regime
        and settled.round = cycles.round
