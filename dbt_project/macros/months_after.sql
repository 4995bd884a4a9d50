{#
  The day whole calendar months after another: 31 August and six months is the last day of February (domain, section 4).
#}
{% macro months_after(day, months) -%}
    {{ adapter.dispatch('months_after')(day, months) }}
{%- endmacro %}

{% macro default__months_after(day, months) -%}
    add_months({{ day }}, {{ months }})
{%- endmacro %}

{% macro duckdb__months_after(day, months) -%}
    cast({{ day }} + to_months({{ months }}) as date)
{%- endmacro %}
