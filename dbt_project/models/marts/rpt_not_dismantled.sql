with exits as (

    select * from {{ ref('fct_exit') }}
    where not coalesce(is_dismantled, false)

),

enterprises as (

    select * from {{ ref('dim_enterprise') }}

),

divisions as (

    select * from {{ ref('dim_division') }}

)

select
    exits.exit_id,
    exits.regime,
    exits.round,
    exits.city_code,
    cities.division as city,
    exits.county_code,
    counties.division as county,
    exits.industry,
    enterprises.enterprise,
    exits.capacity,
    exits.capacity_unit,
    exits.equipment_count,
    exits.method,
    exits.shut_on,
    case
        when exits.is_dismantled is null then 'unknown'
        when exits.method = '封存' then 'sealed'
        else 'standing'
    end as standing,
    exits.dismantled_told_by as told_by,
    exits.is_accepted
from exits
inner join enterprises
    on exits.enterprise_id = enterprises.enterprise_id
left join divisions as cities
    on exits.city_code = cities.division_code
left join divisions as counties
    on exits.county_code = counties.division_code
