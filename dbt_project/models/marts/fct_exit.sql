with exits as (

    select * from {{ ref('int_exit') }}
    where round in ('midyear', 'annual')

),

acceptances as (

    select * from {{ ref('fct_acceptance') }}

),

-- a record made at mid-year holds for the year, one made for the year not for mid-year before it
ranked as (

    select
        exits.exit_id,
        acceptances.*,
        row_number() over (
            partition by exits.exit_id order by case acceptances.round when 'annual' then 1 when 'midyear' then 2 else 3 end
        ) as acceptance_rank
    from exits
    inner join acceptances
        on
            exits.regime = acceptances.regime
            and exits.enterprise_id = acceptances.enterprise_id
    where exits.round = 'annual' or acceptances.round != 'annual'

),

records as (

    select * from ranked
    where acceptance_rank = 1

)

-- what both levels saw on site goes before what the table says; a record that one of them has not agreed to proves nothing
select
    exits.exit_id,
    exits.regime,
    exits.round,
    exits.year,
    exits.city_code,
    exits.county_code,
    exits.industry,
    exits.industry_code,
    exits.enterprise_id,
    cast(exits.capacity as decimal(28, 8)) as capacity,
    exits.capacity_unit,
    cast(exits.equipment_count as integer) as equipment_count,
    exits.method,
    case when records.is_accepted then coalesce(records.shut_on, exits.shut_on) else exits.shut_on end as shut_on,
    case
        when records.is_accepted and records.shut_on is not null then 'acceptance'
        when exits.shut_on is not null then 'claim'
    end as shut_told_by,
    case
        when records.is_accepted and not records.is_dismantled then null
        when records.is_accepted then coalesce(records.dismantled_on, exits.dismantled_on)
        else exits.dismantled_on
    end as dismantled_on,
    case
        when records.is_accepted then coalesce(records.is_dismantled, exits.is_dismantled)
        else exits.is_dismantled
    end as is_dismantled,
    case
        when records.is_accepted and records.is_dismantled is not null then 'acceptance'
        when exits.is_dismantled is not null then 'claim'
    end as dismantled_told_by,
    records.acceptance_id,
    records.is_accepted,
    records.accepted_on,
    nullif(
        concat_ws(
            ',',
            case when records.shut_on != exits.shut_on then 'shut_on' end,
            case when records.dismantled_on != exits.dismantled_on then 'dismantled_on' end,
            case when records.is_dismantled != exits.is_dismantled then 'is_dismantled' end
        ), ''
    ) as contradicted,
    exits.reconciliation
from exits
left join records
    on exits.exit_id = records.exit_id
