{# The name of a place without its level: 紫阳县 as 紫阳, 陕县 as it is. Ingestion's keys of enterprises say it so too. #}
{% macro without_level(place) -%}
    {{ replaced_all(place, '(..)(特别行政区|自治区|自治州|自治县|地区|省|市|县|区|旗|盟)$', '$1') }}
{%- endmacro %}
