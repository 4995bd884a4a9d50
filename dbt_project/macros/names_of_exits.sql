{#
  The names enterprises of exits go by in their claims, with the place before them and without, and the county or zone
  the exits are counted in: what else is sent of an enterprise (acceptance records, photos) is known by them.
#}
{% macro names_of_exits() -%}
    {% for name in ['enterprise_key', 'enterprise_full_key'] -%}
    select
        exits.regime,
        exits.county_code,
        exits.enterprise_id,
        claims.{{ name }} as name
    from {{ ref('int_exit') }} as exits
    inner join {{ ref('int_exit_matched') }} as matched
        on exits.exit_id = matched.exit_id
    inner join {{ ref('int_claim') }} as claims
        on matched.row_id = claims.row_id
    where claims.{{ name }} is not null
    {% if not loop.last %}union{% endif %}
    {% endfor %}
{%- endmacro %}
