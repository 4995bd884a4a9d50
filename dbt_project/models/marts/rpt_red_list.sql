with closures as (

    select
        fct_rectification.*,
        -- an enterprise that its yellow order ended with stands here too, once for each standard
        row_number() over (
            partition by regime, reporter_code, coalesce(enterprise_id, rectification_id), category
            order by case card when '红牌' then 0 else 1 end, row desc, rectification_id
        ) as place
    from {{ ref('fct_rectification') }} as fct_rectification
    where card = '红牌' or state = 'closed'

),

orders as (

    select * from closures
    where place = 1

),

in_view as (

    {{ lists_in_view() }}

),

reporters as (

    select * from {{ ref('dim_reporter') }}

),

divisions as (

    select * from {{ ref('dim_division') }}

)

select
    in_view.regime,
    in_view.order_regime,
    in_view.order_year,
    orders.rectification_id,
    orders.submission_id,
    orders.reporter_code,
    reporters.reporter,
    orders.sheet,
    orders.row,
    orders.order_cell,
    orders.city_code,
    cities.division as city,
    orders.county_code,
    counties.division as county,
    orders.industry,
    orders.enterprise,
    orders.credit_code,
    orders.category,
    orders.standard,
    orders.order_no,
    orders.ordered_on,
    orders.card,
    orders.closed_on,
    orders.licence_cancelled_on,
    orders.consequence,
    orders.legal_basis,
    orders.state,
    orders.as_of
from orders
inner join in_view
    on orders.regime = in_view.order_regime
left join reporters
    on
        orders.regime = reporters.regime
        and orders.reporter_code = reporters.reporter_code
left join divisions as cities
    on orders.city_code = cities.division_code
left join divisions as counties
    on orders.county_code = counties.division_code
where
    in_view.regime = in_view.order_regime
    or (orders.is_latest and orders.state = 'closing')
