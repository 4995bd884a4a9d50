{#
  The place a row of a list or record speaks of: a zone's is the zone, also where the row names the county it lies in; a
  county's that names none is itself; a department's is what the row names.
#}
{% macro place_spoken_of(rows) -%}
    case
        when reporters.kind = 'zone' then reporters.reporter_code
        when reporters.kind = 'county' then coalesce({{ rows }}.county_code, reporters.home_code)
        else {{ rows }}.county_code
    end
{%- endmacro %}
