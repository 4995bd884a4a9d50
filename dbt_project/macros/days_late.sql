{# Whole days that a day lies after the due day: 0 when on time, null where nothing was due or nothing came. #}
{% macro days_late(received_on, due) -%}
    cast(
        case
            when {{ received_on }} <= {{ due }} then 0
            when {{ received_on }} > {{ due }} then {{ dbt.datediff(due, received_on, 'day') }}
        end as integer
    )
{%- endmacro %}
