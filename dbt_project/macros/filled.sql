{# A text of the rulebook with its names in braces filled in; what is not known is left blank. #}
{% macro filled(template, values) -%}
    {%- set text = namespace(sql=template) -%}
    {%- for name, value in values.items() -%}
        {%- set text.sql = "replace(" ~ text.sql ~ ", '{" ~ name ~ "}', coalesce(cast(" ~ value ~ " as " ~ dbt.type_string() ~ "), ''))" -%}
    {%- endfor -%}
    {{ text.sql }}
{%- endmacro %}
