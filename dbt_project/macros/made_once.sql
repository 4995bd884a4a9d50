{#
  On DuckDB a model is made under its own name at once: every build begins with an empty database, so there is nothing
  to rename, keep or drop.
#}
{% materialization table, adapter='duckdb' %}
    {%- set relation = this.incorporate(type='table') -%}
    {% call statement('main') -%}
        {{ create_table_as(False, relation, compiled_code) }}
    {%- endcall %}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
    {%- set relation = this.incorporate(type='view') -%}
    {% call statement('main') -%}
        {{ create_view_as(relation, compiled_code) }}
    {%- endcall %}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}
