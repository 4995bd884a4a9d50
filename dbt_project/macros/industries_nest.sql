{#
  Whether the industries of two relations are one word, or words of which one lies in the other by its code of
  GB/T 4754-2017: 锌冶炼 (C3212) in 有色 (C32). A word that no one code covers (轻工, C13 to C24 and C38) takes in every other.
#}
{% macro industries_nest(one, other) -%}
    (
        {{ one }}.industry = {{ other }}.industry
        or {{ one }}.industry_code like concat(coalesce({{ other }}.industry_code, ''), '%')
        or {{ other }}.industry_code like concat(coalesce({{ one }}.industry_code, ''), '%')
    )
{%- endmacro %}
