{# The texts of a rule with what was found filled in. #}
{% macro texts_of_rule(values) -%}
    {%- for text in ['message', 'message_en', 'remedy', 'remedy_en'] %}
    {{ filled('rules.' ~ text, values) }} as {{ text }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# The evidence of all that a finding is held against, in the order of `place`; of more than ten the rest is only hinted at. #}
{% macro evidence_of_others() -%}
    {%- set most = 10 -%}
    {%- for evidence, separator in [('evidence', '；'), ('evidence_en', '; ')] %}
    concat(
        {{ dbt.listagg('case when place <= ' ~ most ~ ' then ' ~ evidence ~ ' end', "'" ~ separator ~ "'", 'order by place') }},
        case when max(place) > {{ most }} then '{{ separator }}……' else '' end
    ) as {{ evidence }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
