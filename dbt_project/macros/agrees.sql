{# What an opinion of those who inspected says (ours: the plans give no words): `agrees`, `refuses`, `unclear`; null where there is none. #}
{% macro opinion_says(opinion) -%}
    {#- what stays shut or was not found is neither a refusal nor a condition, and no objection is agreement -#}
    {%- set weighed = namespace(text=opinion) -%}
    {%- for said, meant in [
        ('不再', ''), ('不得', ''), ('未发现', ''), ('任何', ''), ('不同意见', '异议'), ('反对意见', '异议'),
        ('没有异议', '同意'), ('不存在异议', '同意'), ('未提出异议', '同意'), ('未收到异议', '同意'), ('未有异议', '同意'),
        ('无异议', '同意')
    ] -%}
        {%- set weighed.text = "replace(" ~ weighed.text ~ ", '" ~ said ~ "', '" ~ meant ~ "')" -%}
    {%- endfor -%}
    {%- set weighed = weighed.text -%}
    case
        when {{ opinion }} is null then null
        {%- for refusal in [
            '不同意', '不合格', '不通过', '未通过', '不予', '不符合', '不具备', '尚未', '不认可', '待整改',
            '异议'
        ] %}
        when {{ weighed }} like '%{{ refusal }}%' then 'refuses'
        {%- endfor %}
        {%- for doubt in ['不', '未', '待', '暂', '否', '整改', '无法', '再验', '重新', '如同意', '若同意'] %}
        when {{ weighed }} like '%{{ doubt }}%' then 'unclear'
        {%- endfor %}
        {%- for agreement in ['同意', '合格', '通过', '符合', '具备'] %}
        when {{ weighed }} like '%{{ agreement }}%' then 'agrees'
        {%- endfor %}
        else 'unclear'
    end
{%- endmacro %}

{# Whether such an opinion is there and clearly agrees. #}
{% macro agrees(opinion) -%}
    coalesce({{ opinion_says(opinion) }} = 'agrees', false)
{%- endmacro %}
