{# A model's schema is the one its folder is given, the same in every target: readers ask for `marts`. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
