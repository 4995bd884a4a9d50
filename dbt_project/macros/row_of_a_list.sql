{# What every form but the exit table tells of a row: where it stands, and of which enterprise it speaks. #}
{% macro row_of_a_list() -%}
    cast(row_id as string) as row_id,
    cast(submission_id as string) as submission_id,
    cast(regime as string) as regime,
    cast(round as string) as round,
    cast(reporter_code as string) as reporter_code,
    cast(sheet as string) as sheet,
    cast(row as integer) as row,
    cast(county_code as string) as county_code,
    cast(county as string) as county,
    cast(city_code as string) as city_code,
    cast(industry as string) as industry,
    cast(industry_code as string) as industry_code,
    cast(enterprise as string) as enterprise,
    cast(enterprise_cell as string) as enterprise_cell,
    cast(enterprise_key as string) as enterprise_key,
    cast(enterprise_full_key as string) as enterprise_full_key,
    cast(credit_code as string) as credit_code
{%- endmacro %}
