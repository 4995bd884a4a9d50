{# The day in Asia/Shanghai on which a moment kept in UTC falls: due dates are judged there. #}
{% macro shanghai_date(moment) -%}
    {{ adapter.dispatch('shanghai_date')(moment) }}
{%- endmacro %}

{% macro default__shanghai_date(moment) -%}
    cast(from_utc_timestamp({{ moment }}, 'Asia/Shanghai') as date)
{%- endmacro %}

{% macro duckdb__shanghai_date(moment) -%}
    cast({{ moment }} at time zone 'UTC' at time zone 'Asia/Shanghai' as date)
{%- endmacro %}
