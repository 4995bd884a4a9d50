{# A pattern for LIKE that finds the characters of a text in their order, whatever stands between them. #}
{% macro in_order_pattern(text) -%}
    {{ adapter.dispatch('in_order_pattern')(text) }}
{%- endmacro %}

{% macro default__in_order_pattern(text) -%}
    regexp_replace({{ text }}, '(.)', '$1%')
{%- endmacro %}

{% macro duckdb__in_order_pattern(text) -%}
    regexp_replace({{ text }}, '(.)', '\1%', 'g')
{%- endmacro %}

{# A text without any of the characters that a regular expression finds. #}
{% macro without_all(text, pattern) -%}
    {{ adapter.dispatch('without_all')(text, pattern) }}
{%- endmacro %}

{% macro default__without_all(text, pattern) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '')
{%- endmacro %}

{% macro duckdb__without_all(text, pattern) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '', 'g')
{%- endmacro %}
