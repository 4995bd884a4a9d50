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

),

exits as (

    select distinct
        regime,
        enterprise_id
    from {{ ref('fct_exit') }}
    where round = 'annual'

),

-- of an order of an earlier year that is still open, the exits of either year will do
exited as (

    select distinct
        in_view.regime,
        in_view.order_regime,
        exits.enterprise_id
    from in_view
    inner join exits
        on exits.regime in (in_view.regime, in_view.order_regime)

)

select
    {{ order_of_a_list() }},
    orders.card,
    orders.closed_on,
    orders.licence_cancelled_on,
    orders.consequence,
    orders.legal_basis,
    orders.state,
    exited.enterprise_id is not null as is_among_exits,
    orders.as_of
{{ orders_in_view() }}
left join exited
    on
        in_view.regime = exited.regime
        and in_view.order_regime = exited.order_regime
        and orders.enterprise_id = exited.enterprise_id
where
    in_view.regime = in_view.order_regime
    or (orders.is_latest and orders.state = 'closing')
