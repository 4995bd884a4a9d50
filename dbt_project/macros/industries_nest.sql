{#
  Whether the industries of two relations are one word, or words of which one lies in the other: 锌冶炼 (C3212) in 有色 (C32),
  造纸 in 轻工. Two words of one code (铅冶炼 and 锌冶炼, both C3212) are two.
#}
{% macro industries_nest(one, other) -%}
    (
        {{ one }}.industry = {{ other }}.industry
        or {{ one }}.industry_path like concat({{ other }}.industry_path, '_%')
        or {{ other }}.industry_path like concat({{ one }}.industry_path, '_%')
    )
{%- endmacro %}
