with orders as (

    select * from {{ ref('fct_rectification') }}
    where card = '黄牌' and state in ('open', 'overdue')

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
    orders.due,
    orders.due_by,
    orders.extension,
    orders.extension_months,
    orders.stops_at_once,
    orders.consequence,
    orders.legal_basis,
    orders.state,
    orders.days_left,
    orders.days_overdue,
    orders.is_ahead,
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
where orders.is_latest or in_view.regime = in_view.order_regime
