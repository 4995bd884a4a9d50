{# A text with its numerals up to 99 in Arabic half-width digits, without zeros before them: 十二号, １２号 and 012号 as 12号. #}
{% macro arabic_numerals(text) -%}
    {%- set digits = "translate(" ~ text ~ ", '０１２３４５６７８９〇零一二三四五六七八九', '012345678900123456789')" -%}
    {%- set ten_as_one_ten = replaced_all(digits, '(^|[^0-9])十', '$11十') -%}
    {%- set tens = "replace(" ~ replaced_all(ten_as_one_ten, '十([0-9])', '$1') ~ ", '十', '0')" -%}
    {{ replaced_all(tens, '(^|[^0-9.])0+([0-9])', '$1$2') }}
{%- endmacro %}

{# By which numbers a text tells lines and machines (2号线, 1#, 二期), each once and in order, as texts; none where it tells none. #}
{% macro listed_numbers_of_lines(text) -%}
    array_sort(array_distinct(regexp_extract_all(
        {{ arabic_numerals("coalesce(" ~ text ~ ", '')") }}, '([0-9]+) *[号#＃期]', 1
    )))
{%- endmacro %}

{# The same in one text; [] where it tells none. #}
{% macro numbers_of_lines(text) -%}
    cast({{ listed_numbers_of_lines(text) }} as string)
{%- endmacro %}

{# Whether two lists have something in common. #}
{% macro share_an_item(one, other) -%}
    {{ adapter.dispatch('share_an_item')(one, other) }}
{%- endmacro %}

{% macro default__share_an_item(one, other) -%}
    arrays_overlap({{ one }}, {{ other }})
{%- endmacro %}

{% macro duckdb__share_an_item(one, other) -%}
    list_has_any({{ one }}, {{ other }})
{%- endmacro %}
