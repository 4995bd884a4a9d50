{% set columns = [
    'exit_id', 'regime', 'round', 'city_code', 'county_code', 'industry', 'capacity', 'capacity_unit', 'equipment_count',
    'method', 'shut_on', 'dismantled_on', 'is_dismantled'
] -%}

with exits as (

    select {{ columns | join(', ') }} from {{ ref('fct_exit') }}
    union all
    -- the plan as it was sent, as in rpt_rollup
    select {{ columns | join(', ') }} from {{ ref('fct_plan') }}
    where plan_change != 'added'

),

exit_claims as (

    select * from {{ ref('fct_exit_claim') }}
    where is_chosen

),

claims as (

    select * from {{ ref('fct_claim') }}

),

-- as the tables wrote them: the same table sent again changes nothing, though its rows have other numbers
written as (

    select
        exit_claims.exit_id,
        concat(claims.enterprise, '|', coalesce(claims.equipment_text, '')) as line
    from exit_claims
    inner join claims
        on exit_claims.row_id = claims.row_id

),

written_of_exit as (

    select
        exit_id,
        {{ dbt.listagg('line', "'|'", 'order by line') }} as lines
    from written
    group by exit_id

),

categories_of_exit as (

    select
        exit_id,
        {{ dbt.listagg('category', "','", 'order by category') }} as categories
    from {{ ref('fct_exit_category') }}
    group by exit_id

),

told as (

    select
        exits.*,
        concat(
            coalesce(exits.city_code, ''), '|',
            coalesce(exits.county_code, ''), '|',
            coalesce(written_of_exit.lines, ''), '|',
            coalesce(cast(exits.capacity as string), ''), '|',
            coalesce(cast(exits.equipment_count as string), ''), '|',
            coalesce(categories_of_exit.categories, ''), '|',
            coalesce(exits.method, ''), '|',
            coalesce(cast(exits.shut_on as string), ''), '|',
            coalesce(cast(exits.dismantled_on as string), ''), '|',
            coalesce(cast(exits.is_dismantled as string), '')
        ) as line
    from exits
    left join written_of_exit
        on exits.exit_id = written_of_exit.exit_id
    left join categories_of_exit
        on exits.exit_id = categories_of_exit.exit_id

),

cycles as (

    select * from {{ ref('dim_cycle') }}

),

-- the whole area, the city, the county or zone: each division once, also where the area is the city
divisions_of_exit as (

    select
        told.exit_id,
        cycles.area_code as division_code
    from told
    inner join cycles
        on
            told.regime = cycles.regime
            and told.round = cycles.round
    union distinct
    select
        exit_id,
        city_code as division_code
    from told
    where city_code is not null
    union distinct
    select
        exit_id,
        county_code as division_code
    from told
    where county_code is not null

)

select
    told.regime,
    told.round,
    divisions_of_exit.division_code,
    told.industry,
    told.capacity_unit,
    {{ sha256_hex(dbt.listagg('told.line', "','", 'order by told.line')) }} as exits_sha256
from told
inner join divisions_of_exit
    on told.exit_id = divisions_of_exit.exit_id
group by told.regime, told.round, divisions_of_exit.division_code, told.industry, told.capacity_unit
