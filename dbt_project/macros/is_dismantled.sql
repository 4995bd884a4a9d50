{# Whether what a row speaks of is dismantled: shut is not (公告 2012年第62号 lists it apart); 关闭 and 取缔 leave it open. #}
{% macro is_dismantled(dismantled_on, method, as_of) -%}
    case
        -- what is dated ahead still stands
        when {{ dismantled_on }} > {{ as_of }} then false
        when {{ dismantled_on }} is not null or {{ method }} = '拆除' then true
        when {{ method }} in ('封存', '关停', '停业') then false
    end
{%- endmacro %}
