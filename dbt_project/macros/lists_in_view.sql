{#
  The regimes in whose lists the orders of a list stand: its own, and, while the order is open, those of later years of the
  same place, unless a later list repeats it (ours: decision 14). One line per regime that looks and regime that is seen.
#}
{% macro lists_in_view() -%}
    select distinct
        looking.regime,
        seen.regime as order_regime,
        seen.year as order_year
    from {{ ref('dim_cycle') }} as looking
    inner join {{ ref('dim_cycle') }} as seen
        on looking.area_code = seen.area_code
    where looking.regime = seen.regime or looking.year > seen.year
{%- endmacro %}


{# What a yellow and a red list tell alike of an order: in whose list it stands, where it was read, of whom it is. #}
{% macro order_of_a_list() -%}
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
    orders.ordered_on
{%- endmacro %}


{# The `orders` of such a list in every regime that has them in view (`lists_in_view`), with `reporters` and `divisions` by name. #}
{% macro orders_in_view() -%}
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
{%- endmacro %}
