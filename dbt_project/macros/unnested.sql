{# One line per element of a list column: the columns to keep, the element, and its place in the list from 1. #}
{% macro unnested(relation, keep, list_column, element, position) -%}
    {{ adapter.dispatch('unnested')(relation, keep, list_column, element, position) }}
{%- endmacro %}

{% macro default__unnested(relation, keep, list_column, element, position) -%}
    select {{ keep | join(', ') }}, place_in_list + 1 as {{ position }}, {{ element }}
    from {{ relation }}
    lateral view posexplode({{ list_column }}) exploded as place_in_list, {{ element }}
{%- endmacro %}

{% macro duckdb__unnested(relation, keep, list_column, element, position) -%}
    select
        {{ keep | join(', ') }},
        generate_subscripts({{ list_column }}, 1) as {{ position }},
        unnest({{ list_column }}) as {{ element }}
    from {{ relation }}
{%- endmacro %}
