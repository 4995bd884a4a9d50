{# Whether an opinion of those who inspected agrees: it is there, and says none of the words of a refusal (ours). #}
{% macro agrees(opinion) -%}
    (
        {{ opinion }} is not null
        {%- for refusal in ['不同意', '不合格', '不通过', '未通过', '不予', '不符合'] %}
        and {{ opinion }} not like '%{{ refusal }}%'
        {%- endfor %}
    )
{%- endmacro %}
