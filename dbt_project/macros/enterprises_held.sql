{#
  Enterprises that an objection to the public list keeps out of the exits of a cycle, with the first that does: one that
  was upheld, or, where the regime holds rows (objection_effect), one that nobody has answered yet. An objection to the
  whole list names no enterprise and keeps none out.
#}
{% macro enterprises_held() -%}
    select
        objections.regime,
        objections.round,
        enterprises.enterprise_id,
        min(objections.sequence) as held_by
    from {{ ref('int_decision') }} as objections
    left join {{ ref('int_decision') }} as answers
        on
            objections.sequence = answers.objection
            and answers.kind = 'answer_objection'
            and answers.is_in_force
    inner join {{ ref('stg_cycles') }} as cycles
        on
            objections.regime = cycles.regime
            and objections.round = cycles.round
    -- a name to which a code came since is still spoken of by what it was
    inner join {{ ref('int_enterprise') }} as enterprises
        on objections.identity_id in (enterprises.identity_id, enterprises.name_id)
    where
        objections.kind = 'object'
        and objections.is_in_force
        and coalesce(
            answers.outcome = 'upheld',
            answers.sequence is null and cycles.objection_effect = 'hold_rows'
        )
    group by objections.regime, objections.round, enterprises.enterprise_id
{%- endmacro %}
