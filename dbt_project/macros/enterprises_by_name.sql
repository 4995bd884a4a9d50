{#
  The enterprise a comparable name of a county means where no code is written beside it: the one it was written for
  without a code, else the only one it was written for.
#}
{% macro enterprises_by_name() -%}
    select
        name_id,
        coalesce(
            min(case when credit_code is null then enterprise_id end),
            case when min(enterprise_id) = max(enterprise_id) then min(enterprise_id) end
        ) as enterprise_id
    from {{ ref('int_enterprise') }}
    group by name_id
{%- endmacro %}
