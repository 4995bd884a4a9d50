{# `done` of `planned` in percent, to four places; null where nothing was planned. What is missed never rounds up to 100. #}
{% macro completion_percent(done, planned) -%}
    cast(
        case
            when {{ done }} < {{ planned }} then least(100.0 * {{ done }} / {{ planned }}, 99.9999)
            when {{ planned }} > 0 then 100.0 * {{ done }} / {{ planned }}
        end as decimal(18, 4)
    )
{%- endmacro %}
