{# The name of a place without its level: 紫阳县 as 紫阳, 陕县 as it is. Ingestion's keys of enterprises say it so too. #}
{% macro without_level(place) -%}
    regexp_replace({{ place }}, '(..)(特别行政区|自治区|自治州|自治县|地区|省|市|县|区|旗|盟)$', '{{ first_group() }}')
{%- endmacro %}

{# How the replacement of a regular expression says what the first pair of brackets found. #}
{% macro first_group() -%}
    {{ adapter.dispatch('first_group')() }}
{%- endmacro %}

{% macro default__first_group() -%}
    $1
{%- endmacro %}

{% macro duckdb__first_group() -%}
    \1
{%- endmacro %}
