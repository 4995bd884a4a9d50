{# A text with all that a regular expression finds replaced; $1 stands for what its first group found. #}
{% macro replaced_all(text, pattern, replacement) -%}
    {{ adapter.dispatch('replaced_all')(text, pattern, replacement) }}
{%- endmacro %}

{% macro default__replaced_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}')
{%- endmacro %}

{% macro duckdb__replaced_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement | replace('$', '\\') }}', 'g')
{%- endmacro %}

{# A pattern for LIKE that finds the characters of a text in their order, whatever stands between them. #}
{% macro in_order_pattern(text) -%}
    {{ replaced_all(text, '(.)', '$1%') }}
{%- endmacro %}

{# A text without any of the characters that a regular expression finds. #}
{% macro without_all(text, pattern) -%}
    {{ replaced_all(text, pattern, '') }}
{%- endmacro %}
