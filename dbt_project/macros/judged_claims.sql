{#
  Every claim with its enterprise, whether its method is an exit under its plan, and the objection that keeps an exit out.
  The line of an industry goes before the line of every industry; where no method is told it is an exit.
#}
{% macro judged_claims() -%}
    select
        claims.*,
        enterprises.enterprise_id,
        coalesce(methods_of_industry.is_exit, methods_of_any_industry.is_exit, claims.method is null) as is_exit,
        case
            when coalesce(methods_of_industry.is_exit, methods_of_any_industry.is_exit, claims.method is null)
                then held.held_by
        end as held_by
    from {{ ref('int_claim') }} as claims
    left join {{ ref('int_enterprise') }} as enterprises
        on claims.written_id = enterprises.written_id
    left join ({{ enterprises_held() }}) as held
        on
            claims.regime = held.regime
            and claims.round = held.round
            and enterprises.enterprise_id = held.enterprise_id
    left join {{ ref('stg_exit_methods') }} as methods_of_industry
        on
            claims.regime = methods_of_industry.regime
            and claims.industry = methods_of_industry.industry
            and claims.method = methods_of_industry.method
    left join {{ ref('stg_exit_methods') }} as methods_of_any_industry
        on
            claims.regime = methods_of_any_industry.regime
            and methods_of_any_industry.industry = '*'
            and claims.method = methods_of_any_industry.method
{%- endmacro %}
