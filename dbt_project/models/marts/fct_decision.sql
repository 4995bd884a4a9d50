with decisions as (

    select * from {{ ref('int_decision') }}

),

exit_claims as (

    select distinct chosen_by_decision from {{ ref('int_exit_matched') }}
    where chosen_by_decision is not null

),

plan_changes as (

    select * from {{ ref('int_plan_change') }}

),

plans as (

    select exit_id from {{ ref('fct_plan') }}
    where plan_change = 'added'

),

changes_of_the_plan as (

    select
        plan_changes.decided_by,
        max(case when plan_changes.exit_id is null then 0 else 1 end) as names_something,
        max(case when plan_changes.plan_change = 'removed' or plans.exit_id is not null then 1 else 0 end) as has_effect
    from plan_changes
    left join plans
        on plan_changes.exit_id = plans.exit_id
    group by plan_changes.decided_by

)

select
    decisions.sequence,
    decisions.kind,
    decisions.decided_at,
    decisions.actor,
    decisions.actor_name,
    decisions.role,
    decisions.unit,
    decisions.reason,
    decisions.regime,
    decisions.round,
    decisions.reporter_code,
    decisions.submission_id,
    decisions.finding_id,
    decisions.rule,
    decisions.expires_on,
    decisions.due,
    decisions.new_reporter_code,
    decisions.city_code,
    decisions.document_no,
    decisions.document_date,
    decisions.document_sha256,
    decisions.explanation,
    decisions.identity_id,
    decisions.other_identity_id,
    decisions.claims_id,
    decisions.place_code,
    decisions.industry,
    decisions.chosen_reporter_code,
    decisions.undoes,
    decisions.user_id,
    decisions.granted_role,
    decisions.granted_unit,
    decisions.evidence_sha256,
    decisions.row_id,
    decisions.document_issuer,
    decisions.objection,
    decisions.outcome,
    decisions.is_in_force,
    decisions.is_expired,
    decisions.undone_by,
    case
        when not decisions.is_in_force then null
        when decisions.kind = 'choose' and exit_claims.chosen_by_decision is null then 'figures_changed'
        when decisions.kind = 'add_to_plan' and coalesce(changes_of_the_plan.names_something, 0) = 0 then 'not_reported'
        when decisions.kind = 'add_to_plan' and changes_of_the_plan.has_effect = 0 then 'in_plan'
        when decisions.kind = 'remove_from_plan' and coalesce(changes_of_the_plan.names_something, 0) = 0 then 'not_planned'
    end as lapsed_because
from decisions
left join exit_claims
    on decisions.sequence = exit_claims.chosen_by_decision
left join changes_of_the_plan
    on decisions.sequence = changes_of_the_plan.decided_by
