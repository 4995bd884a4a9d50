{# By which numbers a text tells lines and machines (2号线, 1#, 二期), each once and in order, as text; [] where it tells none. #}
{% macro numbers_of_lines(text) -%}
    cast(
        array_sort(array_distinct(regexp_extract_all(
            coalesce({{ text }}, ''), '([0-9０-９一二三四五六七八九十]+) *[号#＃期]', 1
        ))) as string
    )
{%- endmacro %}
