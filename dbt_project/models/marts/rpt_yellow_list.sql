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
    {{ order_of_a_list() }},
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
{{ orders_in_view() }}
where orders.is_latest or in_view.regime = in_view.order_regime
