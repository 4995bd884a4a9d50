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
