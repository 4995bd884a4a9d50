{#
  The id of a finding as expectations gives it: the first 16 hex digits of SHA-256 of `sha256|reporter|rule|sheet|cell`,
  and of what tells apart findings of one rule at one place, where there is such.
#}
{% macro stable_finding_id(sha256, reporter_code, rule, sheet, cell, apart) -%}
    {%- set place -%}
        concat(
            {{ sha256 }}, '|', coalesce({{ reporter_code }}, ''), '|', {{ rule }}, '|', coalesce({{ sheet }}, ''), '|',
            coalesce({{ cell }}, ''), case when {{ apart }} = '' then '' else concat('|', {{ apart }}) end
        )
    {%- endset -%}
    substr({{ sha256_hex(place) }}, 1, 16)
{%- endmacro %}

{# SHA-256 of a text, in hex digits. #}
{% macro sha256_hex(text) -%}
    {{ adapter.dispatch('sha256_hex')(text) }}
{%- endmacro %}

{% macro default__sha256_hex(text) -%}
    sha2({{ text }}, 256)
{%- endmacro %}

{% macro duckdb__sha256_hex(text) -%}
    sha256({{ text }})
{%- endmacro %}
