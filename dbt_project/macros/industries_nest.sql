{#
  Whether the industries of two relations are one word, or words of which one lies in the other by its code of
  GB/T 4754-2017: 锌冶炼 (C3212) in 有色 (C32).
#}
{% macro industries_nest(one, other) -%}
    (
        {{ one }}.industry = {{ other }}.industry
        or {{ one }}.industry_code like concat({{ other }}.industry_code, '%')
        or {{ other }}.industry_code like concat({{ one }}.industry_code, '%')
    )
{%- endmacro %}
